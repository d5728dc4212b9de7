import { executeEffect } from '../../../hooks/effects/execute.ts'
import { withFreshParent } from '../../../hooks/fresh.ts'
import type { Decision, KubeObject, ObjectsByKind, SyncRequest } from '../../../hooks/hook.ts'
import { liveKubernetes } from '../../../hooks/live-kubernetes.ts'
import { restoreHook } from '../../../hooks/restore/hook.ts'
import type { Backup, BackupRepository, Restore, Result } from '../../../schemas/generated/types.ts'
import { MemoryApi } from './memory-api.ts'
import type { Registered } from '../../../hooks/registry-map.ts'
import { syncAnswer } from '../../../hooks/validate-answer.ts'
import { SETTINGS, START, storageClass } from './samples.ts'

const CORE = '/api/v1/namespaces/shop'
const OURS = '/apis/holdfast.dev/v1alpha1/namespaces/shop'
export const RESTORE = `${OURS}/restores/again`

const REGISTERED: Registered = {
  hook: restoreHook as unknown as Registered['hook'],
  kind: 'Restore',
  namespaced: true,
  children: { always: ['Job.batch/v1', 'PersistentVolumeClaim.v1'], sometimes: [] },
}

/** What a sync may suffer. */
export interface Faults {
  /** The answer never reaches the status. */
  readonly loseStatus?: boolean
  /** The request shows the Restore as it was this many status writes ago. */
  readonly staleBy?: number
  /** The answer of the nth write of an effect is lost, and with it the sync. */
  readonly cutAfter?: number
  /** Only every other child is written. */
  readonly partial?: boolean
}

/** How the next mover ends: `silent` loses its pod before anybody read the result, `partial` could not set an attribute. */
export type Ending = 'whole' | 'failed' | 'silent' | 'partial'

/** A namespace with a real hook, real effects and toy controllers for Jobs, volumes and garbage. */
export class World {
  readonly api = new MemoryApi()
  readonly history: Restore[] = []
  /** Names of PersistentVolumes that a mover has filled to the end. */
  readonly whole = new Set<string>()
  /** Names of all Jobs that were ever made. */
  readonly jobsMade: string[] = []
  now = START
  ending: Ending = 'whole'
  backups: Backup[]
  repositories: BackupRepository[]

  constructor(restore: Restore, backups: Backup[], repositories: BackupRepository[]) {
    this.backups = backups
    this.repositories = repositories
    this.api.put(RESTORE, { ...restore, metadata: { ...restore.metadata, finalizers: ['metacontroller'] } } as unknown as KubeObject)
    this.api.put('/apis/storage.k8s.io/v1/storageclasses/fast', storageClass('fast'))
  }

  get restore(): Restore | undefined {
    return this.api.objects.get(RESTORE) as unknown as Restore | undefined
  }

  claim(name: string): KubeObject | undefined {
    return this.api.objects.get(claimPath(name))
  }

  addClaim(claim: KubeObject): void {
    if (!this.claim(claim.metadata.name)) this.api.put(claimPath(claim.metadata.name), claim)
  }

  /** One sync as Metacontroller does it: request, hook, effects, deletions, creations, status. */
  async sync(faults: Faults = {}): Promise<Decision | undefined> {
    const parent = this.restore
    if (!parent) return undefined
    this.api.replace('/apis/holdfast.dev/v1alpha1/namespaces/shop/backups', this.backups as unknown as readonly KubeObject[], { 'holdfast.dev/policy': 'nightly' })
    this.history.push(parent)
    const shown = this.history.at(-1 - (faults.staleBy ?? 0)) ?? parent
    const request: SyncRequest<Restore> = {
      parent: { ...shown, metadata: parent.metadata },
      children: { 'PersistentVolumeClaim.v1': this.#owned('PersistentVolumeClaim'), 'Job.batch/v1': this.#owned('Job') },
      related: this.#related(parent),
      finalizing: parent.metadata.deletionTimestamp !== undefined,
    }
    const live = liveKubernetes(this.api)
    const fresh = await withFreshParent(request as unknown as SyncRequest<KubeObject>, live) as unknown as SyncRequest<Restore>
    const observed = await restoreHook.observe(fresh, live, this.now)
    const decision = restoreHook.decide({ request: fresh, observed, now: this.now, settings: SETTINGS })
    syncAnswer(decision, request as unknown as SyncRequest<KubeObject>, REGISTERED)
    if (!await this.#execute(decision, faults.cutAfter)) return decision
    if (request.finalizing && decision.finalized) {
      this.api.objects.delete(RESTORE)
      return decision
    }
    this.#manageChildren(decision, faults.partial === true)
    if (!faults.loseStatus) this.api.patch(RESTORE, { status: null })
    if (!faults.loseStatus) this.api.patch(RESTORE, { status: structuredClone(decision.status) })
    return decision
  }

  /** What the controllers of a cluster do in a moment. */
  tick(seconds = 2): void {
    this.now = new Date(this.now.getTime() + seconds * 1000)
    this.#collectGarbage()
    this.#provision()
    this.#runJobs()
    this.#bind()
    this.#release()
  }

  async #execute(decision: Decision, cutAfter: number | undefined): Promise<boolean> {
    let writes = 0
    this.api.afterWrite = () => {
      writes += 1
      if (writes === cutAfter) throw new Error('cut')
    }
    try {
      for (const effect of decision.effects) await executeEffect(effect, this.api, this.now)
      return cutAfter === undefined || writes < cutAfter
    } catch {
      return false
    } finally {
      this.api.afterWrite = () => undefined
    }
  }

  #owned(kind: string): Record<string, KubeObject> {
    const own = this.api.all(kind).filter(([, object]) => object.metadata.ownerReferences?.[0]?.uid === this.restore?.metadata.uid)
    return Object.fromEntries(own.map(([, object]) => [`shop/${object.metadata.name}`, structuredClone(object)]))
  }

