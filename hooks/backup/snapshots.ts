import { UserError } from '../../lib/errors.ts'
import { parseQuantity } from '../../lib/quantities.ts'
import { timestamp } from '../../lib/timestamps.ts'
import type { KubeObject, Volume } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'
import { shorten } from '../jobs/finding.ts'
import { pollSeconds } from '../jobs/poll.ts'
import { snapshotOf } from './children.ts'
import { isOwn, markContent, ownContents } from './content.ts'
import { secondsLeft, type Facts } from './facts.ts'
import { snapshotName } from './names.ts'
import { mention, type Claim, type Content, type Snapshot } from './objects.ts'
import { POLL_SECONDS, soonest, type Progress } from './progress.ts'
import { rebind } from './rebind.ts'
import { checkVolume } from './rules/volume.ts'
import { chooseClass } from './snapshot-class.ts'
import { startupTimeout } from './startup.ts'
import { ask } from './unmade.ts'
import { failedVolume, isDone, quiet, volumesOf } from './volume.ts'

/** Longer than a cache is behind. */
const LAST_LOOK_SECONDS = 60

/** One volume's part of the progress. */
export interface SnapshotStep {
  readonly volume: Volume
  readonly children: readonly KubeObject[]
  readonly effects: readonly Effect[]
  readonly resync?: number
}

/** Progress of a run that takes snapshots: all at once, so that the volumes are of one time as nearly as can be. */
export function snapshotProgress(facts: Facts): Progress {
  const steps = volumesOf(facts).map((volume) => stepOf(facts, volume))
  return {
    volumes: steps.map(({ volume }) => volume),
    children: steps.flatMap(({ children }) => children),
    effects: unique(steps.flatMap(({ effects }) => effects)),
    resyncAfterSeconds: soonest(...steps.map(({ resync }) => resync)),
  }
}

/** Makes every content that is there say whose it is, before nobody is left who knows. */
export function markAll(facts: Facts): readonly Effect[] {
  return facts.backup.spec.volumes.flatMap((pvc) => markAllOf(facts, pvc))
}

function markAllOf(facts: Facts, pvc: string): readonly Effect[] {
  return ownContents(facts, pvc).flatMap((content) => markContent(facts, pvc, content))
}

function stepOf(facts: Facts, volume: Volume): SnapshotStep {
  const snapshot = facts.snapshots?.[snapshotName(facts.name, volume.pvc)] as Snapshot | undefined
  if (volume.phase === 'Completed') return rebind(facts, volume)
  if (isDone(volume)) return snapshot ? failedTaken(facts, volume, snapshot) : { volume, children: [], effects: [] }
  if (snapshot) return taken(facts, volume, snapshot)
  const step = untaken(facts, volume)
  return { ...step, effects: [...step.effects, ...markAllOf(facts, volume.pvc)] }
}

function untaken(facts: Facts, volume: Volume): SnapshotStep {
  const found = checkVolume(facts, volume)
  const left = secondsLeft(facts, facts.startTime, startupTimeout(facts))
  if (found?.wait && left > 0) {
    const { reason, message } = found
    return { volume: { ...volume, reason, message }, children: [], effects: [], resync: Math.min(found.wait, left) }
  }
  if (found) return failed(facts, volume, found)
  const chosen = chooseClass(facts, facts.claims[volume.pvc] as Claim)
  if ('reason' in chosen) return failed(facts, volume, chosen)
  const name = snapshotName(facts.name, volume.pvc)
  const { volume: asked, failure } = ask(facts, volume, { kind: 'VolumeSnapshot', name, found: facts.observed.snapshots[name], reason: 'SnapshotTimeout' })
  if (failure) return failed(facts, asked, failure)
  const spec = { volumeSnapshotClassName: chosen.twin.metadata.name, source: { persistentVolumeClaimName: volume.pvc } }
  return {
    volume: asked,
    children: [snapshotOf(facts, volume.pvc, spec)],
    effects: chosen.exists ? [] : [{ type: 'createRecord', object: chosen.twin }],
    resync: pollSeconds(asked.startTime, facts.now),
  }
}

