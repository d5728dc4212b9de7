import { awaitedSnapshots } from './claims.ts'
import type { Inside } from './cluster.ts'
import { backoff, controller, keyOf, placeOf } from './controller.ts'
import { lookup } from './lookup.ts'
import {
  CLAIMS, CONTENTS, handleOf, SNAPSHOT_CLASSES, SNAPSHOTS, time, uidOf, VOLUMES,
  type Claim, type Content, type PersistentVolume, type Snapshot, type SnapshotClass,
} from './objects.ts'
import { create, patch, patchStatus, pathOf, read, remove, setFinalizer } from './requests.ts'

/** Set on a content when its VolumeSnapshot goes: only then may it go too. */
export const BEING_DELETED = 'snapshot.storage.kubernetes.io/volumesnapshot-being-deleted'

const BOUND = 'snapshot.storage.kubernetes.io/volumesnapshot-bound-protection'
const AS_SOURCE = 'snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection'
const CLAIM_AS_SOURCE = 'snapshot.storage.kubernetes.io/pvc-as-source-protection'

/** The snapshot controller: VolumeSnapshots get contents, take over their state, and let go of them as their policy says. */
export function startSnapshots(cluster: Inside): void {
  const { api } = cluster
  const readers = lookup<Claim>(api, CLAIMS, awaitedSnapshots)
  const snapshots = new Snapshots(cluster, key => readers(key).length > 0)
  controller({
    cluster, name: 'snapshots', resource: SNAPSHOTS,
    also: {
      [CONTENTS]: content => { const { namespace, name } = (content as Content).spec.volumeSnapshotRef; return [`${namespace}/${name}`] },
      [CLAIMS]: ({ metadata, spec }, { type }) => {
        const { dataSource } = spec as Claim['spec']
        return dataSource === undefined || type === 'ADDED' ? [] : [`${metadata.namespace}/${dataSource.name}`]
      },
    },
    reconcile: key => snapshots.reconcile(key),
  })
}

class Snapshots {
  readonly #cluster: Inside
  readonly #isRead: (key: string) => boolean
  readonly #failures = new Map<string, number>()

  constructor(cluster: Inside, isRead: (key: string) => boolean) {
    this.#cluster = cluster
    this.#isRead = isRead
  }

  reconcile(key: string): number | undefined {
    const { api } = this.#cluster
    const path = pathOf(SNAPSHOTS, placeOf(key))
    const snapshot = api.read<Snapshot>(path)
    if (snapshot === undefined) return undefined
    const content = read<Content>(api, CONTENTS, { name: contentNameOf(snapshot) })
    if (snapshot.metadata.deletionTimestamp !== undefined) return this.#let(snapshot, content)
    const finalizers = snapshot.metadata.finalizers ?? []
    if (!finalizers.includes(BOUND)) patch(api, path, { metadata: { finalizers: [...finalizers, AS_SOURCE, BOUND] } })
    if (content === undefined) return this.#without(snapshot)
    const error = this.#bind(snapshot, content)
    this.#take(snapshot, error === undefined ? api.read<Content>(pathOf(CONTENTS, content.metadata)) : undefined, error)
    return undefined
  }

