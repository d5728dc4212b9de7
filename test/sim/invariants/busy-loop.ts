import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Invariant, Watched } from './invariant.ts'
import { isUs, keyOf, OWN, uidOf } from './resources.ts'
import { skewOf } from './staleness.ts'

const MINUTE = 60_000
/** A loop has one change a second or more. */
const MOST = 30
/** A volume begins, gets its snapshot or Job, and ends; later it is removed. */
const EACH_VOLUME = 4
/** Who waits after a failure looks at the clock: with hooks an hour apart each retry may come at once, and lasts as long as its pod. */
const BY_WRONG_CLOCKS = 4

/** S13, the part that holds at any time. That a settled world is quiet is asked for at the end of a seed. */
export function busyLoop(watched: Watched): Invariant {
  const writes = new Map<string, number[]>()
  return {
    name: 'S13',
    title: `S13 no object of ours is written more than ${MOST} times in a minute, and ${EACH_VOLUME} times more for each volume that it is about`,
    onChange({ resource, actor, type, after, at }) {
      if (!OWN.has(resource) || !isUs(actor) || type !== 'MODIFIED') return undefined
      const uid = uidOf(after)
      const recent = (writes.get(uid) ?? []).filter(time => time > at - MINUTE)
      recent.push(at)
      writes.set(uid, recent)
      const most = (MOST + EACH_VOLUME * volumesOf(after)) * (skewOf(watched) > 0 ? BY_WRONG_CLOCKS : 1)
      return recent.length > most ? `${after.kind} ${keyOf(after)} was written ${recent.length} times in a minute` : undefined
    },
  }
}

/** How many volumes a Backup or a Restore is about. */
function volumesOf({ spec, status }: KubeObject): number {
  const { volumes } = (status ?? {}) as { volumes?: readonly unknown[] }
  return Math.max(volumes?.length ?? 0, (spec as { volumes?: readonly unknown[] } | undefined)?.volumes?.length ?? 0)
}
