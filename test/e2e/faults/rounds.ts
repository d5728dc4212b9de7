import { pause } from './node.ts'
import { between, pick, randomOf } from './random.ts'
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

/**
 * Strikes one victim after the other. Nothing waits for what was struck to come back: each comes back after a time of its own, while
 * others fall. What could not be struck (no mover runs just now) is no round; another victim is drawn at once. With 0 rounds nothing is
 * struck and the time passes in peace.
 */
export async function faultRounds({ rounds, seconds, seed }: Settings, victims: readonly Victim[]): Promise<readonly Round[]> {
  const random = randomOf(seed)
  const within = randomOf(seed + 1)
  const done: Round[] = []
  const down = new Set<Victim>()
  const coming: Promise<void>[] = []
  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  while (done.length < rounds && elapsed() < seconds) {
    const begun = elapsed()
    const victim = pick(random, victims)
    const downSeconds = between(random, 0, DOWN_SECONDS)
    const pauseSeconds = between(random, 0.5, PAUSE_SECONDS)
    if (victim === undefined || down.has(victim) || !await victim.strike(within).catch(() => false)) {
      await pause(0.2)
      continue
    }
    done.push({ victim: victim.name, at: elapsed(), downSeconds })
    down.add(victim)
    coming.push(comeBack(victim, downSeconds).then(() => { down.delete(victim) }))
    // On a busy machine the strike itself takes its time.
    await pause(Math.max(0, begun + pauseSeconds - elapsed()))
  }
  await Promise.all(coming)
  if (rounds === 0) await pause(seconds)
  return done
}

async function comeBack(victim: Victim, seconds: number): Promise<void> {
  await pause(seconds)
  // It fails while what it needs is down itself; the end of the rounds brings everything back.
  await victim.heal().catch(() => undefined)
}

/** How often each victim was struck, for people. */
export function tally(rounds: readonly Round[]): string {
  const names = [...new Set(rounds.map(({ victim }) => victim))].sort()
  return names.map(name => `${name} ${rounds.filter(({ victim }) => victim === name).length}`).join(', ')
}
