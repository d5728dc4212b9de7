import { repositoryOf } from '../../../lib/repository-record.ts'
import { hasEnded, RESOURCE, uidOf, type StoredBackup, type StoredClaim, type StoredPolicy, type StoredRepository } from '../invariants/resources.ts'
import { nextSlotAfter } from '../invariants/cron.ts'
import type { Action } from './action.ts'
import { ACTIONS } from './actions.ts'
import { runByHand } from './backups.ts'
import { userClaims, writeTo } from './claims.ts'
import { heedLosses, moveBack } from './losses.ts'
import { NAMESPACE, sceneMaker, type Scene, type UsersParts } from './scene.ts'
import { createTopology, makeRepository, putSecret, type Topology } from './topology.ts'

const MINUTE = 60_000
/** How often the same thing is done, on average. Often enough to meet everything else, not so often that nothing ever ends. */
const PACES = [1, 3, 10].map(minutes => minutes * MINUTE)
/** Within this time a new volume has its first content. */
const FIRST_WRITE = 20_000
/** By then volumes are bound and written to. */
const BEGINNING = FIRST_WRITE + 10_000
/** Who waits for something looks as often as this. */
const PATIENCE = 10_000
/** Faults ask for themselves how often they strike. */
const FAULT_PACE = 2 * MINUTE

/** The people of a world. */
export interface Users {
  /** Names of what they did, in the order in which they did it. */
  readonly done: readonly string[]
  /** Every policy runs by hand once its volumes have their first content. */
  begin(): void
  /** They do nothing until they are woken. */
  rest(): void
  wake(): void
  /** From now on they want what they want, and see to it that it can be had. */
  stop(): void
  /** All schedules are suspended. */
  calm(): void
}

/** Draws a shop and lets its people do as they like. What one action does, and when, depends on no other. */
export function startUsers(parts: UsersParts): Users {
  const { engine, faults, random, blame, without = [], keen = [] } = parts
  const done: string[] = []
  let stopped = false
  const sleep = new Sleep()
  const scenes = sceneMaker(parts, () => stopped)
  const topology = createTopology(scenes(random.fork('topology')))
  startWorkload(parts, scenes(random.fork('workload')))
  for (const action of ACTIONS.filter(({ name }) => !without.includes(name))) {
    const own = random.fork(action.name)
    const isDone = action.fault === undefined ? own.chance(0.35) || keen.includes(action.name) : (faults.rates.get(action.fault) ?? 0) > 0
    if (isDone) repeat({ parts, action, scene: scenes(own), topology, done, isOver: () => stopped, sleep })
  }
  return {
    done,
    begin: () => void engine.after(BEGINNING, () => {
      const scene = scenes(random.fork('begin'))
      for (const policy of scene.all<StoredPolicy>(RESOURCE.policies)) runByHand(scene, policy)
    }),
    rest: () => sleep.begin(),
    wake: () => sleep.end(),
    stop() {
      stopped = true
      blame.note('healed', 'everybody', engine.now())
      settle(scenes(random.fork('settle')), topology)
    },
    calm() {
      const scene = scenes(random.fork('calm'))
      for (const { metadata } of scene.all<StoredPolicy>(RESOURCE.policies)) scene.patch(RESOURCE.policies, metadata.name, { body: { spec: { suspend: true } } })
    },
  }
}

interface Habit {
  readonly parts: UsersParts
  readonly action: Action
  readonly scene: Scene
  readonly topology: Topology
  readonly done: string[]
  readonly isOver: () => boolean
  readonly sleep: Sleep
}

function repeat(habit: Habit): void {
  const { parts: { engine, faults, keen = [] }, action, scene, topology, done, isOver, sleep } = habit
  const drawn = action.fault === undefined ? scene.random.pick(PACES) : FAULT_PACE
  const pace = keen.includes(action.name) ? MINUTE : drawn
  const next = (mean = pace): void => void engine.after(-Math.log(1 - scene.random.next()) * mean, () => {
    if (isOver()) return
    if (sleep.keeps(next)) return
    const strikes = action.fault === undefined || faults.strikes(action.fault)
    const isDone = strikes && action.act(scene, topology)
    if (isDone) done.push(action.name)
    next(!isDone && action.patient === true ? PATIENCE : pace)
  })
  next()
}

class Sleep {
  #isOn = false
  readonly #waiting: (() => void)[] = []

  begin(): void {
    this.#isOn = true
  }

