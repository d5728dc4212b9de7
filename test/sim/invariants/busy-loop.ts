import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Change } from '../api/api.ts'
import type { Invariant } from './invariant.ts'
import { isUs, keyOf, OWN, RESOURCE, uidOf, type StoredBackup } from './resources.ts'

const MINUTE = 60_000
/** A loop has one change a second or more. */
const MOST = 30
/** A volume begins, gets its snapshot or Job, and ends; later it is removed. */
const EACH_VOLUME = 4

/** S13, the part that holds at any time. That a settled world is quiet is asked for at the end of a seed. */
export function busyLoop(): Invariant {
  const writes = recently()
  const news = recently()
  return {
    name: 'S13',
    title: `S13 no object of ours is written more than ${MOST} times in a minute, and ${EACH_VOLUME} times more for each volume that it is about; a policy once more each time that one of its runs gets another phase`,
    onChange(change) {
      const { resource, actor, type, after, at } = change
      if (resource === RESOURCE.backups && isNews(change)) news.add(policyOf(after), at)
      if (!OWN.has(resource) || !isUs(actor) || type !== 'MODIFIED') return undefined
      const count = writes.add(uidOf(after), at)
      if (count <= MOST) return undefined
      const told = resource === RESOURCE.policies ? news.count(keyOf(after), at) : 0
      return count > MOST + EACH_VOLUME * volumesOf(after) + told ? `${after.kind} ${keyOf(after)} was written ${count} times in a minute` : undefined
    },
  }
}

/** How often something happened to each of many in the last minute. */
function recently() {
  const times = new Map<string, number[]>()
  const count = (key: string, at: number): number => {
    const recent = (times.get(key) ?? []).filter(time => time > at - MINUTE)
    times.set(key, recent)
    return recent.length
  }
  return {
    count,
    add(key: string, at: number): number {
      times.set(key, [...times.get(key) ?? [], at])
      return count(key, at)
    },
  }
}

/** What a policy's status tells of its runs. */
function isNews({ type, before, after }: Change): boolean {
  const phaseOf = (object: KubeObject | undefined): string | undefined => (object as StoredBackup | undefined)?.status?.phase
  return type !== 'MODIFIED' || phaseOf(before) !== phaseOf(after)
}

function policyOf(backup: KubeObject): string {
  return `${backup.metadata.namespace}/${(backup as unknown as StoredBackup).spec.policy}`
}

/** How many volumes a Backup or a Restore is about. */
function volumesOf({ spec, status }: KubeObject): number {
  const { volumes } = (status ?? {}) as { volumes?: readonly unknown[] }
  return Math.max(volumes?.length ?? 0, (spec as { volumes?: readonly unknown[] } | undefined)?.volumes?.length ?? 0)
}
