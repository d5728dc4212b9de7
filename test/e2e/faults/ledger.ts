type Hashes = Readonly<Record<string, string>>

/** What each restore point must hold: hash of the volume when it was backed up, by Backup and claim. */
export class Ledger {
  readonly #hashes = new Map<string, Hashes>()
  readonly #current = new Map<string, Hashes>()
  readonly #good = new Map<string, ReadonlySet<string>>()
  #compared = 0

  /** A Backup that is about to be made, and what its volumes hold. */
  remember(backup: string, hashes: Hashes): void {
    this.#hashes.set(backup, hashes)
  }

  /** The volumes of a lane were written, and stay as they are until this is called again. */
  written(lane: string, hashes: Hashes): void {
    this.#current.set(lane, hashes)
  }

  /** Backups of a lane that its schedule made: those not known yet are of what the volumes hold now. */
  note(lane: string, backups: readonly string[]): void {
    const hashes = this.#current.get(lane)
    if (hashes === undefined) return
    for (const backup of backups) if (!this.#hashes.has(backup)) this.#hashes.set(backup, hashes)
  }

  /** Backups of a lane that were seen to be good. */
  seenGood(lane: string, backups: readonly string[]): void {
    this.#good.set(lane, new Set([...this.#good.get(lane) ?? [], ...backups]))
  }

  /** Which of those are not good any more. A lane's retention may take one only when there are as many good ones as it keeps that are newer. */
  lost(lane: string, { good, maxBackups = Infinity }: { readonly good: readonly string[]; readonly maxBackups?: number | undefined }): readonly string[] {
    const order = [...this.#hashes.keys()]
    const newer = (name: string): number => good.filter(one => order.indexOf(one) > order.indexOf(name)).length
    return [...this.#good.get(lane) ?? []].filter(name => !good.includes(name) && newer(name) < maxBackups)
  }

  /** Whether a restored volume is what was backed up. Throws for a point that nobody asked for. */
  isTrue({ backup, claim, hash }: { readonly backup: string; readonly claim: string; readonly hash: string }): boolean {
    const expected = this.#hashes.get(backup)?.[claim]
    if (expected === undefined) throw new Error(`nobody knows what claim ${claim} held when ${backup} was made`)
    this.#compared += 1
    return hash === expected
  }

  /** Every Backup that was asked for or seen, also those that are gone. */
  get backups(): readonly { readonly backup: string; readonly claims: readonly string[] }[] {
    return [...this.#hashes].map(([backup, hashes]) => ({ backup, claims: Object.keys(hashes) }))
  }

  /** How many volumes were compared so far. */
  get compared(): number {
    return this.#compared
  }
}
