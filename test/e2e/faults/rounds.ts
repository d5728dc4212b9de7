import { Field } from './field.ts'
import { pause } from './node.ts'
import { between, pick, randomOf, type Random } from './random.ts'
import type { Settings } from './settings.ts'
import type { Victim } from './victims.ts'

/** One fault that hit. */
export interface Round {
  readonly victim: string
  /** Seconds since the first. */
  readonly at: number
  readonly downSeconds: number
}

/** Longest time between two faults: fifty take about five minutes. */
const PAUSE_SECONDS = 10
/** Longest time for which something stays down. */
const DOWN_SECONDS = 15
/** A slow machine may take so many times as long; then it is over, whatever was struck. */
const OVERTIME = 3
/** Longest time between two faults when the rounds are over and nothing has come to its end among them. */
const CALM_SECONDS = 45
/** What was to take so long may take so many times as long until something has. */
const CALM_OVERTIME = 8

/** What a run of the rounds was like. */
export interface Struck {
  readonly rounds: readonly Round[]
  /** Strikes that failed although nothing that they need was down: what strikes is broken, and its victim goes unhurt. */
  readonly broken: readonly string[]
}

/** How the rounds are played. */
export interface Play {
  /** Waits a number of seconds. */
  readonly wait?: (seconds: number) => Promise<void>
  /** Whether nothing has come to its end among the faults so far. Where it throws, nobody can tell just now. @default never */
  readonly isIdle?: () => Promise<boolean>
}

/**
 * Strikes one victim after the other. Nothing waits for what was struck to come back: each comes back after a time of its own, while
 * others fall. What could not be struck (no mover runs just now) is no round; another victim is drawn at once. With 0 rounds nothing is
 * struck and the time passes in peace. When the rounds are over, only those are drawn whom nothing has hit so far; and where all that was
 * begun was struck down, faults go on, further apart, until something has come to its end among them.
 */
export async function faultRounds(settings: Settings, victims: readonly Victim[], { wait = pause, isIdle = async () => false }: Play = {}): Promise<Struck> {
  const random = randomOf(settings.seed)
  const within = randomOf(settings.seed + 1)
  const done: Round[] = []
  const broken: string[] = []
  const field = new Field(victims)
  const coming: Promise<void>[] = []
  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  const next = (): Promise<Pace | undefined> => paceOf(settings, { done: done.length, elapsed: elapsed(), spared: field.spared(), isIdle })
  for (let pace = await next(); pace !== undefined; pace = await next()) {
    const begun = elapsed()
    const downSeconds = between(random, 0, DOWN_SECONDS)
    const pauseSeconds = between(random, 0.5, pace.longestSeconds)
    const { victim, errors } = await strikeOne(field, { random, within, of: pace.of })
    broken.push(...errors)
    if (victim === undefined) {
      await wait(0.2)
      continue
    }
    done.push({ victim: victim.name, at: elapsed(), downSeconds })
    coming.push(wait(downSeconds).then(() => comeBack(field, victim)))
    // On a busy machine the strike itself takes its time.
    await wait(Math.max(0, begun + pauseSeconds - elapsed()))
  }
  await Promise.all(coming)
  if (settings.rounds === 0) await wait(settings.seconds)
  return { rounds: done, broken }
}

/** How the next fault comes. */
interface Pace {
  /** Longest time until the one after it. */
  readonly longestSeconds: number
  /** Only of these; undefined: whoever stands. */
  readonly of?: readonly Victim[] | undefined
}

/** Who is drawn, and how: `of` these only, where it is said. */
interface Draw {
  readonly random: Random
  readonly within: Random
  readonly of: readonly Victim[] | undefined
}

interface Progress {
  readonly done: number
  /** Seconds since the first. */
  readonly elapsed: number
  readonly spared: readonly Victim[]
  readonly isIdle: () => Promise<boolean>
}

/** Undefined when enough is enough. */
async function paceOf({ rounds, seconds }: Settings, { done, elapsed, spared, isIdle }: Progress): Promise<Pace | undefined> {
  if (rounds === 0 || elapsed >= CALM_OVERTIME * seconds) return undefined
  if (elapsed < OVERTIME * seconds) {
    if (done < rounds) return { longestSeconds: PAUSE_SECONDS }
    if (spared.length > 0) return { longestSeconds: PAUSE_SECONDS, of: spared }
  }
  return await isIdle().catch(() => true) ? { longestSeconds: CALM_SECONDS } : undefined
}

/** Draws until one can be struck, each at most once. */
async function strikeOne(field: Field, { random, within, of }: Draw): Promise<{ readonly victim?: Victim; readonly errors: readonly string[] }> {
  const tried = new Set<Victim>()
  const errors: string[] = []
  for (;;) {
    const victim = pick(random, field.next(tried).filter(one => of?.includes(one) ?? true))
    if (victim === undefined) return { errors }
    tried.add(victim)
    try {
      if (!await victim.strike(within)) continue
      field.struck(victim)
      return { victim, errors }
    } catch (error) {
      if (!field.isAway(victim.needs)) errors.push(`${victim.name} cannot be struck: ${(error as Error).message.slice(0, 300)}`)
    }
  }
}

async function comeBack(field: Field, victim: Victim): Promise<void> {
  // It fails while what it needs is down itself; the end of the rounds brings everything back.
  const healed = await victim.heal().then(() => true, () => false)
  field.back(victim, healed)
}

/** What is wrong with the rounds themselves: a run that struck too little, or spared somebody, shows nothing. */
export function shortfalls({ rounds, broken }: Struck, { settings, victims }: { readonly settings: Settings; readonly victims: readonly Victim[] }): readonly string[] {
  const spared = settings.rounds === 0 ? [] : victims.map(({ name }) => name).filter(name => !rounds.some(({ victim }) => victim === name))
  return [
    ...(rounds.length < settings.rounds ? [`${rounds.length} rounds in ${OVERTIME * settings.seconds} s, where ${settings.rounds} were to be`] : []),
    ...spared.map(name => `${name} was never struck in ${rounds.length} rounds`),
    ...new Set(broken),
  ]
}

/** How often each victim was struck, for people. */
export function tally(rounds: readonly Round[]): string {
  const names = [...new Set(rounds.map(({ victim }) => victim))].sort()
  return names.map(name => `${name} ${rounds.filter(({ victim }) => victim === name).length}`).join(', ')
}
