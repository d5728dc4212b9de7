import type { Volume } from '../../schemas/generated/types.ts'
import { shorten } from '../jobs/finding.ts'
import { handleOf, proves } from './content.ts'
import type { Facts } from './facts.ts'
import { contentNameOf, type Content, type Snapshot } from './objects.ts'
import { POLL_SECONDS } from './progress.ts'
import type { SnapshotStep } from './snapshots.ts'
import { quiet } from './volume.ts'

/** Nobody tells us when somebody else's object goes. */
const LOOK_SECONDS = 60

/**
 * A good volume under whose name there is a VolumeSnapshot that is not this Backup's. Its own may only have lost its labels, or somebody has
 * bound the content again by hand: what leads to our data is as good. Any other is left alone, and while it has the name nothing can be
 * restored from here, so that retention must not rely on it.
 */
export function displaced(facts: Facts, volume: Volume, theirs: Snapshot): SnapshotStep {
  const contentName = contentNameOf(theirs)
  const content = facts.observed.contents[contentName ?? ''] as Content | undefined
  const known = { children: [], effects: [] }
  if (theirs.metadata.deletionTimestamp !== undefined) return { ...known, volume, resync: POLL_SECONDS }
  const boundTo = content?.spec?.volumeSnapshotRef?.uid
  if (content && proves(facts, volume, content) && boundTo === theirs.metadata.uid) return { ...known, volume: found(facts, volume, content) }
  const isUnclear = contentName === volume.contentName && (!content || !boundTo || handleOf(content) === undefined)
  return isUnclear ? { ...known, volume } : { ...known, volume: lost(facts, volume, theirs), resync: LOOK_SECONDS }
}

/** The content that was known is what its data is found by, for as long as it is there. */
function found(facts: Facts, volume: Volume, content: Content): Volume {
  const isKnown = volume.contentName !== undefined && facts.observed.contents[volume.contentName] !== undefined
  return { ...(volume.reason === 'SnapshotLost' ? quiet(volume) : volume), ...(!isKnown && { contentName: content.metadata.name }) }
}

function lost({ namespace }: Facts, volume: Volume, { metadata: { name } }: Snapshot): Volume {
  const message = `VolumeSnapshot ${name} is not this Backup's and does not lead to its snapshot; when nobody needs it and it is deleted `
    + `(kubectl delete volumesnapshot ${name} -n ${namespace}), its own is bound again`
  return { ...volume, reason: 'SnapshotLost', message: shorten(message) }
}
