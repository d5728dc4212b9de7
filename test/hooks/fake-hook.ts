import type { Decision, Hook, KubeObject, SyncRequest } from '../../hooks/hook.ts'
import type { Registered } from '../../hooks/registry-map.ts'

/** A BackupRepository as it comes over the wire. */
export const parent: KubeObject = {
  apiVersion: 'holdfast.dev/v1alpha1',
  kind: 'BackupRepository',
  metadata: { name: 'store', namespace: 'shop', uid: 'parent-uid', generation: 1 },
  spec: { type: 's3', url: 's3://backups', credentialsSecret: 'store' },
}

/** A child that may be answered for it. */
export const child: KubeObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'store-check-1', namespace: 'shop' }, spec: { template: {} } }

/** A request body of the sync hook, with some of it replaced. */
export function body(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { controller: {}, parent, children: { 'Job.batch/v1': {} }, related: {}, finalizing: false, ...changes }
}

/** The same as what a hook gets. */
export function request(changes: Partial<SyncRequest<KubeObject>> = {}): SyncRequest<KubeObject> {
  return { parent, children: { 'Job.batch/v1': {} }, related: {}, finalizing: false, ...changes }
}

/** A decision with one child, with some of it replaced. */
export function decision(changes: Partial<Decision> = {}): Decision {
  return { status: { phase: 'Checking' }, children: [child], effects: [], ...changes }
}

/** A registered hook that decides this. */
export function registered(decide: () => Decision = decision, changes: Partial<Hook<KubeObject, unknown>> = {}): Registered {
  return {
    hook: { kind: 'backuprepository', customize: () => [], observe: () => Promise.resolve(undefined), decide, ...changes },
    kind: 'BackupRepository',
    namespaced: true,
    children: { always: ['Job.batch/v1'], sometimes: ['VolumeSnapshot.snapshot.storage.k8s.io/v1'] },
  }
}
