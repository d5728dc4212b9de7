import { LABEL, MANAGED_BY } from '../../lib/api.ts'
import { boundedName, labelValue } from '../../lib/names.ts'
import type { BackupPolicy, BackupRepository } from '../../schemas/generated/types.ts'
import type { KubeObject, Settings } from '../hook.ts'
import { moverJob } from '../jobs/mover-job.ts'
import { storeOf } from '../jobs/store.ts'
import type { PolicyView } from './view.ts'

const LAST_APPLIED = 'metacontroller.k8s.io/last-applied-configuration'
// Kubernetes appends eleven characters for each Job of a CronJob.
const MAX_CRON_JOB_NAME = 52

/**
 * The desired children of a policy that is in order: the CronJob that prunes its repository, once that is there. While it is not,
 * what there is stays: its record may have been deleted or not be seen yet, and a prune that runs must not be torn away for that.
 */
export const childrenOf = (view: PolicyView, settings: Settings): readonly KubeObject[] => {
  const { policy, choice, repository } = view
  if (choice === undefined) return []
  return repository === undefined ? keptChildren(view) : [pruneCronJob(policy, repository, settings)]
}

/** An observed child as it was last desired: Metacontroller keeps that in an annotation, and saying the same again is no change. */
export const lastApplied = ({ apiVersion, kind, metadata, spec }: KubeObject): KubeObject => {
  const { name, namespace, labels, annotations } = metadata
  const applied = annotations?.[LAST_APPLIED]
  const told = applied === undefined ? { metadata: { labels }, spec } : JSON.parse(applied) as Partial<KubeObject>
  return { apiVersion, kind, metadata: { name, namespace, labels: told.metadata?.labels }, spec: told.spec }
}

/** The observed children, which a policy with an error in it keeps, changing nothing. */
export const keptChildren = ({ children }: PolicyView): readonly KubeObject[] => children.map(lastApplied)

const pruneCronJob = (policy: BackupPolicy, repository: BackupRepository, settings: Settings): KubeObject => {
  const { name: policyName, namespace = '' } = policy.metadata
  const name = boundedName(MAX_CRON_JOB_NAME, policyName, 'prune')
  const job = pruneJob(policy, { name, repository, settings })
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace, labels: labelsOf(policyName) },
    spec: {
      schedule: policy.spec.pruneSchedule ?? '0 5 * * 0',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      suspend: policy.spec.suspend ?? false,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: { metadata: { labels: job.metadata.labels }, spec: job.spec },
    },
  }
}

const pruneJob = (policy: BackupPolicy, prune: { name: string, repository: BackupRepository, settings: Settings }): KubeObject => {
  const { metadata: { name: policyName, namespace = '' }, spec: { strategy, mover } } = policy
  const { spec: repository, status: { storeId } = {} } = prune.repository
  const external = strategy === 'external'
  return moverJob({
    ...prune,
    repository,
    namespace,
    labels: labelsOf(policyName),
    task: {
      operation: 'prune',
      strategy: strategy === 'external' || strategy === 'custom' ? strategy : 'tar',
      namespace,
      policy: policyName,
      restic: external,
      ...(storeId && { storeId }),
      store: storeOf(repository, namespace),
    },
    mover,
    resticPassword: external ? 'required' : 'none',
  })
}

const labelsOf = (policy: string) => ({ [LABEL.managedBy]: MANAGED_BY, [LABEL.role]: 'prune', [LABEL.policy]: labelValue(policy) })
