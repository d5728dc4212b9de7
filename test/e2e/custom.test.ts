import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Backup, Custom } from '../../schemas/generated/types.ts'
import { claim, policy, restore, TOOLS_IMAGE } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { s3Destination, storedObjects } from './kit/store.ts'

async function withCommand(box: Sandbox, custom: Custom) {
  await box.apply(claim('data'))
  await box.run('echo precious > /volumes/data/value; sync', 'data')
  const destination = await s3Destination(box)
  await box.apply(policy('dump', { strategy: 'custom', destination, image: TOOLS_IMAGE, custom, mover: { backoffLimit: 0 } }))
  const outcome = await box.backup('run', 'dump', '--wait')
  const [backup] = await box.list<Backup>('backups')
  return { destination, outcome, backup }
}

suite('custom', { concurrency: 2 }, () => {
  test("the user's command sees the volume and a Secret, its output is stored and comes back as the file `stream`", async t => {
    const box = await sandbox(t, 'custom')
    await box.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'words' }, stringData: { WORD: 'secret-word' } })
    const { outcome, backup } = await withCommand(box, {
      command: ['/bin/sh', '-c', 'cat /data/value; printf %s "$WORD" | sha256sum'], env: [{ name: 'WORD', secretKeyRef: { name: 'words', key: 'WORD' } }],
    })
    assert.equal(outcome.code, 0, outcome.stderr)
    await box.apply(restore('back', { backup: backup?.metadata.name, volumes: [{ source: 'data', target: 'copy' }] }))
    await box.restoreIn('Completed', 'back')
    const expected = await box.run('cat /volumes/data/value; printf %s secret-word | sha256sum', 'data')
    assert.equal(await box.run('cat /volumes/copy/stream', 'copy'), expected)
  })

  test('a restoreCommand fills the volume from the stream', async t => {
    const box = await sandbox(t, 'custom-back')
    const { backup } = await withCommand(box, { command: ['tar', '-C', '/data', '-c', '.'], restoreCommand: ['tar', '-C', '/data', '-x'] })
    await box.apply(restore('back', { backup: backup?.metadata.name, volumes: [{ source: 'data', target: 'copy' }] }))
    await box.restoreIn('Completed', 'back')
    assert.equal(await box.run('cat /volumes/copy/value', 'copy'), 'precious\n')
  })

  test('a producer that fails after output leaves no restore point', async t => {
    const box = await sandbox(t, 'custom-fail')
    const { destination, outcome, backup } = await withCommand(box, { command: ['/bin/sh', '-c', 'head -c 20000000 /dev/zero; exit 3'] })
    assert.notEqual(outcome.code, 0)
    assert.equal(backup?.status?.phase, 'Failed')
    assert.equal(backup?.status?.volumes?.[0]?.reason, 'ProducerFailed')
    assert.match(backup?.status?.volumes?.[0]?.message ?? '', /3/)
    const left = (await storedObjects(box, destination)).filter(({ key }) => key.endsWith('manifest.json'))
    assert.deepEqual(left, [])
  })
})
