import { isTerminal } from '../../lib/phases.ts'
import { notedLabels } from '../../lib/source-labels.ts'
import type { Volume } from '../../schemas/generated/types.ts'
import { shorten } from '../jobs/finding.ts'
import type { RequestFacts } from './facts.ts'
import { jobName } from './names.ts'
import type { Claim } from './objects.ts'

/** What the status says of a volume; Pending when it says nothing. What the claim looked like is noted when first seen. */
export function volumeOf(facts: RequestFacts, pvc: string): Volume {
  const known = facts.status.volumes?.find((volume) => volume.pvc === pvc) ?? { pvc, phase: 'Pending' as const }
  return isDone(known) || known.size ? known : { ...known, ...describe(facts.claims[pvc] as Claim | undefined) }
}

/** All volumes of a Backup in the order of its spec. */
export function volumesOf(facts: RequestFacts): readonly Volume[] {
  return facts.backup.spec.volumes.map((pvc) => volumeOf(facts, pvc))
}

/** With the Job that is there but not in the status, which was not written in time or is lost: once the Job is gone nobody else will know. */
export function withJob({ name, jobs }: RequestFacts, volume: Volume): Volume {
  const seen = [jobName(name, volume.pvc, 2), jobName(name, volume.pvc)].find((job) => jobs[job])
  return volume.jobName || !seen ? volume : { ...volume, jobName: seen }
}

/** Whether a volume has come to its end; then nothing is ever started for it again. */
export function isDone(volume: Volume): boolean {
  return isTerminal(volume.phase) || volume.phase === 'Deleted'
}

/** The volume failed for this reason at this time. */
export function failedVolume(volume: Volume, finding: { reason: string; message: string }, completionTime: string): Volume {
  return { ...volume, phase: 'Failed', reason: finding.reason, message: shorten(finding.message), completionTime }
}

/** The volume without what was said about a state that it has left. */
export function quiet(volume: Volume): Volume {
  const { reason: _reason, message: _message, ...rest } = volume
  return rest
}

function describe(claim: Claim | undefined): Partial<Volume> {
  const size = claim?.status?.capacity?.storage ?? claim?.spec?.resources?.requests?.storage
  const { storageClassName, accessModes, volumeMode } = claim?.spec ?? {}
  const labels = notedLabels(claim?.metadata.labels)
  return {
    ...(size && { size }), ...(storageClassName && { storageClassName }), ...(accessModes && { accessModes: [...accessModes] }),
    ...(volumeMode === 'Block' && { volumeMode }), ...(labels && { labels }),
  }
}
