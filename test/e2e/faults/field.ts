import type { Victim } from './victims.ts'

/** For so long after it was brought back a victim may still be the reason why another cannot be struck. */
const GRACE_SECONDS = 20

/** Who stands, and who was struck how often. */
export class Field {
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
