import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Change } from '../api/api.ts'
import type { Inside } from './cluster.ts'
import { backoff, controller, isOwnWriting, placeOf } from './controller.ts'
import { failedOf, isReady, jobStatus, nextStatus, TRACKING, type Verdict } from './job-status.ts'
import { lookup } from './lookup.ts'
import { controllerOf, hasEnded, JOBS, PODS, uidOf, type Job, type Pod } from './objects.ts'
import { create, patchStatus, pathOf, remove, setFinalizer } from './requests.ts'

/** The Job controller: one pod at a time, counted exactly once by a finalizer of its own. */
export function startJobs(cluster: Inside): void {
  const { api, engine, faults } = cluster
  const random = engine.random.fork('jobs')
  const podsOf = lookup<Pod>(api, PODS, pod => [controllerOf(pod, 'Job')?.uid ?? ''])
  const orphansOf = lookup<Pod>(api, PODS, pod => isOrphan(pod) ? [formerJob(pod)] : [])
  const jobs = new Jobs(cluster, { podsOf, orphansOf })
  controller({
    cluster, name: 'jobs', resource: JOBS, concerns: change => !isOwnWriting(change),
    also: {
      [PODS]: (pod, change) => {
        const job = controllerOf(pod, 'Job')
        if (isOrphan(pod)) return [formerJob(pod as Pod)]
        return job === undefined || !isNews(change) ? [] : [`${pod.metadata.namespace}/${job.name}`]
      },
    },
    delay: () => faults.strikes('jobControllerSlow') ? random.below(180_000) : random.below(1500),
    reconcile: key => jobs.reconcile(key),
  })
}

class Jobs {
  readonly #cluster: Inside
  readonly #podsOf: (uid: string) => readonly Pod[]
  readonly #orphansOf: (key: string) => readonly Pod[]
  readonly #random
  /** Refusals in a row to make a pod, by the UID of the Job. */
  readonly #refusals = new Map<string, number>()
  /** UIDs of pods by namespaced name of their Job, to let go of them when that is gone. */
  readonly #uids = new Map<string, Set<string>>()

  constructor(cluster: Inside, { podsOf, orphansOf }: { readonly podsOf: (uid: string) => readonly Pod[]; readonly orphansOf: (key: string) => readonly Pod[] }) {
    this.#cluster = cluster
    this.#podsOf = podsOf
    this.#orphansOf = orphansOf
    this.#random = cluster.engine.random.fork('job pods')
  }

