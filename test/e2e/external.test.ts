import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Backup, BackupRepository } from '../../schemas/generated/types.ts'
import { execute } from './kit/kubectl.ts'
import { treeHash } from './kit/hash.ts'
import { claim, policy, restore, secret } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { RESTIC_PASSWORD, s3Destination } from './kit/store.ts'

async function withData(box: Sandbox, ...names: readonly string[]): Promise<void> {
  await box.apply(...names.map(name => claim(name)))
  await box.run(names.map(name => `mkdir /volumes/${name}/d; head -c 3000000 /dev/urandom > /volumes/${name}/d/random; ln -s d/random /volumes/${name}/link; sync`).join('\n'), ...names)
}

async function mountsReadOnly(box: Sandbox): Promise<void> {
  const jobs = await box.list<{ metadata: { name: string }; spec: { template: { spec: { containers: { name: string; volumeMounts: { mountPath: string; readOnly?: boolean }[] }[] } } } }>('jobs')
  const mounts = jobs.flatMap(job => job.spec.template.spec.containers.flatMap(container => container.volumeMounts))
  const data = mounts.filter(({ mountPath }) => mountPath === '/volumes/data')
  assert.ok(data.length > 0, 'a Job that mounts the volume is still there')
  assert.ok(data.every(({ readOnly }) => readOnly === true))
}

suite('external', { concurrency: 2 }, () => {
  test('a restic Job backs up to MinIO over its endpoint, restores to a new claim, and plain restic reads the repository', async t => {
    const box = await sandbox(t, 'external')
    await withData(box, 'data')
    const destination = await s3Destination(box)
    await box.apply(policy('nightly', { strategy: 'external', destination }))
    const made = await box.backup('run', 'nightly', '--wait', '-o', 'name')
    assert.equal(made.code, 0, made.stderr)
    const [backup] = await box.list<Backup>('backups')
    const volume = backup?.status?.volumes?.[0]
    assert.equal(volume?.phase, 'Completed')
    assert.equal(volume?.files, 1, 'restic counts regular files')
    assert.ok((volume?.bytes ?? 0) >= 3_000_000, `bytes ${volume?.bytes}`)
    await mountsReadOnly(box)
    await box.apply(restore('back', { backup: backup?.metadata.name, volumes: [{ source: 'data', target: 'copy' }] }))
    await box.restoreIn('Completed', 'back')
    assert.equal(await box.run(treeHash('/volumes/copy'), 'copy'), await box.run(treeHash('/volumes/data'), 'data'))

    const { accessKey, secretKey, endpointOnHost } = box.environment.store
    const seen = await execute('env', [
      `AWS_ACCESS_KEY_ID=${accessKey}`, `AWS_SECRET_ACCESS_KEY=${secretKey}`, `RESTIC_PASSWORD=${RESTIC_PASSWORD}`,
      'restic', '-r', `s3:${endpointOnHost}/${destination.url.slice('s3://'.length)}/${box.namespace}/restic`, '--no-cache', 'snapshots', '--json',
    ])
    assert.equal(seen.code, 0, seen.stderr)
    const snapshots = JSON.parse(seen.stdout) as { id: string; hostname: string; paths: string[]; tags: string[] }[]
    assert.deepEqual(snapshots.map(({ id, hostname, paths }) => ({ id, hostname, paths })), [{ id: volume?.handle, hostname: box.namespace, paths: ['/volumes/data'] }])
  })

  test('to a claim as destination: restic and archives on a directory, restored from there', async t => {
    const box = await sandbox(t, 'pvc-store')
    await withData(box, 'data')
    await box.apply(claim('vault', { labels: { app: 'vault' } }), secret('store', { RESTIC_PASSWORD }))
    await box.apply(policy('to-claim', { strategy: 'external', destination: { type: 'pvc', url: 'pvc://vault/deep/down', credentialsSecret: 'store' } }))
    const made = await box.backup('run', 'to-claim', '--wait')
    assert.equal(made.code, 0, made.stderr)
    const [backup] = await box.list<Backup>('backups')
    await box.apply(restore('back', { backup: backup?.metadata.name, volumes: [{ source: 'data', target: 'copy' }] }))
    await box.restoreIn('Completed', 'back')
    assert.equal(await box.run(treeHash('/volumes/copy'), 'copy'), await box.run(treeHash('/volumes/data'), 'data'))
    const listed = await box.run(`RESTIC_PASSWORD=${RESTIC_PASSWORD} restic -r /volumes/vault/deep/down/${box.namespace}/restic --no-cache --no-lock snapshots --json`, 'vault')
    assert.match(listed, /"\/volumes\/data"/)
  })

  test('when several first runs race for one repository it is initialised once, and all of them complete', async t => {
    const box = await sandbox(t, 'race')
    const names = ['one', 'two', 'three', 'four']
    await box.apply(...names.map(name => claim(name, { labels: { app: name } })))
    await box.run(names.map(name => `echo ${name} > /volumes/${name}/name`).join('\n'), ...names)
    const destination = await s3Destination(box)
    await box.apply(...names.map(name => policy(name, { strategy: 'external', selector: { matchLabels: { app: name } }, destination })))
    const made = await Promise.all(names.map(name => box.backup('run', name, '--wait')))
    assert.deepEqual(made.map(({ code, stderr }) => code === 0 ? 'ok' : stderr), names.map(() => 'ok'))
    const repositories = await box.list<BackupRepository>('backuprepositories')
    assert.equal(repositories.length, 1, 'policies with the same destination share its repository')
    assert.match(repositories[0]?.status?.resticId ?? '', /^[0-9a-f]{64}$/)
  })
})
