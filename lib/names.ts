import { createHash } from 'node:crypto'

const MAX_LENGTH = 63
const HASH_LENGTH = 8

/**
 * Name of a child object: its parts joined with `-`, at most 63 characters. Ends in 8 hex digits of a hash of all parts when it
 * had to be cut, when a part has characters outside `[a-z0-9-]`, or when the same name could also be read as other parts.
 */
export const childName = (...parts: readonly string[]): string => boundedName(MAX_LENGTH, ...parts)

/** As `childName`, for kinds with a smaller limit (a CronJob's name has at most 52 characters). */
export const boundedName = (max: number, ...parts: readonly string[]): string => {
  const joined = parts.join('-')
  const clean = joined.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')
  if (clean === joined && joined.length <= max && !isAmbiguous(joined, parts)) return joined
  return `${cut(clean, max - HASH_LENGTH - 1)}-${stableHash(parts)}`
}

/** Name of the run of a slot: `<policy>-<yyyymmdd-hhmm>` in UTC, at most 63 characters. The same slot always has the same name. */
export const runName = (policy: string, slot: Date): string => stampedName(policy, utcStamp(slot).slice(0, 13))

/** Name of a run asked for by hand: `<policy>-manual-<yyyymmdd-hhmmss>` in UTC, at most 63 characters. */
export const manualRunName = (policy: string, time: Date): string => stampedName(policy, `manual-${utcStamp(time)}`)

/** A name as a label value: unchanged up to 63 characters, else cut and ended with a hash of the whole. */
export const labelValue = (name: string): string =>
  name.length <= MAX_LENGTH ? name : `${cut(name, MAX_LENGTH - HASH_LENGTH - 1)}-${stableHash(name)}`

/** First `length` hex digits (at most 64) of the sha256 of the value as JSON with sorted keys; undefined fields do not count. */
export const stableHash = (value: unknown, length = HASH_LENGTH): string =>
  createHash('sha256').update(stableJson(value)).digest('hex').slice(0, length)

/** JSON with sorted keys and without undefined fields: equal values give equal text. */
export const stableJson = (value: unknown): string => JSON.stringify(value, sortKeys) ?? 'null'

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value

// a + role + c must not meet another pair whose name happens to contain the role: `a-backup-b` + `c` against `a` + `b-backup-c`.
const isAmbiguous = (joined: string, parts: readonly string[]): boolean => {
  if (parts.length < 3) return false
  const role = `-${parts[1]}-`
  return joined.indexOf(role) !== joined.lastIndexOf(role)
}

const stampedName = (policy: string, stamp: string): string => {
  const room = MAX_LENGTH - stamp.length - 1
  const head = policy.length <= room ? policy : `${cut(policy, room - HASH_LENGTH - 1)}-${stableHash(policy)}`
  return `${head}-${stamp}`
}

const cut = (name: string, length: number): string => name.slice(0, length).replace(/[^a-z0-9]+$/i, '')

const utcStamp = (date: Date): string => date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
