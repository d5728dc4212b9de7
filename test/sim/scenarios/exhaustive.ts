import { ANNOTATION } from '../../../lib/api.ts'
import { noFaults } from '../faults.ts'
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
  | { readonly kind: 'drop' | 'repeat' | 'delay'; readonly call: number }

/** How a story ended. */
export interface Ending {
  readonly trace: Trace
  /** Everything but Jobs that is there when all has settled. */
  readonly last: readonly string[]
  /** Until the story's end. */
  readonly writes: number
  readonly calls: number
  /** Resources that changed at all: only their caches can be behind. */
  readonly touched: readonly string[]
}

export const FROZEN = ['*', 'holdfast.dev/v1alpha1/backups', 'holdfast.dev/v1alpha1/restores', 'holdfast.dev/v1alpha1/backuppolicies', 'holdfast.dev/v1alpha1/backuprepositories',
  'batch/v1/jobs', 'v1/persistentvolumeclaims', 'snapshot.storage.k8s.io/v1/volumesnapshots'] as const
const START = Date.parse('2026-11-21T09:00:30Z')
const FREEZE = 300_000
/** Longer than a frozen cache, and than every delay that a blow can cause. */
const AFTERMATH = 2_400_000

/** Plays a scenario with at most one blow, and then lets everything settle. Throws when the story does not come to its end. */
export async function playWith(scenario: Scenario, blow?: Blow): Promise<Ending> {
  const strike = new Strike(blow)
  const world = createWorld({
    seed: 1, start: START, faults: noFaults, replayPart: 0, between: strike.between,
    panicked: message => { throw new Error(message) }, wrote: strike.wrote, ...(blow?.kind === 'upgrade' && { upgradedFrom: 'previous' }),
  })
  const trace = await playInSimulator(world, scenario)
  const { writes, calls } = strike
  await world.engine.run(world.engine.now() + AFTERMATH)
  return { trace, last: [...observeWorld(world).filter(line => !line.startsWith('Job ')), ...stored(world)].toSorted(), writes, calls, touched: touchedBy(world) }
}

/**
 * An ending as it is compared after a blow. The version before does not say in a content's marks which Backup it means, and what is marked well
 * enough is not written again.
 */
export function comparableAfter({ kind }: Blow, last: Ending['last']): Ending['last'] {
  return kind === 'upgrade' ? last.map(line => line.replace(`"${ANNOTATION.backupUid}":"<uid>",`, '')).toSorted() : last
}

/** Every blow that there is to a story of so many writes and calls. */
export function allBlows({ writes, calls, touched }: Pick<Ending, 'writes' | 'calls' | 'touched'>): readonly Blow[] {
  const each = <T>(count: number, make: (index: number) => readonly T[]): readonly T[] => Array.from({ length: count }, (_, index) => make(index + 1)).flat()
  return [
    ...each<Blow>(writes, write => [{ kind: 'crash', write }, { kind: 'upgrade', write }, ...touched.map(resource => ({ kind: 'freeze', write, resource }) as const)]),
    ...each<Blow>(calls, call => (['drop', 'repeat', 'delay'] as const).map(kind => ({ kind, call }))),
  ]
}

/** What Metacontroller watches and the story has changed. */
function touchedBy({ api }: World): readonly string[] {
  const changed = new Set(api.journal.map(({ resource }) => resource))
  return FROZEN.filter(resource => resource === '*' || changed.has(resource))
}

function stored({ cluster }: World): readonly string[] {
  return cluster.stores.points().map(({ namespace, volume, backup, content, committed }) => `point ${namespace}/${volume} ${backup} ${content} ${committed}`)
}

class Strike {
  readonly #blow: Blow | undefined
  writes = 0
  calls = 0

  constructor(blow: Blow | undefined) {
    this.#blow = blow
  }

  readonly wrote: NonNullable<WorldOptions['wrote']> = (writer, count, world) => {
    this.writes = count
    const blow = this.#blow
    if (blow === undefined || !('write' in blow) || blow.write !== count) return
    if (blow.kind === 'upgrade') world.upgradeHooks()
    else if (blow.kind === 'freeze') world.caches.freeze(blow.resource === '*' ? undefined : blow.resource, world.engine.now() + FREEZE)
    else if (writer === 'hooks') world.crashHooks(5000)
    else world.crashMetacontroller(5000)
  }

  readonly between: NonNullable<WorldOptions['between']> = () => {
    this.calls += 1
    const blow = this.#blow
    return blow !== undefined && 'call' in blow && blow.call === this.calls ? blow.kind : undefined
  }
}
