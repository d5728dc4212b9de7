import { parseTime } from '../../lib/timestamps.ts'
import type { Condition, KubeObject } from '../../schemas/generated/types.ts'

/** Until Metacontroller's cache shows what was just made. */
const CACHE_LAG_SECONDS = 15

/**
 * What is said of a child that was asked for and is not there. A quota or an admission policy refuses it, which Metacontroller tells in an
 * event of the parent only. `what` is kind and name: `Job first-backup-data`.
 */
export function unmade(what: string, { kind, metadata: { name, namespace } }: KubeObject): string {
  return `${what} has not been made; a quota or an admission policy may refuse it: kubectl describe ${kind.toLowerCase()} ${name} -n ${namespace}`
}

/** Whether what was asked for at this time, RFC 3339, should be seen by now. */
export function isLate(since: string | undefined, now: Date): boolean {
  return now.getTime() - (parseTime(since) ?? now.getTime()) > CACHE_LAG_SECONDS * 1000
}

/** Since when a parent has been busy, as its conditions tell: it has asked for what it needs at some time after that. */
export function busySince(conditions: readonly Condition[] | undefined): string | undefined {
  return conditions?.find(({ type, status }) => type === 'Reconciling' && status === 'True')?.lastTransitionTime
}