function taken(facts: Facts, volume: Volume, snapshot: Snapshot): SnapshotStep {
  const content = ownContent(facts, volume, snapshot)
  const { creationTimestamp: startTime, name } = snapshot.metadata
  const known = { ...volume, snapshotName: name, ...(startTime && { startTime }), ...(content && { contentName: content.metadata.name }) }
  const effects = content ? markContent(facts, volume.pvc, content) : []
  const handle = snapshot.status?.readyToUse === true ? content?.status?.snapshotHandle : undefined
  const done = handle && content ? complete(facts, known, { snapshot, content, handle }) : undefined
  if (!done && isSourceGone(facts, known, snapshot)) return sourceGone(facts, known, snapshot)
  const resync = snapshot.status?.readyToUse === true && !done ? POLL_SECONDS : undefined
  return { volume: done ?? underWay(known, snapshot), children: [mention(snapshot)], effects, resync }
}

/** Whether the claim went before anything was made of it. What has a content may still become a snapshot, for its volume outlives the claim. */
function isSourceGone(facts: Facts, { pvc }: Volume, { status }: Snapshot): boolean {
  return facts.claims[pvc] === undefined && status?.boundVolumeSnapshotContentName === undefined
}

/**
 * Drivers try again without end, and whatever waits for this run would wait with it until `mover.timeoutSeconds`: a day, when nobody has set it.
 * It is said at least once before it is the end, for a cache may not show the content yet.
 */
function sourceGone(facts: Facts, volume: Volume, snapshot: Snapshot): SnapshotStep {
  const finding = { reason: 'VolumeNotFound', message: `claim "${volume.pvc}" was deleted before its snapshot was begun` } as const
  const left = secondsLeft(facts, snapshot.metadata.creationTimestamp, startupTimeout(facts))
  const children = [mention(snapshot)]
  if (left <= 0 && volume.reason === finding.reason) return { ...failed(facts, volume, finding), children }
  return { volume: { ...volume, phase: 'Running', ...finding }, children, effects: [], resync: Math.max(left, LAST_LOOK_SECONDS) }
}

/** The content of a failed volume costs money too: it says whose it is, so that whoever removes the Backup's data finds it. */
function failedTaken(facts: Facts, volume: Volume, snapshot: Snapshot): SnapshotStep {
  const content = ownContent(facts, volume, snapshot)
  const children = [mention(snapshot)]
  if (!content) return { volume, children, effects: [] }
  return { volume: { ...volume, contentName: content.metadata.name }, children, effects: markContent(facts, volume.pvc, content) }
}

/** The content of a VolumeSnapshot, and none that only its status names: who may write that could have another namespace's data bound. */
function ownContent(facts: Facts, { pvc }: Volume, { status }: Snapshot): Content | undefined {
  const content = facts.observed.contents[status?.boundVolumeSnapshotContentName ?? ''] as Content | undefined
  return content && isOwn(facts, pvc, content) ? content : undefined
}

function complete(facts: Facts, volume: Volume, from: { snapshot: Snapshot; content: Content; handle: string }): Volume {
  const bytes = sizeOf(from.snapshot)
  const driver = from.content.spec?.driver
  const completionTime = timestamp(facts.now)
  return { ...quiet(volume), phase: 'Completed', handle: from.handle, ...(driver && { driver }), ...(bytes && { bytes }), completionTime }
}

/** Drivers try again by themselves, so an error is told and waited out. */
function underWay(volume: Volume, snapshot: Snapshot): Volume {
  const error = snapshot.status?.error
  if (!error) return { ...quiet(volume), phase: 'Running' }
  const message = shorten(`the driver cannot take the snapshot: ${error.message ?? 'it gives no reason'}; it is tried again`)
  return { ...volume, phase: 'Running', reason: 'SnapshotFailed', message }
}

function failed(facts: Facts, volume: Volume, finding: { reason: string; message: string }): SnapshotStep {
  return { volume: failedVolume(volume, finding, timestamp(facts.now)), children: [], effects: [] }
}

/** Some drivers do not know: they say nothing, or 0. */
function sizeOf(snapshot: Snapshot): number | undefined {
  try {
    return Math.round(parseQuantity(snapshot.status?.restoreSize ?? '0')) || undefined
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** Several volumes may want the same class. */
function unique(effects: readonly Effect[]): readonly Effect[] {
  return [...new Map(effects.map((effect) => [JSON.stringify(effect), effect])).values()]
}
