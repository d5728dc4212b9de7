import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fault } from '../faults.ts'
import { JOBS, PODS, type Job, type Pod } from './objects.ts'
import { NAMESPACE, placed, rig, type Rig } from './rig.ts'

const strategies = ['tar', 'external', 'custom'] as const

for (const strategy of strategies) {
  test(`a ${strategy} backup: the Job completes, its pod has the result, the store has the point`, async () => {
    const world = rig()
    await world.claim('data', 'shop/data#1')
    world.job('job', strategy === 'custom' ? { custom: { image: 'postgres', spec: { command: ['pg_dump'] } } } : {}, { strategy })
    const { type, reason, result, pods } = await world.ended('job')
    assert.deepEqual([type, reason, result?.ok, pods.length], ['Complete', 'CompletionsReached', true, 1])
    const [point] = world.stores.points()
    assert.deepEqual([point?.handle, point?.content, point?.committed, point?.run], [result?.handle, 'shop/data#1', true, 'run-1'])
    const { status } = world.read<Job>(JOBS, 'job') as Job
    assert.deepEqual([status?.succeeded, status?.active, status?.failed, status?.ready], [1, undefined, undefined, 0])
    assert.deepEqual(status?.conditions?.map(condition => condition.type), ['SuccessCriteriaMet', 'Complete'])
    assert.ok(Date.parse(status?.completionTime ?? '') >= Date.parse(status?.startTime ?? ''))
    assert.deepEqual(pods[0]?.metadata.finalizers, undefined)
  })
}

const endings: readonly [string, Partial<Record<Fault, number>>, object, [type: string, reason: string, pods: number]][] = [
  ['a transient error is tried again', { storeError: 1 }, {}, ['Complete', 'CompletionsReached', 2]],
  ['transient errors end at the backoff limit', { storeError: 9 }, {}, ['Failed', 'BackoffLimitExceeded', 4]],
  ['a limit of none', { storeError: 9 }, { backoffLimit: 0 }, ['Failed', 'BackoffLimitExceeded', 1]],
  ['what a person has to mend is not tried again', { credentialsLost: 1 }, {}, ['Failed', 'PodFailurePolicy', 1]],
  ['a mover that hangs is ended by its deadline', { moverHangs: 1 }, { timeoutSeconds: 900 }, ['Failed', 'DeadlineExceeded', 1]],
]

for (const [what, faults, mover, expected] of endings) {
  test(what, async () => {
    const world = rig({ faults: engine => placed(engine, { ...faults }) })
    await world.claim('data', 'shop/data#1')
    const made = new Set<string>()
    world.api.subscribe(({ resource, after }) => { if (resource === PODS) made.add(after.metadata.uid ?? '') })
    world.job('job', { mover: { backoffLimit: 3, ...mover } as never })
    const { type, reason } = await world.ended('job')
    assert.deepEqual([type, reason, made.size], expected)
  })
}

test('failed pods are replaced after ten seconds, then twice as long each time', async () => {
  const world = rig({ faults: engine => placed(engine, { storeError: 3 }) })
  await world.claim('data', 'shop/data#1')
  const created: number[] = []
  const ended: number[] = []
  world.api.subscribe(({ resource, type, after, at }) => {
    if (resource === PODS && type === 'ADDED') created.push(at)
    if (resource === PODS && (after as Pod).status?.phase === 'Failed' && ended.length < created.length) ended.push(at)
  })
  world.job('job')
  await world.ended('job')
  assert.equal(created.length, 4)
  const waits = created.slice(1).map((at, index) => at - (ended[index] ?? 0))
  for (const [index, wait] of waits.entries()) assert.ok(wait >= 9000 * 2 ** index && wait < 10_000 * 2 ** index + 12_000, `${waits}`)
})

test('a finished Job goes when its time to live is over, its pods first', async () => {
  const world = rig()
  await world.claim('data', 'shop/data#1')
  world.job('job')
  await world.ended('job')
  await world.wait(24 * 60 - 1)
  assert.ok(world.read(JOBS, 'job'))
  const gone: string[] = []
  world.api.subscribe(({ resource, type }) => { if (type === 'DELETED') gone.push(resource) })
  await world.wait(5)
  assert.deepEqual(gone.filter(resource => resource === PODS || resource === JOBS), [PODS, JOBS])
})

test('at no time does a Job have two pods that run', async () => {
  for (let seed = 1; seed <= 15; seed++) {
    const world = rig({ seed, faults: engine => placed(engine, { podEvicted: 2, nodeLost: 2, podOutOfMemory: 2, terminationMessageLost: 1 }) })
    await world.claim('data', 'shop/data#1')
    let most = 0
    world.api.subscribe(({ resource }) => { if (resource === PODS) most = Math.max(most, world.pods('job').filter(({ status }) => status?.phase === 'Pending' || status?.phase === 'Running').length) })
    world.job('job')
    await world.ended('job')
    assert.equal(most, 1)
  }
})

test('a suspended Job has no pod; it starts when it is resumed', async () => {
  const world = rig()
  await world.claim('data', 'shop/data#1')
  world.job('job')
  suspend(world, true)
  await world.wait(5)
  assert.deepEqual([world.pods('job').length, world.read<Job>(JOBS, 'job')?.status?.startTime], [0, undefined])
  suspend(world, false)
  assert.equal((await world.ended('job')).type, 'Complete')
})

test('a Job that is deleted takes its pods along; a later one of its name is another', async () => {
  const world = rig({ faults: engine => placed(engine, { moverHangs: 1 }) })
  await world.claim('data', 'shop/data#1')
  const first = world.job('job')
  await world.wait(3)
  world.remove(JOBS, 'job')
  world.job('job')
  const { type } = await world.ended('job')
  assert.equal(type, 'Complete')
  await world.wait(5)
  const owners = world.api.all<Pod>(PODS, NAMESPACE).map(pod => pod.metadata.ownerReferences?.[0]?.uid)
  assert.ok(owners.length === 1 && owners[0] !== first.metadata.uid)
})

test('pods that somebody wanted to stay are nobody\'s to count, and can go once they are over', async () => {
  const world = rig()
  await world.claim('data', 'shop/data#1')
  world.job('job')
  await world.engine.run(world.engine.now() + 60_000, () => world.pods('job')[0]?.status?.phase === 'Running')
  world.remove(JOBS, 'job', { propagationPolicy: 'Orphan' })
  await world.wait(10)
  const [pod, ...more] = world.api.all<Pod>(PODS, NAMESPACE)
  assert.deepEqual([pod?.status?.phase, pod?.metadata.ownerReferences, pod?.metadata.finalizers, more.length], ['Succeeded', undefined, undefined, 0])
})

function suspend({ api }: Rig, suspended: boolean): void {
  const { status } = api.request({ actor: 'user', method: 'PATCH', path: `/apis/batch/v1/namespaces/${NAMESPACE}/jobs/job`, body: { spec: { suspend: suspended } } })
  assert.equal(status, 200)
}
