import type { Random } from './random.ts'

/** Every kind of fault there is. Each has a rate of its own in each seed; who suffers it asks `strikes`. */
export const FAULTS = [
  // between Metacontroller, its caches and the hooks
  'cacheLag', 'cacheTimeTravel', 'watchEventDropped', 'watchEventRepeated', 'metacontrollerCrash',
  'hookCrash', 'hookAnswerLost', 'hookAnswerLate', 'hookCallRepeated', 'hookClockSkew', 'hookOtherVersion',
  // the API server, as hooks and Metacontroller meet it
  'apiSlow', 'apiError', 'apiErrorAfterWrite', 'apiConflict', 'apiRefused',
  // what others do to our objects
  'childDeleted', 'childTorn', 'childEdited', 'childRelabelled', 'statusEdited', 'foreignNamesake', 'parentRecreated', 'parentDeletedForeground',
  // time
  'outage', 'clockJump',
  // pods
  'podEvicted', 'podOutOfMemory', 'nodeLost', 'imagePullStuck', 'podUnschedulable', 'podForbidden', 'mountFailed', 'secretMissing',
  'terminationMessageLost', 'moverFailed', 'moverHangs', 'jobControllerSlow',
  // volumes and snapshots
  'snapshotFails', 'snapshotSlow', 'snapshotLateError', 'snapshotObjectDeleted', 'provisioningFails', 'claimDeleted',
  // repositories
  'storeError', 'storeErrorAfterWrite', 'storeSlowList', 'credentialsLost', 'storeEmptied', 'pointDamaged',
] as const

export type Fault = (typeof FAULTS)[number]

/** The faults of one seed. */
export interface Faults {
  /** Whether this fault happens here and now. Counted when it does. Never after `heal`. */
  strikes(fault: Fault): boolean
  /** From now on nothing fails any more. */
  heal(): void
  readonly healed: boolean
  readonly counts: ReadonlyMap<Fault, number>
  readonly rates: ReadonlyMap<Fault, number>
}

/** Most kinds are off in most seeds: a few at a time show more than all at once. */
const RATES = [0, 0, 0, 0, 0, 0.01, 0.1, 0.5] as const

/** What is asked at every message strikes ten times in one sync: at the rates above nothing would ever get through. */
const FREQUENT: readonly Fault[] = ['apiSlow', 'apiError', 'apiErrorAfterWrite', 'apiConflict', 'apiRefused', 'cacheLag', 'watchEventDropped']
const FREQUENT_RATES = [0, 0, 0, 0, 0, 0.003, 0.02, 0.1] as const

/** What is asked once or twice in a life, if at all: where a store holds something, after the last write to it, and when a restore reads a point. */
const SELDOM: readonly Fault[] = ['storeErrorAfterWrite', 'storeEmptied', 'pointDamaged']
const SELDOM_RATES = [0, 0, 0, 0, 0.1, 0.3, 0.5, 0.8] as const

export interface Drawing {
  /** These are off, whatever was drawn. */
  readonly without?: readonly Fault[]
  /** Part of the kinds that were drawn which are on. @default 1 */
  readonly part?: number
}

/** Draws each kind's rate. */
export function drawFaults(random: Random, { without = [], part = 1 }: Drawing = {}): Faults {
  const drawn = FAULTS.map(fault => {
    const own = random.fork(`rate ${fault}`)
    const rate = own.pick(SELDOM.includes(fault) ? SELDOM_RATES : FREQUENT.includes(fault) ? FREQUENT_RATES : RATES)
    return [fault, own.chance(part) && !without.includes(fault) ? rate : 0] as const
  })
  return faultsOf(random, new Map(drawn))
}

/** The same, but that nothing fails while `calm` says so. */
export function calmable(faults: Faults, calm: () => boolean): Faults {
  return { ...faults, get healed() { return faults.healed }, strikes: fault => !calm() && faults.strikes(fault) }
}

/** No fault ever happens: for scenarios that place each one themselves. */
export function noFaults(random: Random): Faults {
  return faultsOf(random, new Map())
}

/** Those of the set strike whenever they are asked, all others never: a story puts them there and takes them away. */
export function placedFaults(placed: ReadonlySet<Fault>): (random: Random) => Faults {
  return random => {
    const faults = faultsOf(random, new Map())
    return { ...faults, get healed() { return faults.healed }, strikes: fault => !faults.healed && placed.has(fault) }
  }
}

function faultsOf(random: Random, rates: ReadonlyMap<Fault, number>): Faults {
  const counts = new Map<Fault, number>()
  const streams = new Map(FAULTS.map(fault => [fault, random.fork(fault)]))
  let healed = false
  return {
    rates,
    counts,
    get healed() { return healed },
    heal: () => { healed = true },
    strikes(fault) {
      const rate = rates.get(fault) ?? 0
      if (healed || rate === 0 || streams.get(fault)?.chance(rate) !== true) return false
      counts.set(fault, (counts.get(fault) ?? 0) + 1)
      return true
    },
  }
}
