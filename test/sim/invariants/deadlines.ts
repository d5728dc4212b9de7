import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import type { HookCall, Invariant, Watched } from './invariant.ts'
import { wellFormed } from './past.ts'
import { hasEnded, isActiveJob, type StoredBackup, type StoredJob, type StoredPolicy } from './resources.ts'
import { skewOf } from './staleness.ts'

const NAME = 'L3'
/** How long a call may have been under way, and its answer on its way. */
const SLACK = 45_000

type Status = NonNullable<StoredBackup['status']>
interface Answer {
  readonly status: Status & { readonly nextScheduleTime?: string }
  readonly children: readonly { readonly kind: string; readonly metadata: { readonly name: string } }[]
  readonly resyncAfterSeconds?: number
}

/** L3. */
export function deadlines(watched: Watched): Invariant {
  return {
    name: NAME,
    title: 'L3 who waits for a time asks to be called then; no run waits or goes on past its deadline or its cancellation; the mover of a volume that was given up is stopped',
    onCall(call) {
      if (call.status !== 200 || call.verb !== 'sync') return undefined
      if (call.kind === 'backuppolicy') return asleep(watched, call)
      return call.kind === 'backup' ? overdue(watched, call) : undefined
    },
  }
}

/** A schedule makes no events. */
function asleep(watched: Watched, { request, answer, at }: HookCall): string | undefined {
  const { status: { nextScheduleTime }, resyncAfterSeconds } = answer as Answer
  const { metadata: { name, namespace }, spec } = (request as { parent: StoredPolicy }).parent
  if (nextScheduleTime === undefined || isRefused(answer as Answer)) return undefined
  if (resyncAfterSeconds === undefined) return `policy ${name} waits for ${nextScheduleTime} and does not ask to be called then`
  const policy = watched.api.read<StoredPolicy>(`/apis/holdfast.dev/v1alpha1/namespaces/${namespace}/backuppolicies/${name}`)
  // An edit may have come before the answer, or after.
  const jitter = Math.max(policy?.spec.jitterSeconds ?? 0, spec.jitterSeconds ?? 0)
  const isLate = policy !== undefined && resyncAfterSeconds > 1 && at + resyncAfterSeconds * 1000 > Date.parse(nextScheduleTime) + jitter * 1000 + skewOf(watched) + SLACK
  return isLate ? `policy ${name} waits for ${nextScheduleTime} and asks to be called ${resyncAfterSeconds} s after ${new Date(at).toISOString()}` : undefined
}

/** What the API server refuses is asked for again every minute; everything else stays as it was, the time of the next run too. */
function isRefused({ status: { conditions = [] }, resyncAfterSeconds = Infinity }: Answer): boolean {
  return resyncAfterSeconds <= 60 && conditions.some(({ type, reason }) => type === 'Stalled' && reason === 'ApiRefused')
}

function overdue(watched: Watched, call: HookCall): string | undefined {
  const { status, resyncAfterSeconds } = call.answer as Answer
  const { metadata: { name, namespace, uid } } = (call.request as { parent: StoredBackup }).parent
  const backup = watched.api.read<StoredBackup>(`/apis/holdfast.dev/v1alpha1/namespaces/${namespace}/backups/${name}`)
  if (backup === undefined || backup.metadata.uid !== uid || status.phase === 'Deleting') return undefined
  if (hasEnded(status.phase)) return goesOn(backup, call)
  if (resyncAfterSeconds === undefined) return `Backup ${name} is ${status.phase} and does not ask to be called at its deadline`
  if (isRefused(call.answer as Answer) || awaitsReaders(call)) return undefined
  const asked = (call.request as { parent: StoredBackup }).parent.metadata.annotations?.[ANNOTATION.cancelRequested]
  if (asked !== undefined && backup.metadata.annotations?.[ANNOTATION.cancelRequested] === asked) return `Backup ${name} is ${status.phase}, though it was cancelled`
  return late(watched, call, backup)
}

/** A run that is to be removed stands still while a Restore reads an earlier one of its name: a while, and it looks again soon. */
function awaitsReaders({ request, answer }: HookCall): boolean {
  const { metadata: { annotations } } = (request as { parent: StoredBackup }).parent
  return wellFormed(annotations?.[ANNOTATION.deleteRequested]) && ((answer as Answer).resyncAfterSeconds ?? Infinity) <= 15
}

function late(watched: Watched, { answer, at }: HookCall, { metadata: { name, uid = '', creationTimestamp = '' }, spec }: StoredBackup): string | undefined {
  const { status: { phase, startTime = '' } } = answer as Answer
  const { startupTimeoutSeconds = 600, timeoutSeconds = 86_400 } = spec.mover ?? {}
  const end = phase === 'Running' ? Date.parse(startTime) + timeoutSeconds * 1000 : Date.parse(creationTimestamp) + startupTimeoutSeconds * 1000
  if (!(at > end + skewOf(watched) + SLACK)) return undefined
  if (watched.blame.excuses(NAME, 'specEdited', { subject: uid })) return undefined
  return `Backup ${name} is ${phase} still, its time was over at ${new Date(end).toISOString()}`
}

/** As far as the request showed both it and that its volume was given up: a Job goes only when that and its name are written down. One that is leaving is on its way. */
function goesOn({ metadata: { name, annotations } }: StoredBackup, { request, answer }: HookCall): string | undefined {
  if (wellFormed(annotations?.[ANNOTATION.deleteRequested])) return undefined
  const { children } = answer as Answer
  const { parent: { status = {} }, children: observed } = request as { parent: StoredBackup; children: Readonly<Record<string, Readonly<Record<string, StoredJob>>>> }
  const wanted = new Set(children.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name))
  const failed = new Set((status.volumes ?? []).filter(({ phase, jobName }) => phase === 'Failed' && jobName !== undefined).map(({ pvc }) => pvc))
  const jobs = Object.values(observed['Job.batch/v1'] ?? {})
  const left = jobs.find(job => wanted.has(job.metadata.name) && isActiveJob(job) && job.metadata.deletionTimestamp === undefined
    && job.metadata.labels?.[LABEL.role] === 'backup' && failed.has(job.metadata.labels[LABEL.volume] ?? ''))
  return left && `Backup ${name} has ended, but Job ${left.metadata.name} of a volume that was given up goes on`
}
