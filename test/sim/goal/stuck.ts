import { LABEL } from '../../../lib/api.ts'
import { isHeldByOrphan } from '../invariants/held-claim.ts'
import { isActiveJob, isManaged, OWN, ownerOf, RESOURCE, type StoredJob } from '../invariants/resources.ts'
import type { Goal, GoalParts } from './goal.ts'

const MINUTE = 60_000

/** Whatever leaves is gone soon, no Job goes on for ever, and every status speaks of the spec as it is now. */
export const stuckLeft: Goal = parts => [...leaving(parts), ...jobs(parts), ...unobserved(parts)]

function leaving(parts: GoalParts): readonly string[] {
  const left = Object.values(RESOURCE).flatMap(resource => parts.api.all(resource).filter(({ metadata: { deletionTimestamp = '' } }) => Date.parse(deletionTimestamp) < parts.engine.now() - 15 * MINUTE))
  return left.filter(object => object.kind !== 'PersistentVolumeClaim' || !isHeldByOrphan(parts, object, 'goal'))
    .map(({ kind, metadata: { name, deletionTimestamp, finalizers = [] } }) => `${kind} ${name} has been leaving since ${deletionTimestamp} (${finalizers.join(', ')})`)
}

/** Movers of runs that are young may be at work; one of a CronJob's that a person has suspended nobody sees but the CronJob, which waits for it. */
function jobs({ api, engine }: GoalParts): readonly string[] {
  const old = (job: StoredJob): boolean => Date.parse(job.metadata.creationTimestamp ?? '') < engine.now() - 30 * MINUTE
  return api.all<StoredJob>(RESOURCE.jobs).filter(job => isManaged(job) && ownerOf(job) !== undefined && isActiveJob(job) && old(job) && !isHeldBack(job))
    .map(({ metadata: { name, labels } }) => `Job ${name} (${labels?.[LABEL.role]}) still goes on`)
}

function isHeldBack(job: StoredJob): boolean {
  return job.spec?.suspend === true && ownerOf(job)?.kind === 'CronJob'
}

function unobserved({ api }: GoalParts): readonly string[] {
  return [...OWN].flatMap(resource => api.all(resource)).flatMap(({ kind, metadata: { name, generation, deletionTimestamp }, status }) => {
    const { observedGeneration } = (status ?? {}) as { observedGeneration?: number }
    return deletionTimestamp === undefined && observedGeneration !== generation ? [`${kind} ${name} has generation ${generation}, its status speaks of ${observedGeneration}`] : []
  })
}
