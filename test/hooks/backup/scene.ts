import { backupHook } from '../../../hooks/backup/hook.ts'
import { decide } from '../../../hooks/backup/decide.ts'
import type { Effect } from '../../../hooks/effects/effect.ts'
import type { Decision, KubeObject, SyncRequest } from '../../../hooks/hook.ts'
import { syncAnswer } from '../../../hooks/validate-answer.ts'
import type { Registered } from '../../../hooks/registry-map.ts'
import type { Backup, BackupSpec, BackupStatus } from '../../../schemas/generated/types.ts'
import { FakeLive, type FakeCluster } from '../fake-live.ts'
import { BACKUP, claim, NAMESPACE, repository } from './objects.ts'

/** One call of the hook: what Metacontroller would send, what the cluster holds besides, and when. */
export interface Scene {
  readonly spec?: Partial<BackupSpec>
  readonly status?: BackupStatus
  readonly metadata?: Partial<Backup['metadata']>
  readonly jobs?: readonly KubeObject[]
  /** `null`: the cluster has no snapshot API. */
  readonly snapshots?: readonly KubeObject[] | null
  readonly claims?: readonly KubeObject[]
  readonly repository?: KubeObject | null
  readonly cluster?: FakeCluster
  readonly finalizing?: boolean
  readonly now?: string
}

export interface Seen {
  readonly status: BackupStatus
  readonly children: readonly KubeObject[]
  readonly names: readonly string[]
  readonly effects: readonly Effect[]
  readonly resync: number | undefined
  readonly finalized: boolean
  readonly reads: readonly string[]
}

export const NOW = '2026-11-21T02:00:00Z'
export const settings = { moverImage: 'holdfast-mover:0.1.0', imagePullPolicy: 'IfNotPresent' } as const

/** Plays a scene: observe on a fake cluster, decide, and the server's own check of the answer. */
export async function play(scene: Scene): Promise<Seen> {
  const request = requestOf(scene)
  const live = new FakeLive(scene.cluster)
  const observed = await backupHook.observe(request, live, new Date(scene.now ?? NOW))
  const decision = decide({ request, observed, now: new Date(scene.now ?? NOW), settings })
  return { ...seen(decision, request), reads: live.reads }
}

/** The request of a scene. */
export function requestOf(scene: Scene): SyncRequest<Backup> {
  const spec: BackupSpec = { strategy: 'external', volumes: ['data'], repositoryRef: { name: 'store' }, policy: 'nightly', ...scene.spec }
  const { snapshots = [], repository: store = repository('Ready') } = scene
  return {
    parent: { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', metadata: metadataOf(scene), spec, ...(scene.status && { status: scene.status }) },
    children: { 'Job.batch/v1': keyed(scene.jobs ?? []), ...(snapshots && { 'VolumeSnapshot.snapshot.storage.k8s.io/v1': keyed(snapshots) }) },
    related: {
      'BackupRepository.holdfast.dev/v1alpha1': keyed(store ? [store] : []),
      'PersistentVolumeClaim.v1': keyed(scene.claims ?? spec.volumes.map((name) => claim(name))),
    },
    finalizing: scene.finalizing ?? false,
  }
}

/** A decision as the server would send it; throws when the server would refuse to. */
export function seen(decision: Decision, request: SyncRequest<Backup>): Omit<Seen, 'reads'> {
  const answer = JSON.parse(JSON.stringify(syncAnswer(decision, request, registered)))
  const names = answer.children.map((child: KubeObject) => child.metadata.name)
  return { ...answer, names, effects: decision.effects, resync: answer.resyncAfterSeconds }
}

const registered: Registered = {
  hook: backupHook as Registered['hook'],
  kind: 'Backup',
  namespaced: true,
  children: { always: ['Job.batch/v1'], sometimes: ['VolumeSnapshot.snapshot.storage.k8s.io/v1'] },
}

function metadataOf(scene: Scene): Backup['metadata'] {
  return { name: BACKUP, namespace: NAMESPACE, uid: 'backup-uid', generation: 1, creationTimestamp: NOW, ...scene.metadata }
}

function keyed(objects: readonly KubeObject[]): Readonly<Record<string, KubeObject>> {
  return Object.fromEntries(objects.map((object) => [`${object.metadata.namespace}/${object.metadata.name}`, object]))
}
