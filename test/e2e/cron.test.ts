import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Backup } from '../../schemas/generated/types.ts'
import { until } from './kit/kubectl.ts'
import { claim, policy, TOOLS_IMAGE } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { s3Destination } from './kit/store.ts'

const byAge = (backups: readonly Backup[]) => [...backups].sort((a, b) => (a.spec.slot ?? '').localeCompare(b.spec.slot ?? ''))
const seconds = (from: string | undefined, to: string | undefined) => (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000

async function withClaim(box: Sandbox): Promise<void> {
  await box.apply(claim('data'))
  await box.run('echo x > /volumes/data/x; sync', 'data')
}

const runs = async (box: Sandbox, count: number): Promise<readonly Backup[]> =>
  until(`${count} runs`, async () => { const all = await box.list<Backup>('backups'); return all.length >= count ? byAge(all) : undefined }, 240)

suite('cron', { concurrency: 2 }, () => {
  test('an edit, a pause and a resume fire nothing; a run now does', async t => {
    const box = await sandbox(t, 'edit')
    await withClaim(box)
    await box.apply(policy('yearly', { strategy: 'snapshot', schedule: '0 0 1 1 *' }))
    await box.policy('yearly', ({ status }) => status?.nextScheduleTime !== undefined)
    await box.apply(policy('yearly', { strategy: 'snapshot', schedule: '30 3 29 2 *', timeZone: 'America/New_York', retention: { maxBackups: 3 } }))
    const edited = await box.policy('yearly', ({ status }) => status?.nextScheduleTime?.includes('-02-29T08:30') === true)
    assert.match(edited.status?.nextScheduleTime ?? '', /^2028-02-29T08:30:00/)
    assert.equal((await box.backup('policy', 'pause', 'yearly')).code, 0)
    await box.policy('yearly', ({ status }) => status?.nextScheduleTime === undefined)
    assert.equal((await box.backup('policy', 'resume', 'yearly')).code, 0)
    await box.policy('yearly', ({ status }) => status?.nextScheduleTime !== undefined)
    assert.deepEqual(await box.list('backups'), [])
    const made = await box.backup('run', 'yearly', '--wait')
    assert.equal(made.code, 0, made.stderr)
    assert.equal((await box.list('backups')).length, 1)
  })

  test('Forbid: a slot waits while a run goes on, and jitter delays each policy by its own constant', async t => {
    const box = await sandbox(t, 'forbid')
    await withClaim(box)
    const destination = await s3Destination(box)
    await box.apply(
      policy('slow', { strategy: 'custom', destination, schedule: '* * * * *', image: TOOLS_IMAGE, custom: { command: ['/bin/sh', '-c', 'sleep 90; echo done'] } }),
      policy('jittered', { strategy: 'snapshot', schedule: '* * * * *', jitterSeconds: 40 }),
    )
    await runs(box, 2)
    const watch = until('two slow runs', async () => {
      const slow = (await box.list<Backup>('backups')).filter(({ spec }) => spec.policy === 'slow')
      const active = slow.filter(({ status }) => !['Completed', 'Failed'].includes(status?.phase ?? 'New'))
      assert.ok(active.length <= 1, `${active.length} runs of one policy at once`)
      return slow.length >= 2 ? byAge(slow) : undefined
    }, 300)
    const [first, second] = await watch
    const finished = await box.backupIn('Completed', first?.metadata.name ?? '')
    assert.ok(seconds(finished.status?.completionTime, second?.metadata.creationTimestamp) >= -1)
    const jittered = byAge((await box.list<Backup>('backups')).filter(({ spec }) => spec.policy === 'jittered'))
    const delays = jittered.map(({ spec, metadata }) => seconds(spec.slot, metadata.creationTimestamp))
    assert.ok(jittered.length >= 2 && Math.max(...delays) - Math.min(...delays) <= 5, `delays of one policy: ${delays.join(' ')}`)
  })
})
