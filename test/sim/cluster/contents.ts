import { parseQuantity } from '../../../lib/quantities.ts'
import type { Inside } from './cluster.ts'
import { backoff, controller, placeOf } from './controller.ts'
import { CONTENTS, SNAPSHOTS, time, uidOf, VOLUMES, type Content, type PersistentVolume, type Snapshot } from './objects.ts'
import { patch, patchStatus, pathOf, read, setFinalizer } from './requests.ts'
import { BEING_DELETED } from './snapshots.ts'

const BOUND = 'snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection'
const MINUTE = 60_000

/** The CSI driver's side of snapshots: takes them, finds those that are there already, and removes them. */
export function startContents(cluster: Inside): void {
  const { api } = cluster
  const contents = new Contents(cluster)
  controller({
    cluster, name: 'contents', resource: CONTENTS,
    also: { [SNAPSHOTS]: (snapshot, { type }) => type === 'DELETED' ? contentsOf(snapshot as Snapshot) : [] },
    reconcile: key => contents.reconcile(read<Content>(api, CONTENTS, { name: placeOf(key).name })),
  })
}

class Contents {
  readonly #cluster: Inside
  readonly #random
  readonly #failures = new Map<string, number>()
  /** Until when a snapshot is not ready, or its driver complains, by the UID of the content. */
  readonly #notBefore = new Map<string, number>()
  readonly #complaints = new Map<string, number>()
  /** Bytes of each snapshot in the storage. */
  readonly #sizes = new Map<string, number>()

  constructor(cluster: Inside) {
    this.#cluster = cluster
    this.#random = cluster.engine.random.fork('contents')
  }

