import type { Invariant } from './invariant.ts'
import { isUs, keyOf, OWN, uidOf } from './resources.ts'

const MINUTE = 60_000
/** A run of a few volumes has some tens of changes in all; a loop has one a second or more. */
const MOST = 30

/** S13, the part that holds at any time. That a settled world is quiet is asked for at the end of a seed. */
export function busyLoop(): Invariant {
  const writes = new Map<string, number[]>()
  return {
    name: 'S13',
    title: `S13 no object of ours is written more than ${MOST} times in a minute`,
    onChange({ resource, actor, type, after, at }) {
      if (!OWN.has(resource) || !isUs(actor) || type !== 'MODIFIED') return undefined
      const uid = uidOf(after)
      const recent = (writes.get(uid) ?? []).filter(time => time > at - MINUTE)
      recent.push(at)
      writes.set(uid, recent)
      return recent.length > MOST ? `${after.kind} ${keyOf(after)} was written ${recent.length} times in a minute` : undefined
    },
  }
}
