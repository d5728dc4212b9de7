import { backupRepositoryHook } from '../../../hooks/backuprepository/hook.ts'
import type { Hook, KubeObject } from '../../../hooks/hook.ts'
import type { Registered } from '../../../hooks/registry-map.ts'

/** The hook as it is registered, without those of the other kinds. */
export const REGISTRY_ENTRY: Registered = {
  hook: backupRepositoryHook as Hook<KubeObject, unknown>,
  kind: 'BackupRepository',
  namespaced: true,
  children: { always: ['Job.batch/v1'], sometimes: [] },
}
