import type { Volume } from '../../../schemas/generated/types.ts'
import type { ApiServer, Change } from '../api/api.ts'
import type { Watched } from './invariant.ts'
import { materialOf, type Material, type Point } from './material.ts'
import { pastOf, type PastBackup } from './past.ts'
import { hasEnded, isUs, RESOURCE, uidOf, type StoredBackup } from './resources.ts'

/** What a Backup says it has of one volume, and what there really was when it first said so. */
export interface Good {
  readonly backup: PastBackup
  readonly volume: Volume
  readonly at: number
  /** Undefined when nothing was there. */
  readonly content: string | undefined
  /** Of a repository; a driver snapshot has none. */
  readonly point: Point | undefined
}

/** All restore points that were ever written down, by Backup UID and claim. */
export type Goods = ReadonlyMap<string, Good>

const known = new WeakMap<ApiServer, Map<string, Good>>()

/** The restore points of a world: one list for all its invariants, kept before they hear of a change. */
export function goodsOf(watched: Watched): Goods {
  const found = known.get(watched.api)
  if (found !== undefined) return found
  const past = pastOf(watched)
  const material = materialOf(watched)
  const goods = new Map<string, Good>()
  known.set(watched.api, goods)
  watched.api.subscribe(change => {
    const backup = change.resource === RESOURCE.backups && isUs(change.actor) ? past.backups.get(uidOf(change.after)) : undefined
    if (backup !== undefined) add(material, goods, { backup, change })
  })
  return goods
}

function add(material: Material, goods: Map<string, Good>, { backup, change }: { readonly backup: PastBackup; readonly change: Change }): void {
  for (const { volume: first } of backup.volumes.values()) {
    const volume = first.phase === 'Failed' ? secondWord(change, first.pvc) : first
    const key = `${backup.uid}/${first.pvc}`
    if (volume === undefined || goods.has(key)) continue
    const made = backup.latest.spec.strategy === 'snapshot' ? [] : material.points().filter(candidate => candidate.run === backup.uid && candidate.volume === volume.pvc)
    // Two movers of one run, of which one was given up, may both have stored a snapshot: the one that is meant is the good one.
    const point = made.find(({ handle }) => handle === volume.handle) ?? made[0]
    const content = point?.content ?? (backup.latest.spec.strategy === 'snapshot' ? material.contentOf(volume.handle ?? '') : undefined)
    goods.set(key, { backup, volume, at: change.at, content, point })
  }
}

/** A run that had failed runs again when somebody takes its status, and may be good then. */
function secondWord({ before, after }: Change, pvc: string): Volume | undefined {
  const volumeIn = (backup: Change['before']): Volume | undefined => (backup as unknown as StoredBackup | undefined)?.status?.volumes?.find(volume => volume.pvc === pvc)
  const volume = volumeIn(after)
  // What somebody has written there is not our word.
  const isOurWord = volume !== undefined && volumeIn(before)?.phase !== volume.phase
  return isOurWord && hasEnded(volume.phase) && volume.phase !== 'Failed' ? volume : undefined
}
