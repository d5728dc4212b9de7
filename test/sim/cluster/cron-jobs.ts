import { nextSlot } from '../../../lib/cron.ts'
import type { Inside } from './cluster.ts'
import { controller, placeOf } from './controller.ts'
import { lookup } from './lookup.ts'
import { controllerOf, CRON_JOBS, JOBS, time, uidOf, type CronJob, type Job } from './objects.ts'
import { create, patchStatus, pathOf, remove } from './requests.ts'

/** The CronJob controller: makes Jobs when they are due, and removes old ones. */
export function startCronJobs(cluster: Inside): void {
  const jobsOf = lookup<Job>(cluster.api, JOBS, job => [controllerOf(job, 'CronJob')?.uid ?? '-'])
  const cronJobs = new CronJobs(cluster, jobsOf)
  controller({
    cluster, name: 'cron jobs', resource: CRON_JOBS,
    also: {
      [JOBS]: job => {
        const owner = controllerOf(job, 'CronJob')
        return owner === undefined ? [] : [`${job.metadata.namespace}/${owner.name}`]
      },
    },
    reconcile: key => cronJobs.reconcile(key),
  })
}

class CronJobs {
  readonly #cluster: Inside
  readonly #jobsOf: (uid: string) => readonly Job[]

  constructor(cluster: Inside, jobsOf: (uid: string) => readonly Job[]) {
    this.#cluster = cluster
    this.#jobsOf = jobsOf
  }

  reconcile(key: string): number | undefined {
    const { api, engine } = this.#cluster
    const path = pathOf(CRON_JOBS, placeOf(key))
    const cron = api.read<CronJob>(path)
    if (cron === undefined || cron.metadata.deletionTimestamp !== undefined) return undefined
    const jobs = this.#jobsOf(uidOf(cron))
    this.#cleanUp(cron, jobs)
    if (cron.spec.suspend === true) return undefined
    const due = this.#due(cron)
    const active = jobs.filter(job => !isFinished(job))
    if (due !== undefined && !(active.length > 0 && cron.spec.concurrencyPolicy === 'Forbid')) {
      create(api, pathOf(JOBS, { namespace: cron.metadata.namespace }), jobOf(cron, due))
      patchStatus(api, path, { lastScheduleTime: time(due) })
    }
    const next = nextSlot(cron.spec.schedule, cron.spec.timeZone ?? 'Etc/UTC', new Date(engine.now()))?.getTime()
    return next === undefined ? undefined : Math.max(1000, next - engine.now())
  }

  /** The newest slot that has come since the last one. */
  #due({ spec, status, metadata }: CronJob): number | undefined {
    const { engine } = this.#cluster
    const zone = spec.timeZone ?? 'Etc/UTC'
    let found: number | undefined
    let after = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? '')
    for (let count = 0; count < 200; count++) {
      const slot = nextSlot(spec.schedule, zone, new Date(after))?.getTime()
      if (slot === undefined || slot > engine.now()) break
      found = slot
      after = slot
    }
    const tooLate = found !== undefined && spec.startingDeadlineSeconds !== undefined && found + 1000 * spec.startingDeadlineSeconds < engine.now()
    return tooLate ? undefined : found
  }

  #cleanUp({ spec }: CronJob, jobs: readonly Job[]): void {
    const kinds = [['Complete', spec.successfulJobsHistoryLimit ?? 3], ['Failed', spec.failedJobsHistoryLimit ?? 1]] as const
    for (const [type, limit] of kinds) {
      const finished = jobs.filter(job => job.metadata.deletionTimestamp === undefined && has(job, type)).sort(byAge)
      for (const { metadata } of finished.slice(0, Math.max(0, finished.length - limit))) {
        remove(this.#cluster.api, pathOf(JOBS, metadata), { propagationPolicy: 'Background' })
      }
    }
  }
}

function jobOf(cron: CronJob, slot: number): object {
  const { metadata: { name, namespace }, spec: { jobTemplate } } = cron
  return {
    apiVersion: 'batch/v1', kind: 'Job',
    metadata: {
      name: `${name}-${slot / 60_000}`, namespace, labels: { ...jobTemplate.metadata?.labels },
      annotations: { ...jobTemplate.metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': time(slot) },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name, uid: uidOf(cron), controller: true, blockOwnerDeletion: true }],
    },
    spec: jobTemplate.spec,
  }
}

function byAge(a: Job, b: Job): number {
  return (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '')
}

function isFinished(job: Job): boolean {
  return has(job, 'Complete') || has(job, 'Failed')
}

function has({ status }: Job, type: string): boolean {
  return status?.conditions?.some(condition => condition.type === type && condition.status === 'True') === true
}
