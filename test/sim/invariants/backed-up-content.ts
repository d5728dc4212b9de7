import { goodsOf, type Good } from './goods.ts'
import type { Invariant, Watched } from './invariant.ts'
import { materialOf } from './material.ts'
import { boundVolumesOf } from './bound-volumes.ts'
import { RESOURCE, type StoredContent } from './resources.ts'

const NAME = 'D1'

/** D1. */
export function backedUpContent(watched: Watched): Invariant {
  const goods = goodsOf(watched)
  const bound = boundVolumesOf(watched)
  let seen = 0
  return {
    name: NAME,
    title: 'D1 a Completed volume has a committed point whose content is a whole generation of that volume which existed while the run ran',
    onChange(change) {
      if (change.resource !== RESOURCE.backups || goods.size === seen) return undefined
      const fresh = [...goods.values()].slice(seen)
      seen = goods.size
      return fresh.map(good => complaintAbout(watched, bound, good)).find(complaint => complaint !== undefined)
    },
  }
}

function complaintAbout(watched: Watched, bound: ReturnType<typeof boundVolumesOf>, good: Good): string | undefined {
  const { backup, volume, content } = good
  if (volume.phase !== 'Completed') return undefined
  const what = `volume ${volume.pvc} of Backup ${backup.name} is Completed`
  if (content === undefined) return isLost(watched, good) ? undefined : `${what}, but there is no committed point of it (handle ${volume.handle})`
  if ((good.point?.errors ?? 0) > 0) return `${what}, but ${good.point?.errors} files of it could not be read`
  if (backup.latest.spec.strategy === 'snapshot' && !isReady(watched, volume.handle)) return `${what}, but the driver does not say that its snapshot is ready`
  if (content.includes('~')) return `${what}, but its point holds ${content}, which is not whole`
  if (good.point !== undefined && good.point.handle !== volume.handle) return `${what} with handle ${volume.handle}, but the point has ${good.point.handle}`
  if (content === '' && backup.latest.spec.strategy !== 'snapshot' && backup.latest.spec.allowEmpty !== true) return `${what}, but the volume was empty`
  const material = materialOf(watched)
  const existed = bound.handlesOf(backup.namespace, volume.pvc).some(handle => material.pastOf(handle).some((generation, index, all) =>
    generation.content === content && (all[index + 1]?.at ?? Infinity) > backup.createdAt))
  return existed ? undefined : `${what}, but its content ${JSON.stringify(content)} was not on that volume while the run ran`
}

function isReady({ api }: Watched, handle: string | undefined): boolean {
  return api.all<StoredContent & { status?: { readyToUse?: boolean } }>(RESOURCE.contents).some(({ status }) => status?.snapshotHandle === handle && status?.readyToUse === true)
}

/** Between its commit and the record of it. */
function isLost({ blame, cluster }: Watched, { backup }: Good): boolean {
  return cluster.stores.all().some(({ location }) => blame.excuses(NAME, 'storeEmptied', { subject: location, since: backup.createdAt }))
}
