import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Backup, BackupPolicySpec } from '../../schemas/generated/types.ts'
import { until } from './kit/kubectl.ts'
import { claim, policy } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { s3Destination, storedObjects } from './kit/store.ts'

const good = async (box: Sandbox) => (await box.list<Backup>('backups')).filter(({ status }) => status?.phase === 'Completed').map(({ metadata }) => metadata.name)

async function withPolicy(box: Sandbox, spec: Partial<BackupPolicySpec>) {
  await box.apply(claim('data'))
  await box.run('head -c 100000 /dev/urandom > /volumes/data/x; sync', 'data')
  const destination = await s3Destination(box)
  await box.apply(policy('keep', { strategy: 'tar', destination, ...spec }))
  const run = async () => {
    const made = await box.backup('run', 'keep', '--wait', '-o', 'name')
    return { ...made, name: made.stdout.trim().split('/').pop() ?? '' }
  }
  return { destination, run }
}

suite('retention', { concurrency: 2 }, () => {
  test('maxBackups keeps the newest good points; the others go through Deleting, by a Job, and their data goes', async t => {
    const box = await sandbox(t, 'retention')
    const { destination, run } = await withPolicy(box, { retention: { maxBackups: 2 } })
    const names: string[] = []
    for (let n = 0; n < 3; n += 1) {
      const made = await run()
      assert.equal(made.code, 0, made.stderr)
      names.push(made.name)
    }
    const first = names[0] ?? ''
    const seen = await until('the oldest point to be Deleting or gone', async () => {
      const found = await box.get<Backup>('backup', first)
      return found === undefined || found.status?.phase === 'Deleting' ? { found } : undefined
    })
    if (seen.found !== undefined) assert.equal(seen.found.status?.deletion?.requestedBy, 'retention')
    await until('the oldest point to be gone', async () => await box.get('backup', first) === undefined)
    assert.deepEqual((await good(box)).sort(), names.slice(1).sort())
    const manifests = (await storedObjects(box, destination)).filter(({ key }) => key.endsWith('manifest.json')).map(({ key }) => key.split('/').at(-2))
    assert.deepEqual(manifests.sort(), names.slice(1).sort())
  })

  test('failed runs push nothing out, and the last good point stays when it is too old', async t => {
    const box = await sandbox(t, 'last-good')
    const { run } = await withPolicy(box, { retention: { maxBackups: 1, maxAge: '1s' }, failedHistoryLimit: 1, mover: { backoffLimit: 0 } })
    const kept = await run()
    assert.equal(kept.code, 0, kept.stderr)
    await box.run('rm /volumes/data/x; sync', 'data')
    for (let n = 0; n < 3; n += 1) {
      assert.notEqual((await run()).code, 0, 'an empty volume is no success')
    }
    assert.deepEqual(await good(box), [kept.name])
    await box.run('echo back > /volumes/data/x; sync', 'data')
    const next = await run()
    assert.equal(next.code, 0, next.stderr)
    await until('the superseded point to be gone', async () => await box.get('backup', kept.name) === undefined)
    assert.deepEqual(await good(box), [next.name])
    await until('failed runs beyond the limit to be gone', async () => (await box.list<Backup>('backups')).filter(({ status }) => status?.phase === 'Failed').length <= 1)
  })

  test('maxAge deletes good points that are older, once a newer one is there', async t => {
    const box = await sandbox(t, 'max-age')
    const { run } = await withPolicy(box, { retention: { maxAge: '40s' } })
    const old = await run()
    assert.equal(old.code, 0, old.stderr)
    await new Promise(resolve => setTimeout(resolve, 45_000))
    assert.deepEqual(await good(box), [old.name], 'alone it stays, however old it is')
    const next = await run()
    assert.equal(next.code, 0, next.stderr)
    await until('the old point to be gone', async () => await box.get('backup', old.name) === undefined)
    assert.deepEqual(await good(box), [next.name])
  })

  test('nothing is deleted while the policy is suspended', async t => {
    const box = await sandbox(t, 'suspended')
    const { run } = await withPolicy(box, { retention: { maxBackups: 3 } })
    for (let n = 0; n < 2; n += 1) assert.equal((await run()).code, 0)
    await box.backup('policy', 'pause', 'keep')
    await box.kubectl('patch', 'backuppolicy', 'keep', '--type=merge', '-p', '{"spec":{"retention":{"maxBackups":1}}}')
    const generation = (await box.policy('keep', () => true)).metadata.generation
    await box.policy('keep', ({ status }) => status?.observedGeneration === generation)
    assert.equal((await good(box)).length, 2)
    await box.backup('policy', 'resume', 'keep')
    await until('one point to be deleted after the resume', async () => (await good(box)).length === 1)
  })
})
