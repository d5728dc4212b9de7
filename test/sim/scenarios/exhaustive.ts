import { ANNOTATION } from '../../../lib/api.ts'
import type { Change } from '../api/api.ts'
import { noFaults } from '../faults.ts'
import { guard, type Finding, type Guard } from '../guard.ts'
import type { HookBlow } from '../hook-network.ts'
import { createWorld, type World, type WorldOptions } from '../world.ts'
import type { Scenario } from './scenario.ts'
import { observeWorld, playInSimulator, type Trace } from './stage.ts'

/** One thing done to one moment of a story. */
export type Blow =
  /** Who has just written dies before he hears of it. */
  | { readonly kind: 'crash'; readonly write: number }
  /** The version before has run until then; after this write this version takes over. */
  | { readonly kind: 'upgrade'; readonly write: number }
  /** From this write on the cache of a resource (`*`: all) stands still for five minutes. */
  | { readonly kind: 'freeze'; readonly write: number; readonly resource: string }
  /** What happens to the answer of this hook call. */
  | { readonly kind: HookBlow; readonly call: number }

/** How a story ended. */
export interface Ending {
  readonly trace: Trace
  /** Everything but Jobs that is there when all has settled. */
  readonly last: readonly string[]
  /** When each write of ours was done, in virtual milliseconds, and how many calls there were, until the story's end. */
  readonly writtenAt: readonly number[]
  readonly calls: number
  /** Everything that changed, also in the aftermath. */
  readonly changes: readonly Pick<Change, 'resource' | 'at'>[]
  /** The invariant that was broken first, on the way or at the end. */
  readonly finding?: Finding
}

export const FROZEN = ['*', 'holdfast.dev/v1alpha1/backups', 'holdfast.dev/v1alpha1/restores', 'holdfast.dev/v1alpha1/backuppolicies', 'holdfast.dev/v1alpha1/backuprepositories',
  'holdfast.dev/v1alpha1/clusterbackuprepositories', 'batch/v1/jobs', 'batch/v1/cronjobs', 'v1/persistentvolumeclaims', 'snapshot.storage.k8s.io/v1/volumesnapshots'] as const
const START = Date.parse('2026-11-21T09:00:30Z')
/** Movers are quick by it, so that the stories are short: there are as many blows as writes and calls. */
const SEED = 4
const FREEZE = 300_000
/** A change is in the cache some milliseconds later. */
const ARRIVAL = 1000
/** The version before from the beginning to the end. */
export const NO_UPGRADE: Blow = { kind: 'upgrade', write: Infinity }
/** A blow that was never struck proves nothing. */
const NEVER_STRUCK: Finding = { invariant: 'blow', message: 'the blow was never struck: the story has fewer writes or calls than when its blows were counted' }
/** Longer than a frozen cache, and than every delay that a blow can cause. */
const AFTERMATH = 2_400_000

/** Plays a scenario with at most one blow and every invariant watched, and then lets everything settle. Throws when the story does not come to its end. */
export async function playWith(scenario: Scenario, blow?: Blow): Promise<Ending> {
  const strike = new Strike(blow)
  let watch: Guard | undefined
  const world = createWorld({
    seed: SEED, start: START, faults: noFaults, replayPart: 0, between: strike.between, called: call => watch?.called(call),
    panicked: message => { throw new Error(message) }, wrote: strike.wrote, ...(blow?.kind === 'upgrade' && { upgradedFrom: 'previous' }),
  })
  const findings = new Findings(() => blow?.kind === 'upgrade' && !strike.isStruck)
  watch = guard(world, found => findings.add(found))
  const trace = await playInSimulator(world, scenario)
  const { calls } = strike
  const writtenAt = [...strike.writtenAt]
  watch.blame.note('healed', 'everybody', world.engine.now())
  await world.engine.run(world.engine.now() + AFTERMATH)
  watch.end()
  const finding = findings.finding ?? (strike.isMissing ? NEVER_STRUCK : undefined)
  return { ...(finding !== undefined && { finding }), trace, last: [...observeWorld(world).filter(line => !line.startsWith('Job ')), ...stored(world)].toSorted(), writtenAt, calls, changes: world.api.journal }
}