  end(): void {
    this.#isOn = false
    for (const goOn of this.#waiting.splice(0)) goOn()
  }

  /** Whether it is on: then it goes on with this when it ends. */
  keeps(goOn: () => void): boolean {
    if (this.#isOn) this.#waiting.push(() => goOn())
    return this.#isOn
  }
}

/** A new volume gets its first content soon after it is bound, unless its workload never writes. */
function startWorkload({ api, engine }: UsersParts, scene: Scene): void {
  const seen = new Set<string>()
  api.subscribe(({ resource, after }) => {
    const claim = after as StoredClaim
    const { uid = '', namespace } = claim.metadata
    if (resource !== RESOURCE.claims || namespace !== NAMESPACE || claim.status?.phase !== 'Bound' || seen.has(uid)) return
    seen.add(uid)
    const isRestored = claim.metadata.annotations?.['holdfast.dev/restore-uid'] !== undefined
    if (isRestored || scene.random.chance(0.1)) return
    engine.after(scene.random.below(FIRST_WRITE), () => {
      const now = userClaims(scene).find(({ metadata }) => metadata.uid === uid)
      if (now !== undefined) writeTo(scene, now)
    })
  })
}

/** What is missing is put back, and a policy that will not run soon is run by hand. */
function settle(scene: Scene, { place, destination }: Topology): void {
  putSecret(scene)
  const repository = place !== undefined && 'repositoryRef' in place ? place.repositoryRef : undefined
  if (repository?.kind === 'ClusterBackupRepository') scene.patch(RESOURCE.clusterRepositories, repository.name, { body: { spec: { allowedNamespaces: ['*'] } } })
  forgetLostRepositories(scene)
  forgetEditedRepositories(scene)
  if (repository?.kind === 'BackupRepository') moveBack(scene, destination)
  heedLosses(scene, () => { if (repository?.kind === 'BackupRepository') keepRepository(scene, destination) })
  makeWayForChecks(scene)
  // By then a volume that was just made has its first content.
  const run = { left: 36, before: new Set(scene.all(RESOURCE.backups).map(uidOf)) }
  for (const policy of scene.all<StoredPolicy>(RESOURCE.policies)) if (!runsSoon(scene, policy)) scene.engine.after(FIRST_WRITE, () => seeToRun(scene, policy.metadata.name, run))
}

/**
 * By hand, and once more when it could not begin before its time was over: a repository may need some minutes to be found well again.
 * A run that has failed may be gone when it is looked for.
 */
function seeToRun(scene: Scene, name: string, { left, before }: { readonly left: number; readonly before: ReadonlySet<string> }): void {
  const policy = scene.read<StoredPolicy>(RESOURCE.policies, name)
  if (policy === undefined || left === 0) return
  const run = newestRun(scene, name, before)
  const { phase, reason } = run?.status ?? {}
  const isTooEarly = phase === 'Failed' && reason === 'RepositoryNotReady'
  if (hasEnded(phase) && !isTooEarly) return
  if (run === undefined || (isTooEarly && hasRepository(scene, policy))) runByHand(scene, policy)
  scene.engine.after(5 * MINUTE, () => seeToRun(scene, name, { left: left - 1, before }))
}

/** By what there was before: the times in objects are not to be trusted where clocks have jumped. */
function newestRun(scene: Scene, policy: string, before: ReadonlySet<string>): StoredBackup | undefined {
  return scene.all<StoredBackup>(RESOURCE.backups).findLast(backup => backup.spec.policy === policy && !before.has(uidOf(backup)))
}

function hasRepository(scene: Scene, policy: StoredPolicy): boolean {
  return scene.read<StoredRepository>(RESOURCE.repositories, repositoryOf(policy)?.name ?? '')?.status?.phase === 'Ready'
}

/** As the policies say whose repository no longer is what they ask for: the object is deleted, and the hooks make it again. */
function forgetEditedRepositories(scene: Scene): void {
  for (const { metadata: { name, generation = 1 } } of scene.all(RESOURCE.repositories)) if (name !== 'main' && generation > 1) scene.remove(RESOURCE.repositories, name)
}

/** What a repository held is gone with its bucket: as the message of its check says, the object is deleted and made again. */
function forgetLostRepositories(scene: Scene): void {
  if (!scene.cluster.stores.losses.some(({ kind }) => kind === 'emptied')) return
  for (const { metadata } of scene.all(RESOURCE.repositories)) scene.remove(RESOURCE.repositories, metadata.name)
}

/** A Job in the place of a check's is deleted, as the message of the repository says. */
function makeWayForChecks(scene: Scene, left = 60): void {
  for (const { status } of scene.all<StoredRepository>(RESOURCE.repositories)) {
    const name = status?.reason === 'TargetExists' ? /^Job (\S+) /.exec(status.message ?? '')?.[1] : undefined
    if (name !== undefined) scene.remove(RESOURCE.jobs, name)
  }
  if (left > 0) scene.engine.after(MINUTE, () => makeWayForChecks(scene, left - 1))
}

/** The repository that people made themselves is there, as soon as an older one of the name has gone. */
function keepRepository(scene: Scene, destination: Topology['destination'], left = 60): void {
  if (makeRepository(scene, destination) || left === 0) return
  const there = scene.read(RESOURCE.repositories, 'main')
  if (there?.metadata.deletionTimestamp !== undefined) scene.engine.after(10_000, () => keepRepository(scene, destination, left - 1))
}

function runsSoon({ engine }: Scene, { spec: { schedule, timeZone = 'Etc/UTC', suspend } }: StoredPolicy): boolean {
  if (schedule === undefined || suspend === true) return false
  const slot = nextSlotAfter({ schedule, timeZone }, engine.now())
  return slot !== undefined && slot - engine.now() <= 60 * MINUTE
}
