import { mergeConditions, readyConditions } from '../../lib/conditions.ts'
import type { BackupRepository, BackupRepositoryStatus } from '../../schemas/generated/types.ts'
import type { Finding } from '../jobs/finding.ts'
import { checkKey } from './model.ts'
import type { Identities, Progress } from './progress.ts'

/** The whole status. It changes only when the progress does; seconds left never show in it. */
export function repositoryStatus(repository: BackupRepository, progress: Progress, now: Date): BackupRepositoryStatus {
  const { phase, reason, message, ...found } = described(repository, progress)
  const { generation } = repository.metadata
  const readiness = { ready: phase === 'Ready', stalled: phase === 'Failed', reconciling: phase === 'Checking', reason, message, generation }
  return {
    observedGeneration: generation,
    phase,
    reason,
    message,
    ...found,
    conditions: mergeConditions(repository.status?.conditions, readyConditions(readiness), now),
  }
}

const usable = { reason: 'Ready', message: 'backups can be written' } as const

function told({ reason, message }: Finding): Finding {
  return { reason, message }
}

function described(repository: BackupRepository, progress: Progress) {
  const key = checkKey(repository)
  const former = repository.status?.checkedKey === key ? repository.status : undefined
  const known = identities(repository, progress)
  // A failed check does not forget when this very spec was once found good.
  const { lastCheckTime } = former ?? {}
  switch (progress.state) {
    case 'ready': return { phase: 'Ready', ...usable, checkedKey: key, ...known, lastCheckTime: progress.time, failures: 0 } as const
    case 'failed': return { phase: 'Failed', ...told(progress), checkedKey: key, ...known, lastCheckTime, failures: progress.failures } as const
    case 'invalid': return { phase: 'Failed', ...told(progress), ...known } as const
    case 'checking': return { phase: 'Checking', reason: 'Checking', message: 'the place is being checked', ...progress.finding, ...known, ...(former && { checkedKey: key, lastCheckTime }) } as const
  }
}

/** They outlive every edit of the spec: one BackupRepository is one store for as long as it lives. */
function identities({ status }: BackupRepository, progress: Progress): Identities {
  const found = progress.state === 'ready' ? progress.found : undefined
  return { storeId: found?.storeId ?? status?.storeId, resticId: found?.resticId ?? status?.resticId }
}