  reconcile(content: Content | undefined): number | undefined {
    if (content === undefined) return undefined
    const { api } = this.#cluster
    const path = pathOf(CONTENTS, content.metadata)
    if (content.metadata.deletionTimestamp !== undefined) return this.#remove(content)
    const { uid } = content.spec.volumeSnapshotRef
    if (uid !== undefined && uid !== '' && content.metadata.finalizers?.includes(BOUND) !== true) setFinalizer(api, path, { finalizer: BOUND, present: true })
    if (isLeaving(this.#cluster, content)) patch(api, path, { metadata: { annotations: { [BEING_DELETED]: 'yes' } } })
    if (content.spec.source.snapshotHandle !== undefined) return this.#find(content, content.spec.source.snapshotHandle)
    return content.status?.snapshotHandle === undefined ? this.#take(content) : this.#ripen(content)
  }

  /** CreateSnapshot. */
  #take(content: Content): number | undefined {
    const { disks, faults, engine } = this.#cluster
    if (content.metadata.annotations?.[BEING_DELETED] !== undefined) return undefined
    const [uid, volume] = [uidOf(content), content.spec.source.volumeHandle ?? '']
    const handle = `snapshot-${uid}`
    const fails = faults.strikes('snapshotFails')
    if (fails || !disks.snapshot(volume, handle)) {
      const why = fails ? 'code = DeadlineExceeded desc = context deadline exceeded' : `code = NotFound desc = there is no volume ${volume}`
      return this.#fail(content, `Failed to check and update snapshot content: failed to take snapshot of the volume ${volume}: "rpc error: ${why}"`)
    }
    this.#failures.delete(uid)
    this.#sizes.set(handle, this.#sizeOf(volume))
    if (faults.strikes('snapshotSlow')) this.#notBefore.set(uid, engine.now() + MINUTE * (1 + this.#random.below(90)))
    if (faults.strikes('snapshotLateError')) this.#complaints.set(uid, engine.now() + MINUTE * (1 + this.#random.below(60)))
    return this.#ripen(content, handle)
  }

  /** A snapshot that is taken may not be ready for long, and a driver may complain about it at any time. */
  #ripen(content: Content, handle = content.status?.snapshotHandle ?? ''): number | undefined {
    const { api, engine, faults } = this.#cluster
    const uid = uidOf(content)
    const left = (until = 0): number => faults.healed ? 0 : Math.max(0, until - engine.now())
    const [slow, complains] = [left(this.#notBefore.get(uid)), left(this.#complaints.get(uid))]
    const readyToUse = slow === 0 || content.status?.readyToUse === true
    const message = complains > 0 ? 'Failed to check and update snapshot content: rpc error: code = Internal desc = the array is busy' : undefined
    const again = Math.max(slow, complains) || undefined
    if (content.status?.readyToUse === readyToUse && content.status.error?.message === message) return again
    const error = message === undefined ? null : { message, time: time(engine.now()) }
    const creationTime = content.status?.creationTime ?? engine.now() * 1e6
    patchStatus(api, pathOf(CONTENTS, content.metadata), { snapshotHandle: handle, creationTime, restoreSize: this.#sizes.get(handle) ?? 0, readyToUse, error })
    return again
  }

  /** A snapshot that is in the storage already. */
  #find(content: Content, handle: string): number | undefined {
    const { api, disks, engine } = this.#cluster
    if (content.status?.readyToUse === true) return undefined
    if (disks.read(handle) === undefined) {
      return this.#fail(content, `Failed to check and update snapshot content: "rpc error: code = NotFound desc = there is no snapshot ${handle}"`)
    }
    this.#failures.delete(uidOf(content))
    const status = { snapshotHandle: handle, creationTime: engine.now() * 1e6, restoreSize: this.#sizes.get(handle) ?? 0, readyToUse: true, error: null }
    patchStatus(api, pathOf(CONTENTS, content.metadata), status)
    return undefined
  }

  /** Only a content whose VolumeSnapshot is going, or that never had one, lets go; the snapshot goes along if the policy says so. */
  #remove(content: Content): number | undefined {
    const { api, disks, faults } = this.#cluster
    const path = pathOf(CONTENTS, content.metadata)
    const { source, volumeSnapshotRef: { uid } } = content.spec
    const neverBound = source.snapshotHandle !== undefined && (uid === undefined || uid === '')
    const isLet = neverBound || content.metadata.annotations?.[BEING_DELETED] !== undefined || isLeaving(this.#cluster, content)
    if (!isLet) return undefined
    const handle = content.status?.snapshotHandle ?? source.snapshotHandle
    if (content.spec.deletionPolicy === 'Delete' && handle !== undefined) {
      if (faults.strikes('snapshotFails')) return this.#fail(content, 'Failed to delete snapshot: "rpc error: code = DeadlineExceeded"')
      disks.remove(handle)
    }
    setFinalizer(api, path, { finalizer: BOUND, present: false })
    return undefined
  }

  /** Tells it and tries again, ever more seldom. */
  #fail(content: Content, message: string): number {
    const { api, engine } = this.#cluster
    const failures = this.#failures.get(uidOf(content)) ?? 0
    this.#failures.set(uidOf(content), failures + 1)
    if (content.status?.error?.message !== message) {
      const unready = content.metadata.deletionTimestamp === undefined && { readyToUse: false }
      patchStatus(api, pathOf(CONTENTS, content.metadata), { error: { message, time: time(engine.now()) }, ...unready })
    }
    return backoff(failures, { first: 1000, most: 300_000 })
  }

  #sizeOf(volume: string): number {
    const found = read<PersistentVolume>(this.#cluster.api, VOLUMES, { name: volume })
    return parseQuantity(found?.spec.capacity?.storage ?? '1Gi')
  }
}

/** Bound to a VolumeSnapshot that is going. Of one that is not there the snapshot controller says nothing (external-snapshotter 8, syncContent). */
function isLeaving({ api }: Inside, { metadata, spec: { volumeSnapshotRef: { namespace, name, uid } } }: Content): boolean {
  if (uid === undefined || uid === '' || metadata.annotations?.[BEING_DELETED] !== undefined) return false
  const snapshot = read<Snapshot>(api, SNAPSHOTS, { namespace, name })
  return snapshot?.metadata.uid === uid && snapshot.metadata.deletionTimestamp !== undefined
}

function contentsOf({ metadata, spec, status }: Snapshot): readonly string[] {
  const names = [status?.boundVolumeSnapshotContentName, spec.source.volumeSnapshotContentName, `snapcontent-${metadata.uid}`]
  return [...new Set(names.filter(name => name !== undefined))].map(name => `/${name}`)
}
