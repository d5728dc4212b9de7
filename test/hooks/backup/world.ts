import assert from 'node:assert/strict'
import type { Effect } from '../../../hooks/effects/effect.ts'
import type { KubeObject } from '../../../hooks/hook.ts'
import type { BackupSpec, BackupStatus, Result } from '../../../schemas/generated/types.ts'
import type { Content, Snapshot } from '../../../hooks/backup/objects.ts'
import { claim, content, ended, job, persistentVolume, repository, snapshot, snapshotClass } from './objects.ts'
import { NOW, play, type Scene, type Seen } from './scene.ts'

/** One call and what it was about: what invariants are checked on. */
export interface Turn {
  readonly scene: Scene
  readonly seen: Seen
}

/**
 * A small cluster with one Backup: it does what Metacontroller does with an answer, and what happens besides is up to the
 * test. Caches may be behind, status writes may be lost.
 */
export class World {
  readonly jobs = new Map<string, KubeObject>()
  readonly pods = new Map<string, KubeObject[]>()
  readonly snapshots = new Map<string, KubeObject>()
  readonly contents = new Map<string, KubeObject>()
  readonly spec: BackupSpec
  status: BackupStatus | undefined
  repositoryPhase: string | undefined = 'Ready'
  annotations: Record<string, string> = {}
  finalizing = false
  recordGone = false
  seconds = 0
  #seenBefore: { jobs: KubeObject[]; snapshots: KubeObject[] } | undefined
  #statusBefore: BackupStatus | undefined

  constructor(spec: BackupSpec) {
    this.spec = spec
  }

  /** One sync or finalize call and the application of its answer. */
  async turn(how: { staleChildren?: boolean; staleParent?: boolean; loseStatus?: boolean } = {}): Promise<Turn> {
    const scene = this.#scene(how)
    const seen = await play(scene)
    this.#statusBefore = this.status
    this.#seenBefore = { jobs: [...this.jobs.values()], snapshots: [...this.snapshots.values()] }
    for (const effect of seen.effects) this.#perform(effect)
    this.#apply(scene, seen)
    if (!how.loseStatus) this.status = seen.status
    if (scene.finalizing && seen.finalized) this.recordGone = true
    return { scene, seen }
  }

  get now(): string {
    return new Date(Date.parse(NOW) + this.seconds * 1000).toISOString()
  }

  /** The pods of a Job come and go. */
  endJob(name: string, state: 'ready' | 'complete' | 'failed', result?: Partial<Result>): void {
    const known = this.jobs.get(name)
    if (!known || (known.status as { conditions: unknown[] }).conditions.length > 0) return
    this.jobs.set(name, job(name, state, { role: known.metadata.labels?.['holdfast.dev/role'], end: this.now, created: known.metadata.creationTimestamp }))
    const operation = known.metadata.labels?.['holdfast.dev/role'] as Result['operation']
    if (state !== 'ready') this.pods.set(name, result ? [ended(state === 'complete' ? 0 : 1, { operation, ...result })] : [])
  }

  bind(name: string, ready: boolean): void {
    const known = this.snapshots.get(name) as Snapshot | undefined
    if (!known) return
    const contentName = known.spec?.source?.volumeSnapshotContentName ?? `snapcontent-uid-${name}`
    const made = this.contents.get(contentName) as Content | undefined
    if (!made && known.spec?.source?.volumeSnapshotContentName) return
    this.contents.set(contentName, { ...(made ?? content(contentName, { of: name })), status: { snapshotHandle: `handle-${name}` } })
    this.snapshots.set(name, { ...known, status: { boundVolumeSnapshotContentName: contentName, readyToUse: ready, restoreSize: '1Gi' } })
  }

  #scene({ staleChildren, staleParent }: { staleChildren?: boolean; staleParent?: boolean }): Scene {
    const before = staleChildren && this.#seenBefore ? this.#seenBefore : { jobs: [...this.jobs.values()], snapshots: [...this.snapshots.values()] }
    const deleted = this.finalizing ? { deletionTimestamp: this.now } : {}
    const status = staleParent ? this.#statusBefore : this.status
    return {
      ...before,
      spec: this.spec,
      ...(status && { status }),
      metadata: { annotations: this.annotations, ...deleted },
      repository: this.repositoryPhase ? repository(this.repositoryPhase) : null,
      finalizing: this.finalizing,
      now: this.now,
      cluster: {
        podsOfJob: Object.fromEntries([...this.pods].map(([name, pods]) => [`shop/${name}`, pods])),
        volumes: Object.fromEntries(this.spec.volumes.map((name) => [`pv-${name}`, persistentVolume(`pv-${name}`, 'csi.example')])),
        claims: Object.fromEntries(this.spec.volumes.map((name) => [name, claim(name)])),
        snapshotClasses: [snapshotClass('fast')],
        snapshots: Object.fromEntries([...this.snapshots].map(([name, object]) => [`shop/${name}`, object])),
        contents: Object.fromEntries(this.contents),
      },
    }
  }

  #apply(scene: Scene, { children, names, finalized }: Seen): void {
    if (scene.finalizing && finalized) return
    const observed = [...(scene.jobs ?? []), ...(scene.snapshots ?? [])].map(({ metadata }) => metadata.name)
    for (const name of observed) if (!names.includes(name)) this.#drop(name)
    for (const child of children) if (!observed.includes(child.metadata.name)) this.#create(child)
  }

  #drop(name: string): void {
    this.jobs.delete(name)
    this.pods.delete(name)
    const gone = this.snapshots.get(name) as Snapshot | undefined
    this.snapshots.delete(name)
    const contentName = gone?.status?.boundVolumeSnapshotContentName ?? ''
    if ((this.contents.get(contentName) as Content | undefined)?.spec?.deletionPolicy === 'Delete') this.contents.delete(contentName)
  }

  #create(child: KubeObject): void {
    const { name } = child.metadata
    if (this.jobs.has(name) || this.snapshots.has(name)) return
    assert.ok(child.spec, `${name} is made from a whole object, not from a mention`)
    if (child.kind === 'Job') {
      this.jobs.set(name, job(name, 'active', { role: child.metadata.labels?.['holdfast.dev/role'], created: this.now }))
      this.pods.set(name, [])
    } else this.snapshots.set(name, snapshot(name, {}, child.spec))
  }

  #perform(effect: Effect): void {
    if (effect.type === 'deleteRecord') this.finalizing = true
    if (effect.type === 'deleteContent') this.contents.delete(effect.target.name)
    if (effect.type === 'createContent') this.contents.set(effect.object.metadata.name, { ...effect.object, metadata: { ...effect.object.metadata, uid: 'new' } })
    if (effect.type !== 'patchContent') return
    const known = this.contents.get(effect.target.name) as Content
    const deletionPolicy = effect.deletionPolicy ?? known.spec?.deletionPolicy
    const { labels, annotations } = effect
    this.contents.set(effect.target.name, { ...known, metadata: { ...known.metadata, ...(labels && { labels }), ...(annotations && { annotations }) }, spec: { ...known.spec, deletionPolicy } })
  }
}
