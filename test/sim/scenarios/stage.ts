import type { Destination, KubeObject } from '../../../schemas/generated/types.ts'
import type { Request } from '../api/api.ts'
import type { World } from '../world.ts'
import { OBSERVED, observe, comparable } from './observe.ts'
import { claimOf, DRIVER, placed, repositoryOf, SNAPSHOT_CLASS, snapshotClassOf, STORAGE_CLASS } from './objects.ts'
import type { Place, Scenario, Seen, Step } from './scenario.ts'

/** Where a story is played. */
export interface Setting {
  readonly namespace: string
  readonly destination: Destination
  /** Stands for the class that the story names: classes belong to no namespace, and a story that shared one would see what others made of it. */
  readonly snapshotClass: string
}

/** The simulator's own. */
export const STAGE: Setting = { namespace: 'stage', destination: { type: 's3', url: 's3://bucket/prefix', endpoint: 'http://minio:9000', credentialsSecret: 'store' }, snapshotClass: SNAPSHOT_CLASS }

/** What stood there each time the story had waited for something, and at its end. */
export interface Trace {
  readonly scenes: readonly { readonly after: string; readonly lines: readonly string[] }[]
}

/** Virtual milliseconds until everything that follows from one step has been done. */
const SETTLE = 60_000

/** Plays a scenario in a simulated world. Throws when what it waits for does not come. */
export async function playInSimulator(world: World, scenario: Scenario, setting: Setting = STAGE): Promise<Trace> {
  const stage = new Stage(world, setting)
  await stage.prepare(scenario.repository)
  const scenes: { after: string; lines: readonly string[] }[] = []
  for (const step of scenario.steps) {
    const after = await stage.take(step)
    if (after === undefined) continue
    await world.engine.run(world.engine.now() + SETTLE)
    scenes.push({ after, lines: comparable(observeWorld(world, setting)) })
  }
  return { scenes }
}

const COLLECTIONS: Readonly<Record<string, string>> = {
  Backup: 'holdfast.dev/v1alpha1/backups', BackupPolicy: 'holdfast.dev/v1alpha1/backuppolicies', BackupRepository: 'holdfast.dev/v1alpha1/backuprepositories',
  Restore: 'holdfast.dev/v1alpha1/restores', PersistentVolumeClaim: 'v1/persistentvolumeclaims', PersistentVolume: 'v1/persistentvolumes', Namespace: 'v1/namespaces', Secret: 'v1/secrets',
  ClusterBackupRepository: 'holdfast.dev/v1alpha1/clusterbackuprepositories', Pod: 'v1/pods', ResourceQuota: 'v1/resourcequotas',
  Job: 'batch/v1/jobs', CronJob: 'batch/v1/cronjobs', StorageClass: 'storage.k8s.io/v1/storageclasses', VolumeSnapshot: 'snapshot.storage.k8s.io/v1/volumesnapshots',
  VolumeSnapshotContent: 'snapshot.storage.k8s.io/v1/volumesnapshotcontents', VolumeSnapshotClass: 'snapshot.storage.k8s.io/v1/volumesnapshotclasses',
}
/** Kinds of objects that are in no namespace. */
export const CLUSTER_WIDE: readonly string[] = ['ClusterBackupRepository', 'PersistentVolume', 'Namespace', 'StorageClass', 'VolumeSnapshotContent', 'VolumeSnapshotClass']

/** Path of a kind's collection, or of one object. */
export function pathOf(namespace: string, { kind, name }: { readonly kind: string; readonly name?: string }): string {
  const resource = COLLECTIONS[kind] ?? ''
  const cut = resource.lastIndexOf('/')
  const root = resource.startsWith('v1/') ? '/api/v1' : `/apis/${resource.slice(0, cut)}`
  const inside = CLUSTER_WIDE.includes(kind) ? '' : `/namespaces/${namespace}`
  return `${root}${inside}/${resource.slice(cut + 1)}${name === undefined ? '' : `/${name}`}`
}

/** Everything that is there and means something. */
export function observeWorld({ api }: World, setting: Setting = STAGE): readonly string[] {
  return observe(setting, OBSERVED.flatMap(kind => api.all<KubeObject>(COLLECTIONS[kind.slice(kind.lastIndexOf('/') + 1)] ?? '')))
}