  reconcile(key: string): number | undefined {
    const { api, engine } = this.#cluster
    const path = pathOf(JOBS, placeOf(key))
    const job = api.read<Job>(path)
    this.#release(key, job)
    if (job === undefined) return undefined
    const now = engine.now()
    const before = jobStatus(job, this.#podsOf(uidOf(job)), now)
    const wait = this.#replenish(job, before)
    const verdict = wait === undefined && before.wantsPod ? jobStatus(job, this.#podsOf(uidOf(job)), now) : before
    const status = nextStatus(job, verdict, now)
    if (status !== undefined && !patchStatus(api, path, status)) return 1000
    for (const pod of verdict.counted) setFinalizer(api, pathOf(PODS, pod.metadata), { finalizer: TRACKING, present: false })
    for (const pod of verdict.unwanted) remove(api, pathOf(PODS, pod.metadata))
    const again = Math.min(wait ?? Infinity, verdict.againMilliseconds ?? Infinity)
    return Number.isFinite(again) ? again : undefined
  }

  /** Pods of a Job that is gone, of an earlier one of its name, or of none any more need not be counted. */
  #release(key: string, job: Job | undefined): void {
    const uids = this.#uids.get(key)
    this.#letGo(this.#orphansOf(key))
    for (const uid of uids ?? []) {
      if (job !== undefined && uid === uidOf(job)) continue
      this.#letGo(this.#podsOf(uid))
      if (this.#podsOf(uid).length === 0) uids?.delete(uid)
    }
    if (job === undefined && uids?.size === 0) this.#uids.delete(key)
    if (job !== undefined) this.#uids.set(key, (uids ?? new Set()).add(uidOf(job)))
  }

  /** The real controller lets go at once and the kubelet keeps the pod until its containers have ended; here the finalizer does both. */
  #letGo(pods: readonly Pod[]): void {
    const over = pods.filter(pod => hasEnded(pod) || pod.spec.nodeName === undefined)
    for (const { metadata } of over) setFinalizer(this.#cluster.api, pathOf(PODS, metadata), { finalizer: TRACKING, present: false })
  }

  /** Makes the pod that is wanted; answers after how many milliseconds it is to be tried (again). */
  #replenish(job: Job, verdict: Verdict): number | undefined {
    if (job.metadata.deletionTimestamp !== undefined || !verdict.wantsPod) return undefined
    const wait = retryAt(job, this.#podsOf(uidOf(job)), verdict.status.failed ?? 0) - this.#cluster.engine.now()
    if (wait > 0) return wait
    const refusals = this.#refusals.get(uidOf(job)) ?? 0
    const refusal = this.#makePod(job)
    this.#refusals.set(uidOf(job), refusal === undefined ? 0 : refusals + 1)
    if (refusal === undefined) return undefined
    this.#cluster.events.tell(job, { reason: 'FailedCreate', message: `Error creating: ${refusal}`, component: 'job-controller' })
    return backoff(refusals, { first: 10_000, most: 600_000 })
  }

  /** Makes a pod; answers why that was refused. */
  #makePod(job: Job): string | undefined {
    const { api, faults, mishaps } = this.#cluster
    const name = `${job.metadata.name.slice(0, 57)}-${this.#suffix()}`
    if (mishaps.refusal !== undefined) return `pods "${name}" is forbidden: ${mishaps.refusal}`
    if (faults.strikes('podForbidden')) return `pods "${name}" is forbidden: ${this.#random.pick(REFUSALS)}`
    const { status, body } = create(api, pathOf(PODS, { namespace: job.metadata.namespace }), podOf(job, name))
    return status < 300 ? undefined : String((body as { message?: string }).message)
  }

  #suffix(): string {
    return Array.from({ length: 5 }, () => this.#random.pick(LETTERS)).join('')
  }
}

/** Counted by a Job that is no longer its own: somebody deleted that and wanted its pods to stay. */
function isOrphan(pod: KubeObject): boolean {
  return controllerOf(pod, 'Job') === undefined && pod.metadata.finalizers?.includes(TRACKING) === true
}

function formerJob({ metadata: { namespace, labels } }: Pod): string {
  return `${namespace}/${labels?.['job-name']}`
}

/** Whether the Job controller counts anything anew. */
function isNews({ type, before, after }: Change): boolean {
  if (type === 'ADDED') return false
  if (type === 'DELETED' || before === undefined) return true
  const [was, is] = [before as Pod, after as Pod]
  return was.status?.phase !== is.status?.phase || isReady(was) !== isReady(is) || was.metadata.deletionTimestamp !== is.metadata.deletionTimestamp
}

const LETTERS = [...'bcdfghjklmnpqrstvwxz2456789']
const REFUSALS = [
  'exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10',
  'violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "mover" must set securityContext.runAsNonRoot=true)',
  'denied by policy',
]

function podOf(job: Job, name: string): object {
  const { namespace, name: jobName } = job.metadata
  const uid = uidOf(job)
  const { metadata, spec } = job.spec.template
  const own = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': jobName, 'controller-uid': uid, 'job-name': jobName }
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      name, namespace, labels: { ...metadata?.labels, ...own }, ...(metadata?.annotations && { annotations: metadata.annotations }), finalizers: [TRACKING],
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: jobName, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec,
    status: { phase: 'Pending' },
  }
}

/** A failed pod is not replaced at once: ten seconds after the first, twice as long after each further one. */
function retryAt(job: Job, pods: readonly Pod[], failures: number): number {
  const failed = failedOf(job, pods)
  if (failed.length === 0) return 0
  const last = Math.max(...failed.map(finishedAt))
  return last + backoff(Math.max(failures, 1) - 1, { first: 10_000, most: 600_000 })
}

function finishedAt({ status, metadata }: Pod): number {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''))
  return Math.max(Date.parse(metadata.creationTimestamp ?? ''), ...ends.filter(end => !Number.isNaN(end)))
}
