import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { KubeObject, RestoreSpec } from '../../schemas/generated/types.ts'
import { backup, claim, point, repository, restore, snapshot, snapshotPoint } from './restore/samples.ts'
import { claimPath, jobPath, RESTORE, World, type Ending, type Faults, type Volume } from './restore/world.ts'

const UID = 'restore-uid'
const HOLDER = '/api/v1/namespaces/shop/pods/holder'
type Act = { readonly sync: Faults } | { readonly tick: number } | { readonly ending: Ending } | { readonly user: keyof typeof users }

/** What people do to a restore while it runs. */
const users = {
  makesTarget: (world: World) => world.addClaim(foreign('data')),
  hasTargetOfOlderRestore: (world: World) => world.addClaim(foreign('logs', { 'holdfast.dev/restored-by': 'shop/again', 'holdfast.dev/restore-uid': 'older' })),
  keepsPodOnTemporaryClaim: (world: World) => {
    if (world.claim('again-tmp-data')) world.api.put(HOLDER, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'holder' }, spec: { volumes: [{ persistentVolumeClaim: { claimName: 'again-tmp-data' } }] } })
  },
  makesTemporaryName: (world: World) => world.addClaim(foreign('again-tmp-logs')),
  takesVolume: (world: World) => {
    const [path] = world.api.all<Volume>('PersistentVolume').find(([, { metadata }]) => metadata.labels?.['holdfast.dev/restore-uid']) ?? []
    if (!path || world.claim('thief')) return
    world.addClaim(foreign('thief'))
    world.api.patch(path, { spec: { claimRef: { namespace: 'shop', name: 'thief', uid: 'uid-of-thief' } } })
  },
  deletesTemporaryClaim: (world: World) => world.api.remove(claimPath('again-tmp-data')),
  deletesJob: (world: World) => world.api.objects.delete(jobPath('again-restore-data')),
  deletesPods: (world: World) => { for (const [path] of world.api.all('Pod')) world.api.objects.delete(path) },
  deletesVolume: (world: World) => { for (const [path, { spec }] of world.api.all<Volume>('PersistentVolume')) if (spec.claimRef?.name === 'again-tmp-data') world.api.objects.delete(path) },
  deletesHeldVolume: (world: World) => { for (const [path, { metadata }] of world.api.all('PersistentVolume')) if (metadata.labels?.['holdfast.dev/restore-uid']) world.api.objects.delete(path) },
  deletesRestore: (world: World) => world.api.remove(RESTORE),
  losesBackup: (world: World) => { world.backups = [] },
} as const

const sync = fc.record<Faults>({
  loseStatus: fc.boolean(),
  staleBy: fc.constantFrom(0, 0, 1, 3),
  cutAfter: fc.constantFrom(undefined, undefined, 1, 2),
  partial: fc.boolean(),
}).map((faults): Act => ({ sync: faults }))
const suffering = fc.oneof(sync, fc.constantFrom(1, 2, 5).map((tick): Act => ({ tick })))
const meddling = fc.oneof(
  { weight: 16, arbitrary: suffering },
  { weight: 1, arbitrary: fc.constantFrom<Ending>('whole', 'failed', 'silent', 'partial').map((ending): Act => ({ ending })) },
  { weight: 2, arbitrary: fc.constantFrom(...Object.keys(users) as (keyof typeof users)[]).map((user): Act => ({ user })) },
)

test('whatever a sync suffers, a restore ends as it would have ended', async () => {
  const property = fc.asyncProperty(fc.array(suffering, { maxLength: 40 }), fc.constantFrom<Ending>('whole', 'failed', 'silent', 'partial'), async (acts, ending) => {
    const world = worldOf()
    world.ending = ending
    for (const each of acts) await play(world, each)
    await heal(world)
    assert.equal(world.restore?.status?.phase, ending === 'failed' ? 'Failed' : 'Completed', JSON.stringify(world.restore?.status))
    assertSettled(world)
  })
  await fc.assert(property, { numRuns: 60 })
})

test('whatever people do meanwhile, nothing half done is published, nothing of theirs is touched, nothing is left', async () => {
  const property = fc.asyncProperty(fc.array(meddling, { maxLength: 50 }), fc.boolean(), async (acts, fromSnapshot) => {
    const world = worldOf(fromSnapshot)
    for (const each of acts) await play(world, each)
    await heal(world)
    assertSettled(world)
  })
  await fc.assert(property, { numRuns: 100 })
})

const FAULTS: readonly Faults[] = [{ cutAfter: 1 }, { cutAfter: 2 }, { loseStatus: true }, { partial: true }, { staleBy: 2 }, { loseStatus: true, partial: true }]

test('every fault, in every round of a restore, for one to four rounds', async () => {
  for (const [round, length, faults] of eachOf(range(12), [1, 2, 4], FAULTS)) {
    const world = worldOf()
    for (const at of range(14)) {
      await play(world, { sync: at >= round && at < round + length ? faults : {} })
      await play(world, { tick: 2 })
    }
    await heal(world)
    assert.equal(world.restore?.status?.phase, 'Completed', JSON.stringify({ round, length, faults, status: world.restore?.status }))
    assertSettled(world)
  }
})

test('a stale status brings no ended volume back to life', async () => {
  for (const [round, staleBy, ending] of eachOf(range(16), [1, 3], ['whole', 'failed'] as const)) {
    const world = worldOf()
    world.ending = ending
    for (const at of range(20)) {
      await play(world, { sync: at >= round ? { staleBy } : {} })
      await play(world, { tick: 2 })
    }
    assert.deepEqual(world.jobsMade, ['again-restore-data', 'again-restore-logs'])
    await heal(world)
    assertSettled(world)
  }
})

