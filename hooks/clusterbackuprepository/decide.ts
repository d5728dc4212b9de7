import { mergeConditions, readyConditions, type Readiness } from '../../lib/conditions.ts'
import { childName } from '../../lib/names.ts'
import type { ClusterBackupRepository, ClusterBackupRepositoryStatus } from '../../schemas/generated/types.ts'
import { brokenDestination } from '../backuprepository/rules/rules.ts'
import type { Decision, DecideInput, SyncRequest } from '../hook.ts'

/** Says whether the destination can be one, and counts who uses it. Each namespace checks it with its own credentials. */
export function decideClusterRepository({ request, now }: DecideInput<ClusterBackupRepository, undefined>): Decision {
  const { parent, finalizing } = request
  if (finalizing) return { status: { ...parent.status }, children: [], effects: [], finalized: true }
  const { generation } = parent.metadata
  const status: ClusterBackupRepositoryStatus = {
    observedGeneration: generation,
    conditions: mergeConditions(parent.status?.conditions, readyConditions(readinessOf(parent)), now),
    users: usersOf(request),
  }
  return { status, children: [], effects: [] }
}

function readinessOf({ spec, metadata }: ClusterBackupRepository): Readiness {
  const common = { reconciling: false, generation: metadata.generation }
  const broken = brokenDestination(spec.destination)
  if (broken !== undefined) return { ...common, ...broken, ready: false, stalled: true }
  const allowed = spec.allowedNamespaces ?? []
  const message = allowed.length > 0
    ? 'namespaces that are allowed can use it; each needs the credentials Secret of its own'
    : 'no namespace may use it yet; add names, or *, to spec.allowedNamespaces'
  return { ...common, ready: true, stalled: false, reason: 'Ready', message }
}

/** Namespaces with a BackupRepository that was made from it. The label may be another's when names were cut, the name not. */
function usersOf({ parent, related }: SyncRequest<ClusterBackupRepository>): number {
  const name = childName('cluster', parent.metadata.name)
  const users = Object.values(related['BackupRepository.holdfast.dev/v1alpha1'] ?? {}).filter(({ metadata }) => metadata.name === name)
  return new Set(users.map(({ metadata }) => metadata.namespace)).size
}
