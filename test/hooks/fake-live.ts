import type { KubeObject } from '../../hooks/hook.ts'
import type { Live } from '../../hooks/live.ts'

/** What a fake cluster holds; every list may be left out. Keys are `namespace/name`, or the name of a cluster-scoped object. */
export interface FakeCluster {
  readonly namedJobs?: Readonly<Record<string, KubeObject>>
  /** By `namespace/backup`. */
  readonly jobsOfBackup?: Readonly<Record<string, readonly KubeObject[]>>
  /** By Job; newest first. */
  readonly podsOfJob?: Readonly<Record<string, readonly KubeObject[]>>
  /** By namespace. */
  readonly activePods?: Readonly<Record<string, readonly KubeObject[]>>
  readonly podEvents?: Readonly<Record<string, readonly KubeObject[]>>
  readonly jobEvents?: Readonly<Record<string, readonly KubeObject[]>>
  /** `undefined`: the cluster has no snapshot API. */
  readonly snapshotClasses?: readonly KubeObject[]
  readonly contents?: Readonly<Record<string, KubeObject>>
  readonly volumes?: Readonly<Record<string, KubeObject>>
  readonly claims?: Readonly<Record<string, KubeObject>>
  readonly storageClasses?: Readonly<Record<string, KubeObject>>
  readonly snapshots?: Readonly<Record<string, KubeObject>>
  /** By UID of the Restore. */
  readonly volumesOfRestore?: Readonly<Record<string, readonly KubeObject[]>>
  readonly restores?: Readonly<Record<string, KubeObject>>
  readonly repositories?: Readonly<Record<string, KubeObject>>
  /** What the parent is now; undefined: it is gone. Left out: it is as it was sent. */
  readonly parent?: KubeObject | undefined
  /** By the clock of the API server. */
  readonly time?: Date
  /** By `namespace/policy`. */
  readonly backupsOfPolicy?: Readonly<Record<string, readonly KubeObject[]>>
}

/** A Live on plain maps that also writes down each read as `method key`, so that a test can see what a hook asks for. */
export class FakeLive implements Live {
  readonly reads: string[] = []
  readonly #cluster: FakeCluster

  constructor(cluster: FakeCluster = {}) {
    this.#cluster = cluster
  }

  async current(object: KubeObject) {
    return 'parent' in this.#cluster ? this.#cluster.parent : object
  }

  time() {
    return this.#cluster.time
  }

  async backupsOfPolicy(namespace: string, policy: string) {
    return this.#read('backupsOfPolicy', `${namespace}/${policy}`) ?? []
  }

  async job(namespace: string, name: string) {
    return this.#read('namedJobs', `${namespace}/${name}`)
  }

  async jobsOfBackup(namespace: string, backup: string) {
    return this.#read('jobsOfBackup', `${namespace}/${backup}`) ?? []
  }

  async podsOfJob(namespace: string, job: string) {
    return this.#read('podsOfJob', `${namespace}/${job}`) ?? []
  }

  async activePods(namespace: string) {
    return this.#read('activePods', namespace) ?? []
  }

  async podEvents(namespace: string, pod: string) {
    return this.#read('podEvents', `${namespace}/${pod}`) ?? []
  }

  async jobEvents(namespace: string, job: string) {
    return this.#read('jobEvents', `${namespace}/${job}`) ?? []
  }

  async snapshotClasses() {
    this.reads.push('snapshotClasses')
    return this.#cluster.snapshotClasses
  }

  async contentsOfBackup(namespace: string, backup: string) {
    this.reads.push(`contentsOf ${namespace}/${backup}`)
    const isOf = ({ metadata: { labels } }: KubeObject): boolean => labels?.['holdfast.dev/namespace'] === namespace && labels['holdfast.dev/backup'] === backup
    return Object.values(this.#cluster.contents ?? {}).filter(isOf)
  }

  async snapshotContents() {
    this.reads.push('allContents')
    return Object.values(this.#cluster.contents ?? {})
  }

  async snapshotContent(name: string) {
    return this.#read('contents', name)
  }

  async persistentVolume(name: string) {
    return this.#read('volumes', name)
  }

  async claim(namespace: string, name: string) {
    return this.#read('claims', `${namespace}/${name}`)
  }

  async storageClass(name: string) {
    return this.#read('storageClasses', name)
  }

  async volumeSnapshot(namespace: string, name: string) {
    return this.#read('snapshots', `${namespace}/${name}`)
  }

  async repository(namespace: string, name: string) {
    return this.#read('repositories', `${namespace}/${name}`)
  }

  async restores(namespace: string) {
    this.reads.push(`restores ${namespace}`)
    return Object.entries(this.#cluster.restores ?? {}).filter(([key]) => key.startsWith(`${namespace}/`)).map(([, restore]) => restore)
  }

  async volumesOfRestore(uid: string) {
    return this.#read('volumesOfRestore', uid) ?? []
  }

  #read<Map extends Exclude<keyof FakeCluster, 'snapshotClasses' | 'time'>>(map: Map, key: string): Value<Map> | undefined {
    this.reads.push(`${map} ${key}`)
    return this.#cluster[map]?.[key] as Value<Map> | undefined
  }
}

type Value<Map extends keyof FakeCluster> = NonNullable<FakeCluster[Map]> extends Readonly<Record<string, infer Item>> ? Item : never
