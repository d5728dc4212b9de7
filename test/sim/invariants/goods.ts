import type { Volume } from '../../../schemas/generated/types.ts'
import type { ApiServer, Change } from '../api/api.ts'
import type { Watched } from './invariant.ts'
import { materialOf, type Material, type Point } from './material.ts'
import { pastOf, type PastBackup } from './past.ts'
import { isUs, RESOURCE, uidOf } from './resources.ts'

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
  for (const { volume } of backup.volumes.values()) {
    const key = `${backup.uid}/${volume.pvc}`
    if (volume.phase === 'Failed' || goods.has(key)) continue
    const point = backup.latest.spec.strategy === 'snapshot' ? undefined : material.points().find(candidate => candidate.run === backup.uid && candidate.volume === volume.pvc)
    const content = point?.content ?? (backup.latest.spec.strategy === 'snapshot' ? material.contentOf(volume.handle ?? '') : undefined)
    goods.set(key, { backup, volume, at: change.at, content, point })
  }
}
