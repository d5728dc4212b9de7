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

/** For so long after it was brought back a victim may still be the reason why another cannot be struck. */
const GRACE_SECONDS = 20

/** What a run of the rounds was like. */
export interface Struck {
  readonly rounds: readonly Round[]
  /** Strikes that failed although nothing that they need was down: what strikes is broken, and its victim goes unhurt. */
  readonly broken: readonly string[]
}

/**
 * Strikes one victim after the other. Nothing waits for what was struck to come back: each comes back after a time of its own, while
 * others fall. What could not be struck (no mover runs just now) is no round; another victim is drawn at once. With 0 rounds nothing is
 * struck and the time passes in peace. When the rounds are over, only those are drawn whom nothing has hit so far. `wait` waits a number
 * of seconds.
 */
export async function faultRounds({ rounds, seconds, seed }: Settings, victims: readonly Victim[], wait = pause): Promise<Struck> {
  const random = randomOf(seed)
  const within = randomOf(seed + 1)
  const done: Round[] = []
  const broken: string[] = []
  const field = new Field(victims)
  const coming: Promise<void>[] = []
  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  const isMore = (): boolean => rounds > 0 && (done.length < rounds || field.spared().length > 0)
  while (isMore() && elapsed() < OVERTIME * seconds) {
    const begun = elapsed()
    const downSeconds = between(random, 0, DOWN_SECONDS)
    const pauseSeconds = between(random, 0.5, PAUSE_SECONDS)
    const { victim, errors } = await strikeOne(field, { random, within, ...(done.length >= rounds && { of: field.spared() }) })
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
  if (rounds === 0) await wait(seconds)
  return { rounds: done, broken }
}

/** Who is drawn, and how: `of` these only, where it is said. */
interface Draw {
  readonly random: Random
  readonly within: Random
  readonly of?: readonly Victim[]
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

/** Who stands, and who was struck how often. */
class Field {
  readonly #strikes: Map<Victim, number>
  readonly #down = new Set<Victim>()
  /** By name, until when a victim is away; Infinity for one that did not come back by itself. */
  readonly #away = new Map<string, number>()

  constructor(victims: readonly Victim[]) {
    this.#strikes = new Map(victims.map(victim => [victim, 0]))
  }

  /** Of those that stand, whoever was struck least, or once more: nobody is left out for long, and the order is still anybody's guess. */
  next(tried: ReadonlySet<Victim>): readonly Victim[] {
    const standing = [...this.#strikes].filter(([victim]) => !this.#down.has(victim) && !tried.has(victim))
    const least = Math.min(...standing.map(([, strikes]) => strikes))
    return standing.filter(([, strikes]) => strikes <= least + 1).map(([victim]) => victim)
  }

  spared(): readonly Victim[] {
    return [...this.#strikes].filter(([, strikes]) => strikes === 0).map(([victim]) => victim)
  }

  struck(victim: Victim): void {
    this.#strikes.set(victim, (this.#strikes.get(victim) ?? 0) + 1)
    this.#down.add(victim)
    this.#away.set(victim.name, Infinity)
  }

  back(victim: Victim, healed: boolean): void {
    this.#down.delete(victim)
    if (healed) this.#away.set(victim.name, performance.now() + GRACE_SECONDS * 1000)
  }

  isAway(name: string | undefined): boolean {
    return name !== undefined && (this.#away.get(name) ?? 0) > performance.now()
  }
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
