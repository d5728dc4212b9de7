import type { Inside } from './cluster.ts'
import { controller, placeOf } from './controller.ts'
import { JOBS, uidOf, type Job } from './objects.ts'
import { pathOf, remove } from './requests.ts'

/** Deletes finished Jobs when their time to live is over. */
export function startTtl(cluster: Inside): void {
  const { api, engine } = cluster
  controller({
    cluster, name: 'ttl', resource: JOBS, concerns: ({ after }) => finishedAt(after as Job) !== undefined,
    reconcile(key) {
      const job = api.read<Job>(pathOf(JOBS, placeOf(key)))
      const finished = job && finishedAt(job)
      if (job === undefined || finished === undefined || job.metadata.deletionTimestamp !== undefined) return undefined
      const seconds = job.spec.ttlSecondsAfterFinished
      if (seconds === undefined) return undefined
      const left = finished + 1000 * seconds - engine.now()
      if (left <= 0) remove(api, pathOf(JOBS, job.metadata), { propagationPolicy: 'Foreground', preconditions: { uid: uidOf(job) } })
      return left > 0 ? left : undefined
    },
  })
}

function finishedAt({ status }: Job): number | undefined {
  const end = status?.conditions?.find(condition => (condition.type === 'Complete' || condition.type === 'Failed') && condition.status === 'True')
  return end?.lastTransitionTime === undefined ? undefined : Date.parse(end.lastTransitionTime)
}