  #related(restore: Restore): ObjectsByKind {
    const named = (objects: readonly { metadata: KubeObject['metadata'] }[]) => Object.fromEntries(objects.map(object => [`shop/${object.metadata.name}`, object])) as unknown as Record<string, KubeObject>
    const label = restore.metadata.name
    const claims = this.api.all('PersistentVolumeClaim').map(([, object]) => object).filter(({ metadata }) => metadata.labels?.['holdfast.dev/restore'] === label)
    return { 'Backup.holdfast.dev/v1alpha1': named(this.backups), 'BackupRepository.holdfast.dev/v1alpha1': named(this.repositories), 'PersistentVolumeClaim.v1': named(claims) }
  }

  #manageChildren(decision: Decision, partial: boolean): void {
    const wanted = new Map(decision.children.map(child => [pathOf(child), child]))
    const uid = this.restore?.metadata.uid ?? ''
    const own = [...this.api.objects].filter(([, object]) => object.metadata.ownerReferences?.[0]?.uid === uid)
    const writes = [
      ...own.filter(([path]) => !wanted.has(path)).map(([path]) => () => this.api.remove(path)),
      ...[...wanted].filter(([path]) => !this.api.objects.has(path)).map(([path, child]) => () => this.#create(path, child, uid)),
    ]
    writes.forEach((write, index) => { if (!partial || index % 2 === 1) write() })
  }

  #create(path: string, child: KubeObject, uid: string): void {
    const finalizers = child.kind === 'PersistentVolumeClaim' ? ['kubernetes.io/pvc-protection'] : []
    const ownerReferences = [{ kind: 'Restore', name: 'again', uid, controller: true }]
    if (child.kind === 'Job') this.jobsMade.push(child.metadata.name)
    const status = child.kind === 'Job' ? { active: 1 } : { phase: 'Pending' }
    this.api.put(path, { ...child, metadata: { ...child.metadata, finalizers, ownerReferences, creationTimestamp: this.now.toISOString() }, status })
  }

  /** Children of a Restore that is gone, pods of Jobs that are gone, claims that no pod holds any more. */
  #collectGarbage(): void {
    for (const [path, { metadata }] of this.api.objects) {
      if (metadata.ownerReferences?.length && !this.restore) this.api.remove(path)
    }
    for (const [path, pod] of this.api.all('Pod')) {
      const job = pod.metadata.labels?.['job-name']
      if (job && !this.api.objects.has(jobPath(job))) this.api.objects.delete(path)
    }
    for (const [path, claim] of this.api.all('PersistentVolumeClaim')) {
      const held = this.api.all('Pod').some(([, pod]) => JSON.stringify(pod.spec).includes(`"claimName":"${claim.metadata.name}"`))
      if (claim.metadata.deletionTimestamp && !held) this.api.objects.delete(path)
    }
  }

  #provision(): void {
    for (const [path, claim] of this.api.all<KubeObject & { spec: { volumeName?: string } }>('PersistentVolumeClaim')) {
      if (claim.spec.volumeName || claim.metadata.annotations?.foreign) continue
      const name = `pv-${claim.metadata.uid}`
      const claimRef = { namespace: 'shop', name: claim.metadata.name, uid: claim.metadata.uid }
      const spec = { persistentVolumeReclaimPolicy: 'Delete', storageClassName: 'fast', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, claimRef }
      this.api.put(volumePath(name), { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec, status: { phase: 'Bound' } })
      this.api.patch(path, { spec: { volumeName: name }, status: { phase: 'Bound' } })
    }
  }

  #runJobs(): void {
    for (const [path, job] of this.api.all<KubeObject & { status?: { active?: number }; spec: { template: { spec: object } } }>('Job')) {
      const pod = `${CORE}/pods/${job.metadata.name}-0`
      if (!job.status?.active) continue
      if (!this.api.objects.has(pod)) this.api.put(pod, { apiVersion: 'v1', kind: 'Pod', metadata: { name: `${job.metadata.name}-0`, labels: { 'job-name': job.metadata.name }, creationTimestamp: this.now.toISOString() }, spec: job.spec.template.spec, status: { phase: 'Pending' } })
      else this.#endJob(path, pod, job)
    }
  }

  #endJob(path: string, podPath: string, job: KubeObject): void {
    const isPrime = JSON.stringify(job.spec).includes('"command":["true"]')
    const ending = isPrime && this.ending === 'partial' ? 'whole' : this.ending
    const result: Result = ending === 'failed'
      ? { operation: 'restore', ok: false, reason: 'WrongKey', message: 'the key does not fit' }
      : { operation: 'restore', ok: true, bytes: 1000, files: 10, errors: ending === 'partial' ? 1 : 0 }
    const terminated = { exitCode: ending === 'failed' ? 2 : 0, ...(!isPrime && { message: JSON.stringify(result) }) }
    this.api.patch(podPath, { status: { phase: 'Succeeded', containerStatuses: [{ name: 'mover', state: { terminated } }] } })
    if (ending === 'silent') this.api.objects.delete(podPath)
    const type = ending === 'failed' ? 'Failed' : 'Complete'
    this.api.patch(path, { status: { active: null, completionTime: this.now.toISOString(), conditions: [{ type, status: 'True' }] } })
    const claim = /"claimName":"([^"]+)"/.exec(JSON.stringify(job.spec))?.[1] ?? ''
    const volume = this.api.objects.get(volumePath((this.claim(claim)?.spec as { volumeName?: string } | undefined)?.volumeName ?? ''))
    if (volume && ending !== 'failed') this.whole.add(volume.metadata.name)
  }

  #bind(): void {
    for (const [path, volume] of this.api.all<Volume>('PersistentVolume')) {
      const [at, claim] = this.api.all<KubeObject & { spec: { volumeName?: string } }>('PersistentVolumeClaim').find(([, { metadata }]) => metadata.uid === volume.spec.claimRef?.uid) ?? []
      if (!at || claim?.spec.volumeName !== volume.metadata.name) continue
      this.api.patch(path, { status: { phase: 'Bound' } })
      this.api.patch(at, { status: { phase: 'Bound' } })
    }
    for (const [path, claim] of this.api.all<KubeObject & { spec: { volumeName?: string }; status?: { phase?: string } }>('PersistentVolumeClaim')) {
      if (claim.status?.phase !== 'Bound' || claim.metadata.annotations?.foreign) continue
      const volume = this.api.objects.get(volumePath(claim.spec.volumeName ?? '')) as Volume | undefined
      if (volume?.spec.claimRef?.uid !== claim.metadata.uid) this.api.patch(path, { status: { phase: 'Lost' } })
    }
  }

  #release(): void {
    for (const [path, volume] of this.api.all<Volume>('PersistentVolume')) {
      const claims = this.api.all('PersistentVolumeClaim').map(([, claim]) => claim.metadata.uid)
      if (claims.includes(volume.spec.claimRef?.uid)) continue
      if (volume.spec.persistentVolumeReclaimPolicy === 'Delete') this.api.objects.delete(path)
      else this.api.patch(path, { status: { phase: 'Released' } })
    }
  }
}

export type Volume = KubeObject & { spec: { persistentVolumeReclaimPolicy: string; claimRef?: { uid?: string; name?: string } } }

export function claimPath(name: string): string {
  return `${CORE}/persistentvolumeclaims/${name}`
}

export function jobPath(name: string): string {
  return `/apis/batch/v1/namespaces/shop/jobs/${name}`
}

export function volumePath(name: string): string {
  return `/api/v1/persistentvolumes/${name}`
}

function pathOf({ kind, metadata: { name } }: KubeObject): string {
  return kind === 'Job' ? jobPath(name) : claimPath(name)
}
