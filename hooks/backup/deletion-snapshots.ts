import { isUntouched } from '../../lib/phases.ts'
import type { Volume } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'
import { shorten } from '../jobs/finding.ts'
import { contentTarget, ownContents, removeContent } from './content.ts'
import type { Removal } from './deletion.ts'
import { snapshotFor, type Facts } from './facts.ts'
import { snapshotName } from './names.ts'
import type { Content } from './objects.ts'
import { POLL_SECONDS } from './progress.ts'
import { noSnapshots } from './rules/run.ts'
import { volumesOf } from './volume.ts'

/**
 * One pass of removing snapshots: every content is told to take its snapshot along, then the VolumeSnapshots are dropped, and
 * contents without one are deleted. Done when no content is left.
 */
export function deleteSnapshots(facts: Facts): Removal {
  const unserved = noSnapshots(facts)
  if (unserved) return withoutApi(facts, unserved.message)
  const volumes = volumesOf(facts)
  const contents = volumes.flatMap((volume) => ownContents(facts, volume.pvc).map((content) => ({ volume, content })))
  const snapshots = volumes.filter(({ pvc }) => snapshotFor(facts, pvc))
  if (contents.length === 0 && snapshots.length === 0) return { state: 'done', message: 'its snapshots are removed', children: [], effects: [] }
  const error = contents.map(({ content }) => content.status?.error?.message).find((message) => message !== undefined)
  const left = `${contents.length} of its snapshots still to be removed`
  return {
    state: 'going',
    message: error ? shorten(`${left}; the driver says: ${error}`) : left,
    failed: error !== undefined,
    children: [],
    effects: [...contents.flatMap(({ volume, content }) => destroy(facts, volume, content)), ...volumes.flatMap(volume => dropUnseen(facts, volume))],
    resyncAfterSeconds: POLL_SECONDS,
  }
}

/** Nothing can be seen of VolumeSnapshots, so nothing that they hold can be let go, and nothing counts as gone. */
function withoutApi(facts: Facts, why: string): Removal {
  if (volumesOf(facts).every(isUntouched)) return { state: 'done', message: 'there is no snapshot to remove', children: [], effects: [] }
  const message = shorten(`data could not be removed yet, it is tried again: ${why}`, 1024)
  return { state: 'impossible', message, failed: true, children: [], effects: [], resyncAfterSeconds: 60 }
}

function destroy(facts: Facts, { pvc }: Volume, content: Content): readonly Effect[] {
  const target = contentTarget(content)
  const release: readonly Effect[] = content.spec?.deletionPolicy === 'Delete' ? [] : [{ type: 'patchContent', target, deletionPolicy: 'Delete' }]
  const drop: readonly Effect[] = snapshotFor(facts, pvc) ? [] : [...dropSnapshot(facts, pvc, content), ...removeContent(content)]
  return [...release, ...drop]
}

/**
 * Metacontroller drops what it takes for a child. It does not see one whose labels somebody took away, and lets go of none while its parent
 * is being deleted: such a VolumeSnapshot would hold its content, and its content the record, for ever.
 */
function dropUnseen({ name, unseen }: Facts, { pvc }: Volume): readonly Effect[] {
  const { metadata } = unseen[snapshotName(name, pvc)] ?? {}
  if (metadata?.uid === undefined || metadata.deletionTimestamp !== undefined) return []
  return [{ type: 'deleteSnapshot', target: { name: metadata.name, namespace: metadata.namespace, uid: metadata.uid } }]
}

/** A VolumeSnapshot whose owner somebody took away is no child any more either. */
function dropSnapshot(facts: Facts, pvc: string, content: Content): readonly Effect[] {
  const { name, namespace, uid } = facts.observed.snapshots[snapshotName(facts.name, pvc)]?.metadata ?? {}
  if (name === undefined || uid === undefined || uid !== content.spec?.volumeSnapshotRef?.uid) return []
  return [{ type: 'deleteSnapshot', target: { name, namespace, uid } }]
}
