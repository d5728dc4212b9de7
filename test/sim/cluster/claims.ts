import { parseQuantity } from '../../../lib/quantities.ts'
import type { Inside } from './cluster.ts'
import { backoff, controller, isOwnWriting, keyOf, placeOf } from './controller.ts'
import { lookup, type Lookup } from './lookup.ts'
import { CLAIMS, SNAPSHOTS, STORAGE_CLASSES, uidOf, VOLUMES, type Claim, type PersistentVolume, type Snapshot, type StorageClass } from './objects.ts'
import { provision } from './provision.ts'
import { patch, patchStatus, pathOf, read } from './requests.ts'

/** Binds claims to volumes, and has volumes made for those that get none. */
export function startClaims(cluster: Inside): void {
  const { api } = cluster
  const claimsOfSnapshot = lookup<Claim>(api, CLAIMS, awaitedSnapshots)
  const claims = new Claims(cluster)
  controller({
    cluster, name: 'claims', resource: CLAIMS, concerns: change => !(isBound(change.after as Claim) && isOwnWriting(change)),
    also: {
      [VOLUMES]: (volume, change) => isOwnWriting(change) ? [] : claimsOfVolume(volume as PersistentVolume),
      [SNAPSHOTS]: snapshot => (snapshot as Snapshot).status?.readyToUse === true ? claimsOfSnapshot(keyOf(snapshot)).map(keyOf) : [],
    },
    reconcile: key => claims.reconcile(key),
  })
}

/** The snapshot (`namespace/name`) that a claim without a volume is to be made from. */
export function awaitedSnapshots({ metadata, spec, status }: Claim): readonly string[] {
  return spec.dataSource !== undefined && status?.phase === 'Pending' ? [`${metadata.namespace}/${spec.dataSource.name}`] : []
}

class Claims {
  readonly #cluster: Inside
  /** Claims that name a volume, by its name. */
  readonly #reserved: Lookup<Claim>
  readonly #failures = new Map<string, number>()

  constructor(cluster: Inside) {
    this.#cluster = cluster
    this.#reserved = lookup<Claim>(cluster.api, CLAIMS, ({ spec }) => spec.volumeName === undefined ? [] : [spec.volumeName])
  }

  reconcile(key: string): number | undefined {
    const claim = this.#cluster.api.read<Claim>(pathOf(CLAIMS, placeOf(key)))
    if (claim === undefined || claim.status?.phase === 'Lost') return undefined
    if (isBound(claim)) return this.#checkBound(claim)
    if (claim.metadata.deletionTimestamp !== undefined) return undefined
    if (claim.spec.volumeName !== undefined) return this.#bindTo(claim, this.#volume(claim.spec.volumeName))
    const found = this.#match(claim)
    return found === undefined ? this.#provision(claim) : this.#bindTo(claim, found)
  }

