import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnoseJob, diagnosePod } from '../../../hooks/jobs/diagnose.ts'
import { readOutcome } from '../../../hooks/jobs/outcome.ts'
import type { Fault } from '../faults.ts'
import { CLAIMS, EVENTS, JOBS, PODS, type Job, type KubeObject, type Pod } from './objects.ts'
import { claimOf, NAMESPACE, placed, rig, type Rig } from './rig.ts'

function eventsOf(world: Rig, kind: string, name: string): readonly KubeObject[] {
  const all = world.api.all<KubeObject & { readonly involvedObject: { readonly kind: string; readonly name: string }; readonly lastTimestamp: string }>(EVENTS, NAMESPACE)
  return all.filter(({ involvedObject: about }) => about.kind === kind && about.name === name).toSorted((a, b) => b.lastTimestamp.localeCompare(a.lastTimestamp))
}

const jobNamed = (name: string): KubeObject => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name } })

/** What the shipped hook says of the Job's newest pod at some time within half an hour. */
async function diagnosed(world: Rig, job: string): Promise<string | undefined> {
  let found: string | undefined
  const look = (): boolean => {
    const pod = world.pods(job).at(-1)
    found = pod === undefined ? diagnoseJob(jobNamed(job), eventsOf(world, 'Job', job))?.reason : diagnosePod(pod, eventsOf(world, 'Pod', pod.metadata.name))?.reason
    return found !== undefined
  }
  await world.engine.run(world.engine.now() + 1_800_000, look)
  return found
}

const unstarted: readonly [string, Fault, readonly string[]][] = [
  ['no node has room', 'podUnschedulable', ['Unschedulable']],
  ['an image that is not pulled', 'imagePullStuck', ['ImagePullFailed']],
  ['a volume that is not mounted', 'mountFailed', ['MountFailed', 'VolumeInUse']],
  ['a Secret that is not seen', 'secretMissing', ['SecretNotFound']],
  ['a pod that is refused', 'podForbidden', ['PodForbidden']],
]

for (const [what, fault, reasons] of unstarted) {
  test(`${what}: the hook reads ${reasons.join(' or ')}, and the Job completes by itself later`, async () => {
    const world = rig({ faults: engine => placed(engine, { [fault]: 1 }) })
    await world.claim('data', 'shop/data#1')
    world.job('job')
    const found = await diagnosed(world, 'job')
    assert.ok(reasons.includes(found ?? ''), found)
    assert.equal((await world.ended('job')).type, 'Complete')
  })
}

const missing: readonly [string, string, (world: Rig) => void, (world: Rig) => void][] = [
  ['a claim that is not there', 'VolumeNotFound', () => undefined, world => void world.post(CLAIMS, claimOf('data'))],
  ['a claim that nobody provisions', 'VolumeNotBound', world => void world.post(CLAIMS, claimOf('data', { storageClassName: 'later' })), world => {
    world.post('storage.k8s.io/v1/storageclasses', { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'later' }, provisioner: 'csi.holdfast.test' }, '')
    world.api.request({ actor: 'user', method: 'PATCH', path: `/api/v1/namespaces/${NAMESPACE}/persistentvolumeclaims/data`, body: { metadata: { labels: { touched: 'yes' } } } })
  }],
]

for (const [what, reason, before, mend] of missing) {
  test(`${what}: ${reason}, until it is mended`, async () => {
    const world = rig()
    before(world)
    world.job('job', {}, { allowEmpty: true })
    assert.equal(await diagnosed(world, 'job'), reason)
    mend(world)
    assert.equal((await world.ended('job')).type, 'Complete')
  })
}

const secrets: readonly [string, Record<string, string> | undefined, string][] = [
  ['no Secret', undefined, 'SecretNotFound'],
  ['a Secret without a key that is needed', { AWS_ACCESS_KEY_ID: 'YQ==' }, 'SecretKeyMissing'],
]

for (const [what, data, reason] of secrets) {
  test(`${what}: ${reason}, until it is whole; keys that are optional are not waited for`, async () => {
    const world = rig({ secret: false })
    await world.claim('data', 'shop/data#1')
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'store' } }
    if (data !== undefined) world.post('v1/secrets', { ...secret, data })
    world.job('job')
    assert.equal(await diagnosed(world, 'job'), reason)
    if (data !== undefined) world.remove('v1/secrets', 'store')
    world.post('v1/secrets', { ...secret, data: { AWS_ACCESS_KEY_ID: 'YQ==', AWS_SECRET_ACCESS_KEY: 'Yg==' } })
    assert.equal((await world.ended('job')).type, 'Complete')
  })
}

const struck: readonly [string, Partial<Record<Fault, number>>, { reason?: string; outcome: string; pods: number }][] = [
  ['nothing', {}, { outcome: 'succeeded', pods: 1 }],
  ['an eviction is no failure of the Job', { podEvicted: 5 }, { outcome: 'succeeded', pods: 1 }],
  ['a lost node is no failure of the Job', { nodeLost: 4 }, { outcome: 'succeeded', pods: 1 }],
  ['one death for want of memory is tried again', { podOutOfMemory: 1 }, { outcome: 'succeeded', pods: 2 }],
  ['four deaths for want of memory', { podOutOfMemory: 4 }, { outcome: 'failed', reason: 'OutOfMemory', pods: 4 }],
  ['a mover that hangs', { moverHangs: 1 }, { outcome: 'failed', reason: 'DeadlineExceeded', pods: 0 }],
  ['a slow Job controller', { jobControllerSlow: 5 }, { outcome: 'succeeded', pods: 1 }],
]

