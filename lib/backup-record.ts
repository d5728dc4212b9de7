import type { Backup, BackupPolicy, BackupSpec } from '../schemas/generated/types.ts'
import { API_VERSION, LABEL, MANAGED_BY } from './api.ts'
import { labelValue } from './names.ts'
import { timestamp } from './timestamps.ts'

/** What is needed to record a run of a policy. */
export interface BackupRecord {
  readonly policy: BackupPolicy
  /** Names of the claims. */
  readonly volumes: readonly string[]
  readonly name: string
  /** Cron slot; without one the run was asked for by hand. */
  readonly slot?: Date
  /** Slots skipped before this one. */
  readonly missedSlots?: number
  /** BackupRepository of the namespace; absent for snapshots. */
  readonly repositoryName?: string
}

/**
 * The Backup that stands for one run of a policy: a copy of everything that the run needs, so that later edits of the policy
 * change nothing. It has no owner and takes no label from the policy, so neither garbage collection nor GitOps removes it.
 */
export const backupFromPolicy = (record: BackupRecord): Backup => {
  const { name: policy, namespace } = record.policy.metadata
  return {
    apiVersion: API_VERSION,
    kind: 'Backup',
    metadata: {
      name: record.name,
      ...(namespace !== undefined && { namespace }),
      labels: { [LABEL.managedBy]: MANAGED_BY, [LABEL.policy]: labelValue(policy) },
    },
    spec: specOf(record),
  }
}

const specOf = ({ policy, volumes, slot, missedSlots, repositoryName }: BackupRecord): BackupSpec => {
  const { strategy = 'tar', snapshotClassName, image, custom, allowEmpty = false, mover } = policy.spec
  return {
    policy: policy.metadata.name,
    ...(slot !== undefined && { slot: timestamp(slot) }),
    ...(missedSlots !== undefined && { missedSlots }),
    strategy,
    volumes: [...volumes],
    ...(repositoryName !== undefined && { repositoryRef: { kind: 'BackupRepository', name: repositoryName } }),
    ...(snapshotClassName !== undefined && { snapshotClassName }),
    ...(image !== undefined && { image }),
    ...(custom !== undefined && { custom }),
    allowEmpty,
    ...(mover !== undefined && { mover }),
    deletionPolicy: 'Retain',
  }
}
