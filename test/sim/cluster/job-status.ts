import { hasEnded, time, type Condition, type FailureRule, type Job, type JobStatus, type Pod } from './objects.ts'

/** Keeps a pod until its end has been counted. */
export const TRACKING = 'batch.kubernetes.io/job-tracking'

/** What a Job comes to, by its pods and the time. */
export interface Verdict {
  /** Pods that have ended and are counted now. */
  readonly counted: readonly Pod[]
  /** Pods that must go, because the Job has failed or is suspended. */
  readonly unwanted: readonly Pod[]
  readonly wantsPod: boolean
  readonly status: JobStatus
  /** Why it fails, or that it has come to its end. */
  readonly finding: Finding | undefined
  /** Whether the finding is final: no pod is left. */
  readonly final: boolean
  readonly againMilliseconds: number | undefined
}

interface Finding {
  readonly type: 'SuccessCriteriaMet' | 'FailureTarget'
  readonly reason: string
  readonly message: string
}

/** Looks at a Job and its pods; counts those that nobody has counted yet. */
export function jobStatus(job: Job, pods: readonly Pod[], now: number): Verdict {
  const counted = pods.filter(pod => hasEnded(pod) && pod.metadata.finalizers?.includes(TRACKING) === true)
  const open = pods.filter(pod => !hasEnded(pod))
  const leaving = open.filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
  const { startTime = time(now), succeeded = 0, failed = 0 } = job.status ?? {}
  const newSucceeded = counted.filter(pod => pod.status?.phase === 'Succeeded')
  const newFailed = counted.filter(pod => pod.status?.phase === 'Failed' && ruleOf(job, pod)?.action !== 'Ignore')
  const totals = { succeeded: succeeded + newSucceeded.length, failed: failed + newFailed.length }
  const finding = conditionOf(job, 'SuccessCriteriaMet') ?? conditionOf(job, 'FailureTarget') ?? judge(job, { ...totals, newFailed, startTime, now })
  const suspended = job.spec.suspend === true && finding === undefined
  const active = open.length - leaving.length
  return {
    counted, finding, final: finding !== undefined && open.length === 0,
    unwanted: finding !== undefined || suspended ? open.filter(pod => !leaving.includes(pod)) : [],
    wantsPod: finding === undefined && !suspended && (replacesLeaving(job) ? active === 0 : open.length === 0),
    status: { startTime: suspended ? undefined : startTime, active, ready: open.filter(isReady).length, terminating: leaving.length, ...totals },
    againMilliseconds: finding === undefined && !suspended ? untilDeadline(job, startTime, now) : undefined,
  }
}

/** The status to write; undefined when it is that already, or final. */
export function nextStatus(job: Job, { status, finding, final }: Verdict, now: number): object | undefined {
  if (conditionOf(job, 'Complete') !== undefined || conditionOf(job, 'Failed') !== undefined) return undefined
  const conditions: Condition[] = [...job.status?.conditions ?? []]
  const add = (condition: Pick<Condition, 'type' | 'reason' | 'message'>): void => {
    if (!conditions.some(({ type }) => type === condition.type)) conditions.push({ ...condition, status: 'True', lastTransitionTime: time(now) })
  }
  if (finding !== undefined) add(finding)
  if (finding !== undefined && final) add({ ...finding, type: finding.type === 'SuccessCriteriaMet' ? 'Complete' : 'Failed' })
  const complete = final && finding?.type === 'SuccessCriteriaMet'
  const next = { ...shown(status), ...(conditions.length > 0 && { conditions }), ...(complete && { completionTime: time(now) }) }
  return sameStatus(job.status, next) ? undefined : next
}

/** Failed pods that count. */
export function failedOf(job: Job, pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(pod => pod.status?.phase === 'Failed' && ruleOf(job, pod)?.action !== 'Ignore')
}

interface Totals {
  readonly succeeded: number
  readonly failed: number
  readonly newFailed: readonly Pod[]
  readonly startTime: string
  readonly now: number
}

function judge(job: Job, { succeeded, failed, newFailed, startTime, now }: Totals): Finding | undefined {
  for (const pod of newFailed) {
    const rule = ruleOf(job, pod)
    if (rule?.action !== 'FailJob') continue
    const code = exitCodeOf(pod, rule)
    const where = `Container ${rule.onExitCodes?.containerName} for pod ${pod.metadata.namespace}/${pod.metadata.name}`
    const message = `${where} failed with exit code ${code} matching FailJob rule at index ${rule.index}`
    return { type: 'FailureTarget', reason: 'PodFailurePolicy', message }
  }
  if (failed > (job.spec.backoffLimit ?? 6)) {
    return { type: 'FailureTarget', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
  }
  const left = job.spec.suspend === true ? undefined : untilDeadline(job, startTime, now)
  if (left === 0) return { type: 'FailureTarget', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
  return succeeded > 0 ? { type: 'SuccessCriteriaMet', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' } : undefined
}

function untilDeadline({ spec }: Job, startTime: string, now: number): number | undefined {
  return spec.activeDeadlineSeconds === undefined ? undefined : Math.max(0, Date.parse(startTime) + 1000 * spec.activeDeadlineSeconds - now)
}

/** With a failure policy, pods that are being deleted are replaced when they have ended only. */
function replacesLeaving({ spec }: Job): boolean {
  const { podReplacementPolicy } = spec as { podReplacementPolicy?: string }
  return (podReplacementPolicy ?? (spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed')) === 'TerminatingOrFailed'
}

type Matched = FailureRule & { readonly index: number }

function ruleOf({ spec }: Job, pod: Pod): Matched | undefined {
  const rules = spec.podFailurePolicy?.rules ?? []
  const index = rules.findIndex(rule => matches(rule, pod))
  return index < 0 ? undefined : { ...rules[index] as FailureRule, index }
}

function matches(rule: FailureRule, pod: Pod): boolean {
  if (rule.onExitCodes !== undefined) return exitCodeOf(pod, rule) !== undefined
  const conditions = pod.status?.conditions ?? []
  return (rule.onPodConditions ?? []).some(({ type, status = 'True' }) => conditions.some(condition => condition.type === type && condition.status === status))
}

function exitCodeOf(pod: Pod, { onExitCodes }: FailureRule): number | undefined {
  const codes = (pod.status?.containerStatuses ?? []).filter(({ name }) => onExitCodes?.containerName === undefined || name === onExitCodes.containerName)
    .map(({ state }) => state?.terminated?.exitCode).filter(code => code !== undefined && code !== 0)
  return codes.find(code => onExitCodes?.values.includes(code as number) === (onExitCodes?.operator === 'In'))
}

function conditionOf(job: Job, type: string): Finding | undefined {
  return job.status?.conditions?.find(condition => condition.type === type && condition.status === 'True') as Finding | undefined
}

/** Whether the kubelet says that a pod's containers run. */
export function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true
}

/** Counts of nothing are left out, but for those that always stand there. */
function shown({ active, succeeded, failed, ...status }: JobStatus): object {
  return { ...status, startTime: status.startTime ?? null, active: active || null, succeeded: succeeded || null, failed: failed || null }
}

function sameStatus(before: object | undefined, next: object): boolean {
  const old = (before ?? {}) as Record<string, unknown>
  const lengthOf = (list: unknown): number => Array.isArray(list) ? list.length : 0
  return Object.entries(next).every(([key, value]) => key === 'conditions' ? lengthOf(value) === lengthOf(old[key]) : (old[key] ?? null) === (value ?? null))
}