  /** No content yet, or no more. */
  #without(snapshot: Snapshot): number | undefined {
    if (snapshot.status?.boundVolumeSnapshotContentName !== undefined || snapshot.spec.source.volumeSnapshotContentName !== undefined) {
      this.#take(snapshot, undefined, 'VolumeSnapshotContent is missing')
      return undefined
    }
    const made = this.#makeContent(snapshot)
    if (made === undefined) return void this.#failures.delete(uidOf(snapshot))
    const failures = this.#failures.get(uidOf(snapshot)) ?? 0
    this.#failures.set(uidOf(snapshot), failures + 1)
    this.#take(snapshot, undefined, `Failed to create snapshot content with error ${made}`)
    return backoff(failures, { first: 1000, most: 300_000 })
  }

  /** Makes the content of a snapshot of a claim; answers why it cannot. */
  #makeContent(snapshot: Snapshot): string | undefined {
    const { api } = this.#cluster
    const { namespace } = snapshot.metadata
    const className = snapshot.spec.volumeSnapshotClassName ?? ''
    const snapshotClass = read<SnapshotClass>(api, SNAPSHOT_CLASSES, { name: className || '-' })
    if (snapshotClass === undefined) return `failed to get input parameters: volumesnapshotclass.snapshot.storage.k8s.io "${className}" not found`
    const claimName = snapshot.spec.source.persistentVolumeClaimName ?? ''
    const claim = read<Claim>(api, CLAIMS, { namespace, name: claimName })
    if (claim === undefined) return `snapshot controller failed to update ${snapshot.metadata.name} on API server: cannot get claim from snapshot`
    const volume = claim.status?.phase === 'Bound' ? read<PersistentVolume>(api, VOLUMES, { name: claim.spec.volumeName ?? '-' }) : undefined
    if (volume === undefined) return `the PVC ${claimName} is not yet bound to a PV, will not attempt to take a snapshot`
    const { driver } = snapshotClass
    if (volume.spec.csi?.driver !== driver) return `cannot find CSI PersistentVolumeSource of driver ${driver} for volume ${volume.metadata.name}`
    setFinalizer(api, pathOf(CLAIMS, claim.metadata), { finalizer: CLAIM_AS_SOURCE, present: true })
    const source = { handle: handleOf(volume), mode: claim.spec.volumeMode ?? 'Filesystem' }
    const { status, body } = create(api, pathOf(CONTENTS, {}), contentOf(snapshot, snapshotClass, source))
    return status < 300 || status === 409 ? undefined : String((body as { message?: string }).message)
  }

  /** Ties a content to this very snapshot; answers why it cannot. */
  #bind(snapshot: Snapshot, content: Content): string | undefined {
    const { namespace, name, uid = '' } = content.spec.volumeSnapshotRef
    const { metadata } = snapshot
    if (namespace !== metadata.namespace || name !== metadata.name) return `VolumeSnapshotContent is for another snapshot: ${namespace}/${name}`
    if (uid !== '' && uid !== metadata.uid) return 'VolumeSnapshotContent is bound to a different snapshot'
    if (uid === '') patch(this.#cluster.api, pathOf(CONTENTS, content.metadata), { spec: { volumeSnapshotRef: { uid: metadata.uid } } })
    return undefined
  }

  /** Takes over what the content says, or an error of one's own. */
  #take(snapshot: Snapshot, content: Content | undefined, own?: string): void {
    const { api, engine } = this.#cluster
    const { status } = snapshot
    const said = content?.status
    const message = own ?? said?.error?.message
    const readyToUse = content !== undefined && said?.readyToUse === true
    const ready = readyToUse ? { creationTime: time(Number(said.creationTime) / 1e6), restoreSize: sizeText(said.restoreSize ?? 0) } : {}
    const boundTo = content?.metadata.name ?? status?.boundVolumeSnapshotContentName
    const same = status?.readyToUse === readyToUse && status.error?.message === message && status.boundVolumeSnapshotContentName === boundTo
    const error = message === undefined ? null : { message, time: time(engine.now()) }
    if (!same) patchStatus(api, pathOf(SNAPSHOTS, snapshot.metadata), { readyToUse, error, ...ready, boundVolumeSnapshotContentName: boundTo })
    if (readyToUse) this.#releaseClaim(snapshot)
  }

  #releaseClaim({ metadata: { namespace }, spec: { source } }: Snapshot): void {
    if (source.persistentVolumeClaimName === undefined) return
    setFinalizer(this.#cluster.api, pathOf(CLAIMS, { namespace, name: source.persistentVolumeClaimName }), { finalizer: CLAIM_AS_SOURCE, present: false })
  }

  /** A VolumeSnapshot goes when no claim is being made from it; its content goes first, or stays. */
  #let(snapshot: Snapshot, found: Content | undefined): number | undefined {
    const { api } = this.#cluster
    const path = pathOf(SNAPSHOTS, snapshot.metadata)
    const content = found?.spec.volumeSnapshotRef.uid === uidOf(snapshot) ? found : undefined
    if (content !== undefined && this.#isRead(keyOf(snapshot))) return 30_000
    this.#releaseClaim(snapshot)
    setFinalizer(api, path, { finalizer: AS_SOURCE, present: false })
    if (content !== undefined) {
      const contentPath = pathOf(CONTENTS, content.metadata)
      if (content.metadata.annotations?.[BEING_DELETED] === undefined) patch(api, contentPath, { metadata: { annotations: { [BEING_DELETED]: 'yes' } } })
      if (content.spec.deletionPolicy === 'Delete') {
        if (content.metadata.deletionTimestamp === undefined) remove(api, contentPath)
        if (api.read(contentPath) !== undefined) return undefined
      }
    }
    setFinalizer(api, path, { finalizer: BOUND, present: false })
    return undefined
  }
}

function contentNameOf(snapshot: Snapshot): string {
  return snapshot.spec.source.volumeSnapshotContentName ?? `snapcontent-${uidOf(snapshot)}`
}

interface Source {
  readonly handle: string
  readonly mode: string
}

function contentOf(snapshot: Snapshot, { deletionPolicy, driver, metadata }: SnapshotClass, volume: Source): object {
  const { namespace, name, resourceVersion } = snapshot.metadata
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotContent', metadata: { name: contentNameOf(snapshot) },
    spec: {
      deletionPolicy, driver, source: { volumeHandle: volume.handle }, sourceVolumeMode: volume.mode, volumeSnapshotClassName: metadata.name,
      volumeSnapshotRef: { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', namespace, name, uid: uidOf(snapshot), resourceVersion },
    },
  }
}

function sizeText(bytes: number): string {
  return bytes > 0 && bytes % 2 ** 30 === 0 ? `${bytes / 2 ** 30}Gi` : String(bytes)
}