  #checkBound(claim: Claim): undefined {
    const volume = this.#volume(claim.spec.volumeName ?? '')
    const { api } = this.#cluster
    if (volume?.spec.claimRef?.uid !== uidOf(claim)) return void patchStatus(api, pathOf(CLAIMS, claim.metadata), { phase: 'Lost' })
    if (claim.status?.phase !== 'Bound') this.#tellBound(claim, volume)
  }

  /** Both sides say so: first the volume, then the claim. */
  #bindTo(claim: Claim, volume: PersistentVolume | undefined): number | undefined {
    const { api } = this.#cluster
    if (volume === undefined || volume.metadata.deletionTimestamp !== undefined || !belongsTo(volume, claim)) return undefined
    const [claimPath, volumePath] = [pathOf(CLAIMS, claim.metadata), pathOf(VOLUMES, volume.metadata)]
    if (volume.spec.claimRef?.uid !== uidOf(claim)) {
      const { namespace, name, resourceVersion } = claim.metadata
      const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid: uidOf(claim), resourceVersion }
      const annotations = volume.spec.claimRef === undefined ? { annotations: { [BY_CONTROLLER]: 'yes' } } : {}
      if (!patch(api, volumePath, { metadata: { resourceVersion: volume.metadata.resourceVersion, ...annotations }, spec: { claimRef } })) return 1000
    }
    patchStatus(api, volumePath, { phase: 'Bound' })
    const annotations = { [COMPLETED]: 'yes', ...(claim.spec.volumeName === undefined && { [BY_CONTROLLER]: 'yes' }) }
    const metadata = { resourceVersion: claim.metadata.resourceVersion, annotations }
    if (!patch(api, claimPath, { metadata, spec: { volumeName: volume.metadata.name } })) return 1000
    this.#tellBound(claim, volume)
    return undefined
  }

  #tellBound({ metadata }: Claim, { spec: { accessModes, capacity } }: PersistentVolume): void {
    patchStatus(this.#cluster.api, pathOf(CLAIMS, metadata), { phase: 'Bound', accessModes, capacity })
  }

  /** A volume that waits for this very claim; else the smallest free one that will do. */
  #match(claim: Claim): PersistentVolume | undefined {
    const volumes = this.#cluster.api.all<PersistentVolume>(VOLUMES)
    const own = volumes.find(volume => volume.spec.claimRef !== undefined && belongsTo(volume, claim))
    if (own !== undefined) return own
    // Also for a claim that is to be made from a snapshot (kubernetes/kubernetes#101878).
    const free = volumes.filter(volume => volume.spec.claimRef === undefined && volume.metadata.deletionTimestamp === undefined && fits(volume, claim)
      && this.#reserved(volume.metadata.name).length === 0)
    return free.sort((a, b) => sizeOf(a.spec.capacity?.storage) - sizeOf(b.spec.capacity?.storage))[0]
  }

  #provision(claim: Claim): number | undefined {
    const storageClass = this.#volumeClass(claim)
    if (storageClass?.provisioner === undefined) return undefined
    if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && claim.metadata.annotations?.[SELECTED_NODE] === undefined) return undefined
    const failure = provision(this.#cluster, claim, storageClass)
    if (failure === undefined) return void this.#failures.delete(uidOf(claim))
    const failures = this.#failures.get(uidOf(claim)) ?? 0
    this.#failures.set(uidOf(claim), failures + 1)
    const message = `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${failure}`
    this.#cluster.events.tell(claim, { reason: 'ProvisioningFailed', message, component: storageClass.provisioner })
    return backoff(failures, { first: 1000, most: 300_000 })
  }

  #volumeClass({ spec }: Claim): StorageClass | undefined {
    return spec.storageClassName ? read<StorageClass>(this.#cluster.api, STORAGE_CLASSES, { name: spec.storageClassName }) : undefined
  }

  #volume(name: string): PersistentVolume | undefined {
    return read<PersistentVolume>(this.#cluster.api, VOLUMES, { name })
  }
}

const COMPLETED = 'pv.kubernetes.io/bind-completed'
const BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'
const SELECTED_NODE = 'volume.kubernetes.io/selected-node'

function claimsOfVolume({ spec }: PersistentVolume): readonly string[] {
  const { namespace, name } = spec.claimRef ?? {}
  return name === undefined ? [] : [`${namespace}/${name}`]
}

function isBound({ metadata, spec }: Claim): boolean {
  return spec.volumeName !== undefined && metadata.annotations?.[COMPLETED] !== undefined
}

/** Whether a volume is free for a claim that names it, or waits for it. */
function belongsTo({ spec: { claimRef } }: PersistentVolume, { metadata }: Claim): boolean {
  if (claimRef === undefined) return true
  return claimRef.namespace === metadata.namespace && claimRef.name === metadata.name && (claimRef.uid === undefined || claimRef.uid === metadata.uid)
}

function fits({ spec }: PersistentVolume, claim: Claim): boolean {
  return (spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '')
    && (spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem')
    && sizeOf(spec.capacity?.storage) >= sizeOf(claim.spec.resources?.requests?.storage)
    && (claim.spec.accessModes ?? []).every(mode => spec.accessModes?.includes(mode))
}

function sizeOf(quantity = '0'): number {
  return parseQuantity(quantity)
}
