import type { BackupRepository, KubeObject } from '../../schemas/generated/types.ts'
import type { SyncRequest } from '../hook.ts'
import { hasStarted } from '../jobs/diagnose.ts'
import { jobEnd, jobState } from '../jobs/state.ts'
import type { Live } from '../live.ts'
import { claimName } from './customize.ts'
import { checkJobName, currentJob, namespaceOf, type Observed } from './model.ts'

const NOTHING: Observed = { pods: [], podEvents: [], jobEvents: [], activePods: [] }

/** Reads the pods of a check Job until its result stands in the status; a settled repository costs no read. */
export async function observeRepository(request: SyncRequest<BackupRepository>, live: Live): Promise<Observed> {
  const { parent, finalizing } = request
  const namespace = namespaceOf(parent)
  const job = currentJob(request)
  if (finalizing || isSettled(parent, job)) return NOTHING
  if (job === undefined) return await beforeJob(parent, live)
  const pods = (await live.podsOfJob(namespace, job.metadata.name)).filter(pod => isOf(pod, job))
  return { ...NOTHING, pods, ...await warnings({ job, pods, namespace }, live) }
}

/** A repository that is ready needs no Job for now. */
async function beforeJob(parent: BackupRepository, live: Live): Promise<Observed> {
  const namespace = namespaceOf(parent)
  const [namesake, activePods] = await Promise.all([
    parent.status?.phase === 'Ready' ? undefined : live.job(namespace, checkJobName(parent)),
    claimName(parent) === undefined ? [] : live.activePods(namespace),
  ])
  return { ...NOTHING, activePods, ...(namesake && { namesake }) }
}

/** Whether the status already tells the success of this Job. */
function isSettled({ status }: BackupRepository, job: KubeObject | undefined): boolean {
  return job !== undefined && jobState(job) === 'complete' && status?.phase === 'Ready' && status.storeId !== undefined && status.lastCheckTime === jobEnd(job)
}

/** A failed check is made again under the same name, and the pods of the former linger. */
function isOf(pod: KubeObject, job: KubeObject): boolean {
  const owners = pod.metadata.ownerReferences ?? []
  return owners.some(({ uid }) => uid === job.metadata.uid)
}

interface Checking {
  readonly job: KubeObject
  readonly pods: readonly KubeObject[]
  readonly namespace: string
}

async function warnings({ job, pods, namespace }: Checking, live: Live): Promise<Partial<Observed>> {
  if (jobState(job) !== 'active') return {}
  const [pod] = pods
  if (pod === undefined) return { jobEvents: await live.jobEvents(namespace, job.metadata.name) }
  return hasStarted(pod) ? {} : { podEvents: await live.podEvents(namespace, pod.metadata.name) }
}