/** Somebody who takes steps in a simulated world. */
export class Stage {
  readonly #world: World
  readonly #setting: Setting
  #generation = 0

  constructor(world: World, setting: Setting) {
    this.#world = world
    this.#setting = setting
  }

  async prepare(repository: boolean): Promise<void> {
    const { namespace, destination, snapshotClass } = this.#setting
    const classes = [STORAGE, snapshotClassOf(snapshotClass) as KubeObject].filter(({ kind }) => this.#serves(kind))
    for (const object of [namespaceOf(namespace), ...classes]) this.#ask('POST', this.#path({ kind: object.kind }), object)
    if (!repository) return
    this.#ask('POST', this.#path({ kind: 'Secret' }), SECRET)
    this.#ask('POST', this.#path({ kind: 'BackupRepository' }), repositoryOf(destination))
    await this.#until({ kind: 'BackupRepository', name: 'main' }, object => object?.status?.phase === 'Ready', { what: 'the repository is ready', seconds: 1800 })
  }

  /** Answers what was waited for, when it was waited. */
  async take(step: Step): Promise<string | undefined> {
    switch (step.step) {
      case 'apply': return void this.#ask('POST', this.#path({ kind: (step.object as KubeObject).kind }), placed(step.object, this.#setting))
      case 'patch': return void this.#ask('PATCH', this.#path(step.at), step.patch)
      case 'delete': return void this.#ask('DELETE', this.#path(step.at), { propagationPolicy: step.propagation ?? 'Background' })
      case 'write': return void await this.#write(step.claim)
      case 'wait': return void await this.#world.engine.run(this.#world.engine.now() + 1000 * step.seconds)
      case 'until':
        await this.#until(step.at, step.holds, { what: step.what, seconds: step.seconds ?? 300 })
        return step.passing === true ? undefined : step.what
    }
  }

  #path(at: { readonly kind: string; readonly name?: string }): string {
    return pathOf(this.#setting.namespace, at)
  }

  #ask(method: Request['method'], path: string, body: unknown): void {
    const { status, body: answer } = this.#world.api.request({ actor: 'user', method, path, body })
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`)
  }

  #serves(kind: string): boolean {
    return this.#world.api.request({ actor: 'user', method: 'GET', path: this.#path({ kind }) }).status === 200
  }

  async #write(claim: string): Promise<void> {
    const { api, cluster } = this.#world
    const at = { kind: 'PersistentVolumeClaim', name: claim }
    if (api.read(this.#path(at)) === undefined) this.#ask('POST', this.#path({ kind: at.kind }), claimOf(claim))
    await this.#until(at, object => object?.status?.phase === 'Bound', { what: `claim ${claim} is bound`, seconds: 600 })
    const { volumeName = '' } = api.read<{ spec: { volumeName?: string } }>(this.#path(at))?.spec ?? {}
    const handle = api.read<{ spec: { csi: { volumeHandle: string } } }>(this.#path({ kind: 'PersistentVolume', name: volumeName }))?.spec.csi.volumeHandle ?? ''
    this.#generation += 1
    cluster.disks.write(handle, `${this.#setting.namespace}/${claim}#${this.#generation}`)
  }

  /** What is to be expected within `seconds` may take a day when the world is made to suffer. */
  async #until(at: Place, holds: (object: Seen | undefined) => boolean, { what, seconds }: { what: string; seconds: number }): Promise<void> {
    const { engine, api } = this.#world
    const met = (): boolean => holds(api.read<Seen>(this.#path(at)))
    await engine.run(engine.now() + 1000 * (seconds + 3600), met)
    if (!met()) throw new Error(`${what}: not within ${seconds + 3600} s, ${at.kind} ${at.name} is ${JSON.stringify(api.read<Seen>(this.#path(at))?.status)}`)
  }
}

const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'store' }, data: { AWS_ACCESS_KEY_ID: 'YQ==', AWS_SECRET_ACCESS_KEY: 'Yg==', RESTIC_PASSWORD: 'Yw==' } }
const STORAGE = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: STORAGE_CLASS }, provisioner: DRIVER, reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' } as KubeObject

function namespaceOf(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
}
