import { moverJob, type MoverJobOptions } from '../../../hooks/jobs/mover-job.ts'
import { storeOf } from '../../../hooks/jobs/store.ts'
import type { BackupRepositorySpec, Result, Task } from '../../../schemas/generated/types.ts'
import { createApiServer } from '../api/server.ts'
import { createEngine, type Engine } from '../engine.ts'
import { noFaults, type Fault, type Faults } from '../faults.ts'
import { startGarbageCollector } from '../garbage.ts'
import { startCluster, type Cluster } from './cluster.ts'
import { CLAIMS, controllerOf, JOBS, PODS, VOLUMES, type Claim, type Job, type KubeObject, type PersistentVolume, type Pod } from './objects.ts'
import { pathOf } from './requests.ts'

export const NAMESPACE = 'shop'
export const DRIVER = 'csi.holdfast.test'
export const REPOSITORY: BackupRepositorySpec = { type: 's3', url: 's3://bucket/prefix', credentialsSecret: 'store' }

/** Faults that strike as often as is said here, and then no more. */
export function placed(engine: Engine, left: Partial<Record<Fault, number>>): Faults {
  const none = noFaults(engine.random)
  const counts = new Map<Fault, number>()
  let healed = false
  return {
    ...none, counts,
    get healed() { return healed },
    heal: () => { healed = true },
    strikes(fault) {
      const times = left[fault] ?? 0
      if (healed || times <= 0) return false
      left[fault] = times - 1
      counts.set(fault, (counts.get(fault) ?? 0) + 1)
      return true
    },
  }
}

/** A cluster without Holdfast, with a namespace, classes, credentials and ways to ask for things. */
export interface Rig extends Cluster {
  post(resource: string, object: object, namespace?: string): KubeObject
  read<T = KubeObject>(resource: string, name: string, namespace?: string): T | undefined
  remove(resource: string, name: string, options?: object): void
  /** Lets time pass. */
  wait(minutes: number): Promise<void>
  /** A claim with this content, bound. */
  claim(name: string, content: string): Promise<string>
  handle(claim: string): string
  job(name: string, options?: Partial<MoverJobOptions>, task?: Partial<Task>): KubeObject
  /** Lets time pass until the Job has ended, for two days at most. */
  ended(name: string): Promise<{ readonly type: string; readonly reason: string; readonly result: Result | undefined; readonly pods: readonly Pod[] }>
  pods(job: string): readonly Pod[]
}

/** Starts a rig. */
export function rig({ seed = 1, faults = (engine: Engine): Faults => noFaults(engine.random), secret = true } = {}): Rig {
  const engine = createEngine(seed, Date.parse('2026-11-21T02:00:00Z'))
  const api = createApiServer({ now: engine.now, random: engine.random.fork('api') })
  startGarbageCollector(api, engine)
  const cluster = startCluster({ api, engine, faults: faults(engine) })
  const made = new Rigged(cluster)
  made.prepare(secret)
  return made
}

class Rigged implements Rig {
  readonly api
  readonly engine
  readonly faults
  readonly disks
  readonly stores
  readonly mishaps

  constructor({ api, engine, faults, disks, stores, mishaps }: Cluster) {
    this.api = api
    this.engine = engine
    this.faults = faults
    this.disks = disks
    this.stores = stores
    this.mishaps = mishaps
  }

  prepare(secret: boolean): void {
    this.post('v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }, '')
    for (const [name, volumeBindingMode, reclaimPolicy] of [['now', 'Immediate', 'Delete'], ['wait', 'WaitForFirstConsumer', 'Delete'], ['keep', 'Immediate', 'Retain']]) {
      this.post('storage.k8s.io/v1/storageclasses', { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, provisioner: DRIVER, volumeBindingMode, reclaimPolicy }, '')
    }
    for (const deletionPolicy of ['Delete', 'Retain']) {
      const metadata = { name: deletionPolicy.toLowerCase() }
      this.post('snapshot.storage.k8s.io/v1/volumesnapshotclasses', { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass', metadata, driver: DRIVER, deletionPolicy }, '')
    }
    if (secret) this.post('v1/secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'store' }, data: { AWS_ACCESS_KEY_ID: 'YQ==', AWS_SECRET_ACCESS_KEY: 'Yg==', RESTIC_PASSWORD: 'Yw==' } })
  }

  post(resource: string, object: object, namespace = NAMESPACE): KubeObject {
    const { status, body } = this.api.request({ actor: 'user', method: 'POST', path: pathOf(resource, { namespace }), body: object })
    if (status !== 201) throw new Error(`${resource}: ${JSON.stringify(body)}`)
    return body as KubeObject
  }

  read<T = KubeObject>(resource: string, name: string, namespace = NAMESPACE): T | undefined {
    return this.api.read<T>(pathOf(resource, { namespace, name }))
  }

  remove(resource: string, name: string, options: object = {}): void {
    this.api.request({ actor: 'user', method: 'DELETE', path: pathOf(resource, { namespace: NAMESPACE, name }), body: { propagationPolicy: 'Background', ...options } })
  }

  async wait(minutes: number): Promise<void> {
    await this.engine.run(this.engine.now() + 60_000 * minutes)
  }

  async claim(name: string, content: string): Promise<string> {
    this.post(CLAIMS, claimOf(name))
    await this.wait(2)
    const handle = this.handle(name)
    this.disks.write(handle, content)
    return handle
  }

  handle(claim: string): string {
    const { volumeName = '-' } = this.read<Claim>(CLAIMS, claim)?.spec ?? {}
    return this.read<PersistentVolume>(VOLUMES, volumeName, '')?.spec.csi?.volumeHandle ?? ''
  }

  job(name: string, options: Partial<MoverJobOptions> = {}, task: Partial<Task> = {}): KubeObject {
    const backup: Task = { operation: 'backup', strategy: 'tar', namespace: NAMESPACE, backup: 'nightly-1', run: 'run-1', volume: 'data', path: '/volumes/data', store: storeOf(REPOSITORY, NAMESPACE) }
    return this.post(JOBS, moverJob({
      name, namespace: NAMESPACE, labels: { 'holdfast.dev/backup': 'nightly-1' }, repository: REPOSITORY, claim: { name: 'data', path: '/volumes/data', readOnly: true },
      mover: undefined, resticPassword: task.strategy === 'external' ? 'required' : 'none', settings: { moverImage: 'mover:1', imagePullPolicy: 'IfNotPresent' }, task: { ...backup, ...task }, ...options,
    }))
  }

  async ended(name: string): ReturnType<Rig['ended']> {
    const condition = () => this.read<Job>(JOBS, name)?.status?.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed')
    await this.engine.run(this.engine.now() + 2 * 86_400_000, () => condition() !== undefined)
    const pods = this.pods(name)
    const message = pods.at(-1)?.status?.containerStatuses?.[0]?.state?.terminated?.message
    return { type: condition()?.type ?? '', reason: condition()?.reason ?? '', pods, result: message === undefined ? undefined : parsed(message) }
  }

  pods(job: string): readonly Pod[] {
    return this.api.all<Pod>(PODS, NAMESPACE).filter(pod => controllerOf(pod, 'Job')?.name === job)
      .toSorted((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''))
  }
}

/** A claim of one gigabyte. */
export function claimOf(name: string, { storageClassName = 'now', ...more }: { storageClassName?: string; dataSource?: object; volumeName?: string } = {}): object {
  return {
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } }, ...more },
  }
}

function parsed(message: string): Result | undefined {
  try {
    return JSON.parse(message) as Result
  } catch {
    return undefined
  }
}
