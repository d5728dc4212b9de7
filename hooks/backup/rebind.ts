import type { Volume } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'
import { shorten } from '../jobs/finding.ts'
import { snapshotOf } from './children.ts'
import { contentTarget, handleOf, isLeaving, isOwn, markContent, proves, reboundContent, removeContent } from './content.ts'
import { displaced } from './displaced.ts'
import { snapshotFor, type Facts } from './facts.ts'
import { reboundName, snapshotName } from './names.ts'
import { contentNameOf, isUnwell, mention, type Content, type Snapshot } from './objects.ts'
import { POLL_SECONDS } from './progress.ts'
import type { SnapshotStep } from './snapshots.ts'
import { quiet, volumesOf } from './volume.ts'

/**
 * Keeps the VolumeSnapshot of a good volume in place. One that was deleted costs nothing but the object: its content was
 * made to stay, so the snapshot is bound again through a new content with the same handle, and the old content goes once
 * the new one is bound.
 */
export function rebind(facts: Facts, volume: Volume): SnapshotStep {
  const name = snapshotName(facts.name, volume.pvc)
  const snapshot = facts.snapshots?.[name] as Snapshot | undefined
  if (snapshot) return contentNameOf(snapshot) === volume.contentName ? settled(facts, volume, snapshot) : bound(facts, volume, snapshot)
  // Metacontroller's cache may be behind, or there may be no snapshot API at all: absence must be certain before anything is made.
  const theirs = facts.strangers[name] as Snapshot | undefined
  if (theirs) return displaced(facts, volume, theirs)
  if (!facts.snapshots || facts.unseen[name]) return { volume, children: [], effects: [] }
  const { handle, driver, contentName } = volume
  return handle && driver && contentName ? missing(facts, volume, contentName) : { volume, children: [], effects: [] }
}

/** Sees off the former contents of a record that goes before they have: nobody looks at them again. Another must lead to the snapshot by then. */
export function farewells(facts: Facts): readonly Effect[] {
  return volumesOf(facts).flatMap((volume) => {
    const snapshot = snapshotFor(facts, volume.pvc)
    const old = facts.observed.contents[volume.contentName ?? ''] as Content | undefined
    const next = facts.observed.contents[(snapshot && contentNameOf(snapshot)) ?? ''] as Content | undefined
    const isReplaced = old && next && next !== old && isLeaving(old) && !isLeaving(next) && proves(facts, volume, next)
    return isReplaced ? dropContent(facts, volume, old) : []
  })
}

/** Whoever deletes the content alone leaves a VolumeSnapshot that says so and is bound to nothing: no restore can be made from it. */
function settled(facts: Facts, volume: Volume, snapshot: Snapshot): SnapshotStep {
  if (isUnwell(snapshot) && !facts.observed.contents[volume.contentName ?? '']) return { volume: bereft(volume), children: [mention(snapshot)], effects: [] }
  return { volume: volume.reason === 'SnapshotLost' ? quiet(volume) : volume, children: [mention(snapshot)], effects: [] }
}

function missing(facts: Facts, volume: Volume, contentName: string): SnapshotStep {
  const name = reboundName(facts.namespace, snapshotName(facts.name, volume.pvc), contentName)
  const made = facts.observed.contents[name] as Content | undefined
  const old = facts.observed.contents[contentName] as Content | undefined
  const proof = [old, made].find((content) => content && proves(facts, volume, content))
  if (!proof) return { volume: unproved(volume, contentName), children: [], effects: [] }
  if (made && uidOf(made)) {
    // What is leaving proves whose the snapshot is, and will soon lead nowhere.
    const stays = proof === old && !isLeaving(proof)
    return usedUp(facts, volume, { made, old, last: !stays && proves(facts, volume, made) })
  }
  const keep = old ? keepData(facts, volume, old) : []
  const create: Effect[] = made ? [] : [{ type: 'createContent', object: reboundContent(facts, volume, { name, old }) }]
  const child = snapshotOf(facts, volume.pvc, { source: { volumeSnapshotContentName: name } })
  return { volume, children: [child], effects: [...keep, ...create], resync: POLL_SECONDS }
}

/** A content is bound once only, and this one was, to a VolumeSnapshot that is gone again: it makes room, or is the next to be bound again from. */
function usedUp(facts: Facts, volume: Volume, { made, old, last }: { made: Content; old: Content | undefined; last: boolean }): SnapshotStep {
  const step = { children: [], resync: POLL_SECONDS }
  const kept = old ? keepData(facts, volume, old) : []
  if (!last) return { ...step, volume, effects: [...kept, ...dropContent(facts, volume, made)] }
  // The record names the other from now on: nobody will look at one that is leaving again.
  const farewell = old && isLeaving(old) ? dropContent(facts, volume, old) : kept
  return { ...step, volume: { ...volume, contentName: made.metadata.name }, effects: [...farewell, ...keepData(facts, volume, made)] }
}