/** Labels of its claim, in a volume of a status. */
const VOLUME_LABELS = /"labels":\{[^{}]*\},(?="phase":)/g

/**
 * An ending as it is compared after a blow. The version before does not say in a content's marks which Backup it means, and what is marked well
 * enough is not written again; nor does it note a claim's labels.
 */
export function comparableAfter({ kind }: Blow, last: Ending['last']): Ending['last'] {
  return kind === 'upgrade' ? last.map(line => line.replace(`"${ANNOTATION.backupUid}":"<uid>",`, '').replaceAll(VOLUME_LABELS, '')).toSorted() : last
}

/**
 * Every blow that there is to a story, but for those that change nothing: a cache that stands still while nothing of its resource changes
 * shows what it would have shown. `writesBefore`: how often the version before writes in this story, for an upgrade may follow on each of them.
 */
export function allBlows({ writtenAt, calls, changes }: Pick<Ending, 'writtenAt' | 'calls' | 'changes'>, writesBefore: number): readonly Blow[] {
  const each = <T>(count: number, make: (index: number) => readonly T[]): readonly T[] => Array.from({ length: count }, (_, index) => make(index + 1)).flat()
  return [
    ...writtenAt.flatMap((at, index): Blow[] => {
      const write = index + 1
      return [{ kind: 'crash', write }, ...behind(changes, at).map(resource => ({ kind: 'freeze', write, resource }) as const)]
    }),
    ...each<Blow>(writesBefore, write => [{ kind: 'upgrade', write }]),
    ...each<Blow>(calls, call => (['drop', 'repeat', 'delay', 'late'] as const).map(kind => ({ kind, call }))),
  ]
}

/** Whose caches are behind when they stand still from this time on. What changed just before may not have arrived. */
function behind(changes: Ending['changes'], from: number): readonly string[] {
  const held = new Set(changes.filter(({ at }) => at >= from - ARRIVAL && at <= from + FREEZE).map(({ resource }) => resource))
  return FROZEN.filter(resource => resource === '*' ? held.size > 0 : held.has(resource))
}

function stored({ cluster }: World): readonly string[] {
  return cluster.stores.points().map(({ namespace, volume, backup, content, committed }) => `point ${namespace}/${volume} ${backup} ${content} ${committed}`)
}

/** The first of them that this version has to answer for: what is said of the one before, also when it is said again later, is mended by now. */
class Findings {
  readonly #isOfVersionBefore: () => boolean
  readonly #excused = new Set<string>()
  finding: Finding | undefined

  constructor(isOfVersionBefore: () => boolean) {
    this.#isOfVersionBefore = isOfVersionBefore
  }

  add(found: Finding): void {
    if (this.#isOfVersionBefore()) this.#excused.add(found.message)
    else if (!this.#excused.has(found.message)) this.finding ??= found
  }
}

class Strike {
  readonly #blow: Blow | undefined
  isStruck = false
  readonly writtenAt: number[] = []
  calls = 0

  constructor(blow: Blow | undefined) {
    this.#blow = blow
  }

  readonly wrote: NonNullable<WorldOptions['wrote']> = (writer, count, world) => {
    this.writtenAt.push(world.engine.now())
    const blow = this.#blow
    if (blow === undefined || !('write' in blow) || blow.write !== count) return
    this.isStruck = true
    if (blow.kind === 'upgrade') world.upgradeHooks()
    else if (blow.kind === 'freeze') world.caches.freeze(blow.resource === '*' ? undefined : blow.resource, world.engine.now() + FREEZE)
    else if (writer === 'hooks') world.crashHooks(5000)
    else world.crashMetacontroller(5000)
  }

  readonly between: NonNullable<WorldOptions['between']> = () => {
    this.calls += 1
    const blow = this.#blow
    if (blow === undefined || !('call' in blow) || blow.call !== this.calls) return undefined
    this.isStruck = true
    return blow.kind
  }

  /** Whether there was no moment for the blow although there had to be one. */
  get isMissing(): boolean {
    return this.#blow !== undefined && this.#blow !== NO_UPGRADE && !this.isStruck
  }
}
