import assert from 'node:assert/strict'
import test from 'node:test'
import type { Backup } from '../../schemas/generated/types.ts'
import { SYSTEM } from './kit/install.ts'
import { kubectl, until } from './kit/kubectl.ts'
import { claim, policy } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'

/** Metacontroller is stopped here, for every namespace: test/run.ts runs this file alone. */

const MINUTE = 60_000
const slotOf = ({ spec }: Backup) => Date.parse(spec.slot ?? '')

const runs = async (box: Sandbox, count: number): Promise<readonly Backup[]> =>
  until(`${count} runs`, async () => {
    const all = await box.list<Backup>('backups')
    return all.length >= count ? [...all].sort((a, b) => slotOf(a) - slotOf(b)) : undefined
  }, 420)

test('each slot once, while hook servers and Metacontroller are restarted', async t => {
  const box = await sandbox(t, 'restarts')
  await box.apply(claim('data'))
  await box.run('echo x > /volumes/data/x; sync', 'data')
  await box.apply(policy('minutely', { strategy: 'snapshot', schedule: '* * * * *' }))
  const stop = new AbortController()
  const restarting = keepRestarting(stop.signal)
  const all = await runs(box, 3).finally(() => stop.abort())
  assert.ok(await restarting >= 3, 'nothing was restarted while slots came')
  const slots = all.map(slotOf)
  assert.deepEqual(slots.slice(1).map((slot, index) => slot - (slots[index] ?? 0)), slots.slice(1).map(() => MINUTE), 'a slot ran twice or was skipped')
  for (const { metadata } of all) await box.backupIn('Completed', metadata.name)
  const seen = await box.policy('minutely', ({ status }) => (status?.history?.length ?? 0) >= 3)
  const names = (await box.list<Backup>('backups')).map(({ metadata }) => metadata.name)
  assert.deepEqual((seen.status?.history ?? []).filter(({ backup }) => !names.includes(backup)), [])
})

/** Again and again, as soon as all is up for some seconds: on a busy machine a pod needs long to start, and what never runs cannot be interrupted. Answers how often. */
async function keepRestarting(signal: AbortSignal): Promise<number> {
  let times = 0
  for (; !signal.aborted; times += 1) {
    await Promise.all(['hooks', 'metacontroller'].map(restart))
    await new Promise(resolve => setTimeout(resolve, 15_000))
  }
  return times
}

async function restart(component: string): Promise<void> {
  await kubectl(['-n', SYSTEM, 'delete', 'pod', '-l', `app.kubernetes.io/component=${component}`, '--wait=false'])
  await kubectl(['-n', SYSTEM, 'rollout', 'status', `deployment/holdfast-${component}`, '--timeout=120s'])
}

test('after downtime one catch-up run, and the skipped slots are counted', async t => {
  const box = await sandbox(t, 'downtime')
  await box.apply(claim('data'))
  await box.run('echo x > /volumes/data/x; sync', 'data')
  await box.apply(policy('minutely', { strategy: 'snapshot', schedule: '* * * * *' }))
  const [first] = await runs(box, 1) as [Backup]
  await withoutMetacontroller(async () => {
    await new Promise(resolve => setTimeout(resolve, slotOf(first) + 2 * MINUTE + 5000 - Date.now()))
  })
  await box.backupIn('Completed', first.metadata.name)
  const [, second] = await runs(box, 2) as [Backup, Backup]
  const missed = second.spec.missedSlots ?? 0
  assert.ok(missed >= 1, `missedSlots is ${missed}`)
  assert.equal(slotOf(second) - slotOf(first), MINUTE * (1 + missed), 'the newest due slot ran, the others are counted')
})

async function withoutMetacontroller(during: () => Promise<unknown>): Promise<void> {
  const target = ['-n', SYSTEM, 'scale', 'deployment', '-l', 'app.kubernetes.io/component=metacontroller']
  await kubectl([...target, '--replicas=0'])
  try {
    await during()
  } finally {
    await kubectl([...target, '--replicas=1'])
  }
}
