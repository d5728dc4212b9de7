import type { KubeObject, Volume } from '../../schemas/generated/types.ts'
import { jobState } from '../jobs/state.ts'
import type { RequestFacts } from './facts.ts'
import { jobName } from './names.ts'
import { mention } from './objects.ts'

/**
 * The observed Jobs that stay. A finished one stays until it expires. A running one stays too, unless its volume has failed:
 * then it was given up for not starting, for being late or for being cancelled.
 */
export function keptJobs({ jobs, name }: RequestFacts, volumes: readonly Volume[]): readonly KubeObject[] {
  const failed = volumes.filter(({ phase }) => phase === 'Failed')
  const dropped = new Set(failed.flatMap(({ pvc }) => [jobName(name, pvc), jobName(name, pvc, 2)]))
  return Object.values(jobs).filter((job) => jobState(job) !== 'active' || !dropped.has(job.metadata.name)).map(mention)
}

/** Every observed VolumeSnapshot. */
export function keptSnapshots({ snapshots }: RequestFacts): readonly KubeObject[] {
  return Object.values(snapshots ?? {}).map(mention)
}