test('whatever one person does, in any round of a restore of either sort', async () => {
  for (const [user, round, fromSnapshot] of eachOf(Object.keys(users) as (keyof typeof users)[], range(14), [false, true])) {
    const world = worldOf(fromSnapshot)
    for (const at of range(14)) {
      if (at === round) await play(world, { user })
      await play(world, { sync: {} })
      if (at === round) await play(world, { user })
      await play(world, { tick: 2 })
    }
    await heal(world)
    try {
      assertSettled(world)
    } catch (error) {
      assert.fail(`${user} in round ${round}: ${(error as Error).message} ${JSON.stringify(world.restore?.status)}`)
    }
  }
})

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index)
}

function eachOf<A, B, C>(first: readonly A[], second: readonly B[], third: readonly C[]): readonly (readonly [A, B, C])[] {
  return first.flatMap(a => second.flatMap(b => third.map(c => [a, b, c] as const)))
}

function worldOf(fromSnapshot = false): World {
  const spec: RestoreSpec = { policy: 'nightly', mover: { parallelism: 1 } }
  const points = fromSnapshot ? [snapshotPoint('data'), snapshotPoint('logs')] : [point('data'), point('logs')]
  const world = new World(restore(spec), [backup({ volumes: points, ...(fromSnapshot && { spec: { strategy: 'snapshot' } }) })], [repository()])
  for (const name of ['snap-data', 'snap-logs']) world.api.put(`/apis/snapshot.storage.k8s.io/v1/namespaces/shop/volumesnapshots/${name}`, snapshot(name))
  return world
}

async function play(world: World, each: Act): Promise<void> {
  if ('sync' in each) await world.sync(each.sync)
  else if ('tick' in each) world.tick(each.tick)
  else if ('ending' in each) world.ending = each.ending
  else users[each.user](world)
  assertWholeOnly(world)
  assertForeignUntouched(world)
}

/** Faults stop; time goes on, in the end past every deadline. */
async function heal(world: World): Promise<void> {
  for (let round = 0; round < 90; round += 1) {
    await world.sync()
    assertWholeOnly(world)
    world.tick(round < 40 ? 2 : 60)
  }
  assertForeignUntouched(world)
}

/** Somebody's claim, bound and in use. */
function foreign(name: string, annotations: Readonly<Record<string, string>> = {}): KubeObject {
  return claim(name, { metadata: { annotations: { ...annotations, foreign: 'yes' } }, spec: { volumeName: 'pv-foreign' }, status: { phase: 'Bound' } })
}

function published(world: World): readonly KubeObject[] {
  return world.api.all('PersistentVolumeClaim').map(([, object]) => object).filter(({ metadata }) => metadata.annotations?.['holdfast.dev/restore-uid'] === UID)
}

function assertWholeOnly(world: World): void {
  for (const { metadata, spec } of published(world)) {
    assert.ok(world.whole.has((spec as { volumeName: string }).volumeName), `${metadata.name} was published on a volume that no Job has filled`)
  }
}

function assertForeignUntouched(world: World): void {
  for (const [, { metadata, spec }] of world.api.all('PersistentVolumeClaim')) {
    if (!metadata.annotations?.foreign) continue
    assert.equal(metadata.deletionTimestamp, undefined)
    assert.equal((spec as { volumeName?: string }).volumeName, 'pv-foreign')
    const mounted = world.api.all('Pod').some(([, pod]) => JSON.stringify(pod.spec).includes(`"claimName":"${metadata.name}"`))
    assert.ok(!mounted, `a pod writes into ${metadata.name}, which is somebody else's`)
    if (metadata.name === 'thief') continue
    assert.ok(!world.api.all<Volume>('PersistentVolume').some(([, volume]) => volume.spec.claimRef?.uid === metadata.uid), 'a volume was given to a stranger')
  }
}

function assertSettled(world: World): void {
  const status = world.restore?.status
  if (world.restore) assert.ok(['Completed', 'PartiallyFailed', 'Failed'].includes(status?.phase ?? ''), JSON.stringify(status))
  assert.deepEqual(world.api.all('Job').map(([path]) => path), [], 'Jobs are left')
  world.api.objects.delete(HOLDER)
  world.tick()
  assert.deepEqual([...world.api.objects.keys()].filter(path => path.includes('again-tmp') && !world.api.objects.get(path)?.metadata.annotations?.foreign), [], 'temporary claims are left')
  for (const [, { metadata, spec }] of world.api.all<Volume>('PersistentVolume')) {
    assert.equal(metadata.labels?.['holdfast.dev/restore-uid'], undefined, 'a handover was left open')
    assert.ok(world.api.all('PersistentVolumeClaim').some(([, object]) => object.metadata.uid === spec.claimRef?.uid), 'a PersistentVolume was left behind')
    assert.equal(spec.persistentVolumeReclaimPolicy, spec.claimRef?.name === 'thief' ? 'Retain' : 'Delete')
  }
  // A claim that was bound stays, also when somebody took its volume away afterwards.
  const ours = published(world) as readonly (KubeObject & { status?: { phase?: string } })[]
  assert.deepEqual(ours.filter(({ status: now }) => now?.phase !== 'Bound' && now?.phase !== 'Lost'), [], 'a claim was published and never bound')
  if (!world.restore) return
  const completed = (status?.volumes ?? []).filter(({ phase }) => phase === 'Completed').map(({ target }) => target)
  const bound = ours.filter(({ status: now }) => now?.phase === 'Bound').map(({ metadata }) => metadata.name)
  assert.deepEqual(bound.filter(name => !completed.includes(name)), [], 'a claim is bound whose restore failed')
  assert.deepEqual(completed.filter(name => !ours.some(({ metadata }) => metadata.name === name)), [], 'a volume is Completed without its claim')
}
