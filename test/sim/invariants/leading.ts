import type { Change } from '../api/api.ts'
import { goodsOf, type Goods } from './goods.ts'
import type { Invariant, Watched } from './invariant.ts'
import { RESOURCE, uidOf, type StoredContent } from './resources.ts'

const NAME = 'D12'

/** D12. */
export function leading(watched: Watched): Invariant {
  const goods = goodsOf(watched)
  return {
    name: NAME,
    title: 'D12 at every moment some VolumeSnapshotContent leads to each good snapshot that nobody asked to delete',
    onChange: change => change.resource === RESOURCE.contents && change.type === 'DELETED' ? cutOff(watched, goods, change) : undefined,
  }
}

function cutOff({ api, blame }: Watched, goods: Goods, { after }: Change): string | undefined {
  const handle = handleOf(after as StoredContent)
  const good = [...goods.values()].find(({ backup, volume }) => volume.handle !== undefined && volume.handle === handle && backup.goneAt === undefined && backup.deletionAskedAt === undefined)
  if (good === undefined || api.all<StoredContent>(RESOURCE.contents).some(content => handleOf(content) === handle)) return undefined
  if (blame.excuses(NAME, 'deleted', { subject: uidOf(after) }) || blame.excuses(NAME, 'specEdited', { subject: `content of ${handle}` })) return undefined
  return `VolumeSnapshotContent ${after.metadata.name} went, and no other leads to the good snapshot of volume ${good.volume.pvc} in Backup ${good.backup.name}`
}

function handleOf({ spec, status }: StoredContent): string | undefined {
  return status?.snapshotHandle ?? spec?.source?.snapshotHandle
}