function bound(facts: Facts, volume: Volume, snapshot: Snapshot): SnapshotStep {
  const children = [mention(snapshot)]
  const contentName = snapshot.status?.boundVolumeSnapshotContentName
  const content = facts.observed.contents[contentName ?? ''] as Content | undefined
  if (snapshot.status?.error) return { volume: lost(volume, snapshot.status.error.message), children, effects: [] }
  if (!contentName || snapshot.status?.readyToUse !== true || !content) return { volume, children, effects: [], resync: POLL_SECONDS }
  if (!isOwn(facts, volume.pvc, content)) return { volume: elsewhere(volume, contentName), children, effects: [] }
  const old = facts.observed.contents[volume.contentName ?? ''] as Content | undefined
  const handle = handleOf(content)
  if (handle === undefined) return { volume, children, effects: [], resync: POLL_SECONDS }
  if (!proves(facts, volume, content)) return another(facts, volume, { snapshot, content, old })
  if (old && isOwn(facts, volume.pvc, old)) {
    const effects = isLeaving(content) ? [] : dropContent(facts, volume, old)
    return { volume, children, effects, resync: POLL_SECONDS }
  }
  return { volume: { ...(volume.reason === 'SnapshotLost' ? quiet(volume) : volume), contentName }, children, effects: [] }
}

/**
 * Another snapshot altogether, made by a call that came late. What we hold stays as it is, and the other says whose it is: it goes when our
 * data goes. Its VolumeSnapshot makes room at once, so that the name leads to what the record tells of, if that can be bound again.
 */
function another(facts: Facts, volume: Volume, { snapshot, content, old }: { snapshot: Snapshot; content: Content; old: Content | undefined }): SnapshotStep {
  const marks = markContent(facts, volume.pvc, content)
  if (marks.length > 0) return { volume, children: [mention(snapshot)], effects: marks, resync: POLL_SECONDS }
  if (!old || !proves(facts, volume, old)) return { volume: elsewhere(volume, content.metadata.name), children: [mention(snapshot)], effects: [] }
  return { volume, children: [], effects: [], resync: POLL_SECONDS }
}

function lost(volume: Volume, words = 'the driver gives no reason'): Volume {
  return { ...volume, reason: 'SnapshotLost', message: shorten(`the VolumeSnapshot cannot be bound again: ${words}`) }
}

function bereft(volume: Volume): Volume {
  const message = `VolumeSnapshotContent ${volume.contentName}, which leads to the snapshot, is gone; if the snapshot is still in the storage, an administrator can make that content again, `
    + 'with the handle and driver of this status'
  return { ...volume, reason: 'SnapshotLost', message: shorten(message) }
}

/** Retention must not rely on it, whatever the verdict on the run was. */
function elsewhere(volume: Volume, contentName: string): Volume {
  const message = `its VolumeSnapshot leads to VolumeSnapshotContent ${contentName} and not to the snapshot of this restore point; when nobody needs `
    + 'that one and it is deleted, its own is bound again if what leads to it is still there'
  return { ...volume, reason: 'SnapshotLost', message: shorten(message) }
}

/** A handle that only stands in the status could be of another namespace's snapshot. */
function unproved(volume: Volume, contentName: string): Volume {
  const message = `its VolumeSnapshot is gone and VolumeSnapshotContent ${contentName} does not say that the snapshot is of this namespace; `
    + 'a status alone binds nothing: an administrator can make that content again, with the handle and driver of this status'
  return { ...volume, reason: 'SnapshotLost', message: shorten(message) }
}

/** Deletes the object and never the data behind it: one that would take the data along is made to keep it first. */
function dropContent(facts: Facts, volume: Volume, content: Content): readonly Effect[] {
  if (!isOwn(facts, volume.pvc, content)) return []
  const keep = keepData(facts, volume, content)
  return keep.length > 0 ? keep : removeContent(content)
}

function keepData(facts: Facts, { pvc }: Volume, content: Content): readonly Effect[] {
  if (content.spec?.deletionPolicy === 'Retain' || !isOwn(facts, pvc, content)) return []
  return [{ type: 'patchContent', target: contentTarget(content), deletionPolicy: 'Retain' }]
}

function uidOf(content: Content): string | undefined {
  return content.spec?.volumeSnapshotRef?.uid
}
