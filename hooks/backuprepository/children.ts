import { LABEL } from '../../lib/api.ts'
import { labelValue } from '../../lib/names.ts'
import type { BackupRepository, KubeObject, Task } from '../../schemas/generated/types.ts'
import type { DecideInput } from '../hook.ts'
import { moverJob } from '../jobs/mover-job.ts'
import { nodeOf } from '../jobs/node.ts'
import { jobState } from '../jobs/state.ts'
import { storeOf } from '../jobs/store.ts'
import { claimName } from './customize.ts'
import { CHECK_SECONDS, checkJobName, checkKey, currentJob, isGivenUp, jobsOf, namespaceOf, type Observed } from './model.ts'
import type { Progress } from './progress.ts'

type Input = DecideInput<BackupRepository, Observed>

/**
 * The Jobs to have: the one of the present spec unless its result is used up, and those of former specs that still run
 * (a running mover is never stopped by an edit).
 */
export function repositoryChildren(input: Input, progress: Progress): readonly KubeObject[] {
  const running = jobsOf(input.request).filter(job => jobState(job) === 'active' && job.metadata.deletionTimestamp === undefined && !isGivenUp(job, input.now))
  const former = running.filter(job => job.metadata.name !== checkJobName(input.request.parent)).map(asDesired)
  if (!wanted(input, progress)) return former
  // What is invalid now may not even be expressible as a Job; the one that runs ends by itself.
  const job = currentJob(input.request)
  return [...former, progress.state === 'invalid' && job !== undefined ? asDesired(job) : checkJob(input)]
}

function wanted({ request, now }: Input, progress: Progress): boolean {
  const job = currentJob(request)
  if (job !== undefined && jobState(job) === 'active') return !isGivenUp(job, now)
  if (progress.state === 'invalid') return false
  if (progress.state === 'checking') return true
  // Used up: dropped first, made again when it is seen to be gone.
  const due = progress.state === 'ready' ? progress.dueSeconds : progress.retrySeconds
  return job === undefined ? due === 0 : due > 0
}

function checkJob({ request, observed, settings }: Input): KubeObject {
  const { parent } = request
  const namespace = namespaceOf(parent)
  const restic = parent.spec.credentialsSecret !== undefined
  const claim = claimName(parent)
  return moverJob({
    name: checkJobName(parent),
    namespace,
    labels: { [LABEL.repository]: labelValue(parent.metadata.name), [LABEL.attempt]: String(attempt(parent)) },
    task: { operation: 'check', strategy: restic ? 'external' : 'tar', namespace, ...knownStore(parent), restic, store: storeOf(parent.spec, namespace) },
    repository: parent.spec,
    node: claim === undefined ? undefined : nodeOf(claim, observed.activePods),
    mover: { backoffLimit: 1, timeoutSeconds: CHECK_SECONDS },
    settings,
    resticPassword: restic ? 'optional' : 'none',
  })
}

/** What was found here before, also under another url: an edit may say where a store has moved to, not make another store of it. */
function knownStore({ status: { storeId, resticId } = {} }: BackupRepository): Pick<Task, 'storeId' | 'resticId'> {
  return { ...(storeId && { storeId }), ...(resticId && { resticId }) }
}

/** Checks in a row of the same spec that have failed, and this one. */
function attempt(repository: BackupRepository): number {
  const { phase, checkedKey, failures } = repository.status ?? {}
  return phase === 'Failed' && checkedKey === checkKey(repository) ? (failures ?? 0) + 1 : 1
}

/** An observed Job as a desired child: OnDelete children are only named, never compared. */
function asDesired({ apiVersion, kind, metadata, spec }: KubeObject): KubeObject {
  const { name, namespace, labels } = metadata
  return { apiVersion, kind, metadata: { name, namespace, labels }, spec }
}
