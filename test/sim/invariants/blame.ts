/** What others did, each to one thing. */
export type Deed =
  /** Deleted an object (by UID), also when it only got a deletionTimestamp. */
  | 'deleted'
  /** Changed an object's status, spec, or labels, annotations and owners (by UID). */
  | 'statusEdited' | 'specEdited' | 'metadataEdited'
  /** Made an object (by `resource namespace/name`) that is none of ours. */
  | 'created'
  /** Emptied a repository (by its location). */
  | 'storeEmptied'
  /** Damaged a restore point (by `location handle`). */
  | 'pointDamaged'
  /** Stopped doing anything (`everybody`). */
  | 'healed'

/**
 * What people and faults did that excuses a consequence. An excuse is about one thing, and each use is counted: an invariant that
 * is always excused proves nothing.
 */
export interface Blame {
  note(deed: Deed, subject: string, at: number): void
  /** Whether it was done to this very thing, at or after `since`. Counts as a use of the excuse by the invariant. */
  excuses(invariant: string, deed: Deed, about: { readonly subject: string; readonly since?: number }): boolean
  /** When it was done last; does not count. */
  lastOf(deed: Deed, subject: string): number | undefined
  /** A use of an excuse that was found in another way. */
  count(invariant: string, excuse: string): void
  /** How often each excuse was used, by `invariant/excuse`. */
  readonly uses: ReadonlyMap<string, number>
}

/** Nobody did anything yet. */
export function createBlame(): Blame {
  const deeds = new Map<string, number>()
  const uses = new Map<string, number>()
  const count = (invariant: string, excuse: string): void => void uses.set(`${invariant}/${excuse}`, (uses.get(`${invariant}/${excuse}`) ?? 0) + 1)
  return {
    uses,
    count,
    note: (deed, subject, at) => void deeds.set(`${deed} ${subject}`, at),
    lastOf: (deed, subject) => deeds.get(`${deed} ${subject}`),
    excuses(invariant, deed, { subject, since = -Infinity }) {
      const at = deeds.get(`${deed} ${subject}`)
      if (at === undefined || at < since) return false
      count(invariant, deed)
      return true
    },
  }
}