for (const [what, faults, expected] of struck) {
  test(`${what} → ${expected.reason ?? expected.outcome}`, async () => {
    // Whether a misfortune comes before the end is up to the draw: one of these seeds shows it.
    const seen = []
    for (let seed = 1; seed <= 12; seed++) {
      const world = rig({ seed, faults: engine => placed(engine, { ...faults }) })
      await world.claim('data', 'shop/data#1')
      world.job('job')
      const { pods } = await world.ended('job')
      const outcome = readOutcome(world.read<Job>(JOBS, 'job') as Job, pods.toReversed())
      seen.push(outcome.state === 'failed' ? outcome.reason : outcome.state)
      const struck = [...world.faults.counts.keys()].some(fault => fault !== 'jobControllerSlow')
      if (seen.at(-1) === (expected.reason ?? expected.outcome) && (expected.outcome === 'failed' || struck === Object.keys(faults).some(fault => fault !== 'jobControllerSlow'))) {
        assert.ok(pods.length >= Math.min(expected.pods, 1))
        return
      }
    }
    assert.fail(`seen: ${seen.join(', ')}`)
  })
}

test('a result may be lost in three ways: with the message, with the pod, with the node; the restore point is there in each', async () => {
  const seen = new Set<string>()
  for (let seed = 1; seed <= 20; seed++) {
    const world = rig({ seed, faults: engine => placed(engine, { terminationMessageLost: 1 }) })
    await world.claim('data', 'shop/data#1')
    world.job('job')
    const { type, pods } = await world.ended('job')
    assert.equal(type, 'Complete')
    assert.deepEqual(world.stores.points().map(({ committed, content }) => [committed, content]), [[true, 'shop/data#1']])
    const outcome = readOutcome(world.read<Job>(JOBS, 'job') as Job, pods)
    seen.add(`${outcome.state} ${pods.length}`)
  }
  assert.deepEqual([...seen].sort(), ['lost 0', 'lost 1', 'succeeded 1'])
})

test('the mover of a lost node stops at once, and its pod is given up after five minutes', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const world = rig({ seed, faults: engine => placed(engine, { nodeLost: 1 }) })
    await world.claim('data', 'shop/data#1')
    world.job('job')
    let readySince = 0
    let gone = 0
    world.api.subscribe(({ resource, type, after, at }) => {
      if (resource !== PODS) return
      const conditions = (after as Pod).status?.conditions ?? []
      if (readySince === 0 && conditions.some(condition => condition.type === 'Ready' && condition.status === 'True')) readySince = at
      if (gone === 0 && type === 'DELETED') gone = at
    })
    await world.ended('job')
    if (gone === 0) continue
    assert.ok(gone - readySince >= 300_000)
    return
  }
  assert.fail('no node was lost')
})

test('a pod that is deleted keeps its object until its containers have ended', async () => {
  const world = rig()
  await world.claim('data', 'shop/data#1')
  world.job('job', { mover: { backoffLimit: 0 } as never })
  await world.engine.run(world.engine.now() + 600_000, () => world.pods('job')[0]?.status?.phase === 'Running')
  const seen: string[] = []
  world.api.subscribe(({ resource, type, after }) => { if (resource === PODS || resource === JOBS) seen.push(`${type} ${after.kind} ${(after as Pod).status?.phase ?? ''}`) })
  world.remove(JOBS, 'job')
  await world.wait(2)
  assert.deepEqual([seen[0], seen[1], seen.at(-1)], ['DELETED Job ', 'MODIFIED Pod Running', 'DELETED Pod Failed'])
  assert.deepEqual(world.stores.points().filter(({ committed }) => committed), [])
})

test('a pod of nobody is scheduled, binds a claim that waits for its first consumer, and runs until it is deleted', async () => {
  const world = rig({ faults: engine => placed(engine, { podEvicted: 9, podOutOfMemory: 9 }) })
  world.post(CLAIMS, claimOf('late', { storageClassName: 'wait' }))
  await world.wait(60)
  assert.equal(world.read<{ status: { phase: string } } & KubeObject>(CLAIMS, 'late')?.status.phase, 'Pending')
  world.post(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'app' }, spec: { containers: [{ name: 'app', image: 'app' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'late' } }] } })
  await world.wait(600)
  assert.equal(world.read<Pod>(PODS, 'app')?.status?.phase, 'Running')
  assert.equal(world.read<{ status: { phase: string } } & KubeObject>(CLAIMS, 'late')?.status.phase, 'Bound')
  world.remove(PODS, 'app')
  await world.wait(2)
  assert.equal(world.read(PODS, 'app'), undefined)
})

test('a pod that must run on a lost node waits for it', async () => {
  const world = rig({ faults: engine => placed(engine, { nodeLost: 1 }) })
  await world.claim('data', 'shop/data#1')
  world.job('job')
  await world.engine.run(world.engine.now() + 3_600_000, () => (world.faults.counts.get('nodeLost') ?? 0) > 0 && world.pods('job')[0]?.status?.conditions?.some(({ reason }) => reason === 'NodeNotReady') === true)
  const node = world.pods('job')[0]?.spec.nodeName ?? ''
  world.job('pinned', { node: { name: node, tolerations: [] } })
  assert.equal(await diagnosed(world, 'pinned'), 'Unschedulable')
  assert.equal((await world.ended('pinned')).type, 'Complete')
})
