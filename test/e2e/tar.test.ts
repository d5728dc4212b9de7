import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Backup, Destination } from '../../schemas/generated/types.ts'
import { treeHash } from './kit/hash.ts'
import { claim, policy, restore } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { s3Destination, storedObjects } from './kit/store.ts'

async function backedUp(box: Sandbox, destination: Destination, compression: 'zstd' | 'gzip'): Promise<Backup> {
  await box.apply(claim('data'))
  await box.run('mkdir -p /volumes/data/a/empty; seq 200000 > /volumes/data/a/numbers; ln /volumes/data/a/numbers /volumes/data/twin; sync', 'data')
  await box.apply(policy('archive', { strategy: 'tar', destination, mover: { compression } }))
  const made = await box.backup('run', 'archive', '--wait')
  assert.equal(made.code, 0, made.stderr)
  const [backup] = await box.list<Backup>('backups')
  assert.equal(backup?.status?.phase, 'Completed')
  return backup as Backup
}

async function restoredEqual(box: Sandbox, backup: Backup): Promise<void> {
  await box.apply(restore('back', { backup: backup.metadata.name, volumes: [{ source: 'data', target: 'copy' }] }))
  await box.restoreIn('Completed', 'back')
  assert.equal(await box.run(treeHash('/volumes/copy'), 'copy'), await box.run(treeHash('/volumes/data'), 'data'))
}

suite('tar', { concurrency: 2 }, () => {
  test('zstd to a claim: the manifest has the sha256, the point restores, and zstd with tar reads it', async t => {
    const box = await sandbox(t, 'tar-pvc')
    await box.apply(claim('vault', { labels: { app: 'vault' } }))
    const backup = await backedUp(box, { type: 'pvc', url: 'pvc://vault' }, 'zstd')
    const folder = `/volumes/vault/${box.namespace}/${backup.status?.volumes?.[0]?.handle}`
    const decoded = await box.run(`cd ${folder}; zstd -dc data.tar.zst | sha256sum | cut -d' ' -f1; zstd -dc data.tar.zst | tar -t | sort; cat manifest.json`, 'vault')
    assert.ok(decoded.startsWith(`${backup.status?.volumes?.[0]?.sha256}\n`), decoded)
    assert.match(decoded, /\.\/a\/empty\/\n/)
    assert.match(decoded, /\.\/twin\n/)
    assert.match(decoded, new RegExp(`"sha256": ?"${backup.status?.volumes?.[0]?.sha256}"`))
    await restoredEqual(box, backup)
  })

  test('gzip to S3: the object and its manifest are there, the point restores, and finished Jobs do not keep the claim from being deleted', async t => {
    const box = await sandbox(t, 'tar-s3')
    const destination = await s3Destination(box)
    const backup = await backedUp(box, destination, 'gzip')
    const names = (await storedObjects(box, destination)).filter(({ key }) => key.includes('/archive/')).map(({ key }) => key.split('/').pop()).sort()
    assert.deepEqual(names, ['data.tar.gz', 'manifest.json'])
    await restoredEqual(box, backup)
    await box.kubectl('delete', 'pvc', 'data', '--timeout=60s')
  })

  test('a byte changed in the store fails the restore and publishes nothing', async t => {
    const box = await sandbox(t, 'tar-flip')
    await box.apply(claim('vault', { labels: { app: 'vault' } }))
    const backup = await backedUp(box, { type: 'pvc', url: 'pvc://vault' }, 'zstd')
    const file = `/volumes/vault/${box.namespace}/${backup.status?.volumes?.[0]?.handle}/data.tar.zst`
    await box.run(`size=$(stat -c %s ${file}); head -c 64 /dev/urandom | dd of=${file} bs=1 seek=$((size / 2)) conv=notrunc`, 'vault')
    await box.apply(restore('back', { backup: backup.metadata.name, volumes: [{ source: 'data', target: 'copy' }] }))
    const failed = await box.restoreIn('Failed', 'back', 300)
    assert.equal(failed.status?.volumes?.[0]?.reason, 'PointDamaged')
    assert.equal(await box.get('pvc', 'copy'), undefined)
  })
})
