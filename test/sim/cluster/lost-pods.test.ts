import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JOBS, PODS, type Job, type Pod } from './objects.ts'
import { rig } from './rig.ts'

const MINUTE = 60_000

/** A Job with a deadline of ten minutes, whose node is lost for an hour. */
async function lost({ severed, removed }: { readonly severed: boolean; readonly removed: boolean }) {
  const world = rig()
  world.mishaps.node = () => ({ severed, removed, milliseconds: 60 * MINUTE })
  await world.claim('data', 'shop/data#1')
  world.job('job', { mover: { timeoutSeconds: 600 } })
  await world.wait(1)
  world.mishaps.node = undefined as never
  await world.wait(44)
  return world
}

for (const severed of [false, true]) {
  test(`a pod on a node that ${severed ? 'is not heard of' : 'died'} is told to go and does not; its Job waits for it, past its deadline`, async () => {
    const world = await lost({ severed, removed: false })
    const [pod] = world.pods('job')
    assert.deepEqual([pod?.status?.phase, pod?.metadata.deletionTimestamp !== undefined, world.pods('job').length], ['Running', true, 1])
    assert.deepEqual(world.read<Job>(JOBS, 'job')?.status?.conditions?.map(({ type }) => type), ['FailureTarget'])
    assert.equal(world.stores.points().filter(({ committed }) => committed).length, severed ? 1 : 0)
  })
}

for (const removed of [false, true]) {
  test(`it ends when ${removed ? 'the Node object is deleted' : 'the node is back'}, and its Job with it`, async () => {
    const world = await lost({ severed: false, removed })
    const phases: (string | undefined)[] = []
    world.api.subscribe(({ resource, type, after }) => { if (resource === PODS && type === 'DELETED') phases.push((after as Pod).status?.phase) })
    await world.wait(20)
    assert.deepEqual([phases, world.pods('job').length], [['Failed'], 0])
    assert.deepEqual(world.read<Job>(JOBS, 'job')?.status?.conditions?.map(({ type }) => type), ['FailureTarget', 'Failed'])
  })
}
