import { isTerminal } from '../../lib/phases.ts'
import type { KubeObject, Volume } from '../../schemas/generated/types.ts'
import { jobState } from '../jobs/state.ts'
import type { RequestFacts } from './facts.ts'
import { jobName, snapshotName } from './names.ts'
import { mention } from './objects.ts'

/**
 * The observed Jobs that stay. A running one stays, unless the status says that its volume has failed: then it was given up for
 * not starting, for being late or for being cancelled. It goes only when that and its name are written down: it may end meanwhile,
 * a crash in between would have it made again, and what it has stored would be nobody's. A finished one stays for its logs until
 * it expires or its claim is being deleted: Kubernetes keeps a claim as long as any pod names it, even one that has ended, so at
 * 3 a.m. `kubectl delete pvc` would hang.
 */
export function keptJobs({ jobs, name, status, claims }: RequestFacts): readonly KubeObject[] {
  const recorded = (status.volumes ?? []).filter(({ phase }) => isTerminal(phase))
  const failed = jobNames(name, recorded.filter((volume) => volume.phase === 'Failed' && volume.jobName !== undefined))
  const released = jobNames(name, recorded.filter(({ pvc }) => claims[pvc]?.metadata.deletionTimestamp !== undefined))
  return Object.values(jobs).filter(job => !(jobState(job) === 'active' ? failed : released).has(job.metadata.name)).map(mention)
}

function jobNames(backup: string, volumes: readonly Volume[]): ReadonlySet<string> {
  return new Set(volumes.flatMap(({ pvc }) => [jobName(backup, pvc), jobName(backup, pvc, 2)]))
}

/** Every observed VolumeSnapshot. */
export function keptSnapshots({ snapshots }: RequestFacts): readonly KubeObject[] {
  return Object.values(snapshots ?? {}).map(mention)
}

/** Observed children that belong to no volume of the run, whatever made them: only who knows what they are for may remove them. */
export function strayChildren({ backup: { spec }, name, jobs, snapshots = {} }: RequestFacts): readonly KubeObject[] {
  const isSnapshot = spec.strategy === 'snapshot'
  const known = new Set(spec.volumes.flatMap(pvc => (isSnapshot ? [snapshotName(name, pvc)] : [jobName(name, pvc), jobName(name, pvc, 2)])))
  const [own, others] = isSnapshot ? [snapshots, jobs] : [jobs, snapshots]
  return [...Object.values(own).filter(({ metadata }) => !known.has(metadata.name)), ...Object.values(others)].map(mention)
}
