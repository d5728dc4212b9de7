import type { KubeObject, Volume } from '../../../schemas/generated/types.ts'
import { ANNOTATION, LABEL, MANAGED_BY } from '../../../lib/api.ts'
import { destinationClaim } from '../../../lib/volume-choice.ts'
import type { Finding } from '../../jobs/finding.ts'
import { podsUsing } from '../../jobs/node.ts'
import { isMoverOf, type Facts } from '../facts.ts'
import type { Claim } from '../objects.ts'
import { noSnapshots } from './run.ts'

/**
 * Why a volume cannot be backed up now. With `wait` time may mend it: the volume fails only when its patience is over;
 * the number is how often to look, in seconds, where no event tells.
 */
export type VolumeFinding = Finding & { readonly wait?: number }

/** One volume that nothing has been started for. */
export interface VolumeInput {
  readonly facts: Facts
  readonly volume: Volume
  readonly claim: Claim | undefined
}

/** The first rule that holds for a volume; undefined when it can be backed up. */
export function checkVolume(facts: Facts, volume: Volume): VolumeFinding | undefined {
  const input = { facts, volume, claim: facts.claims[volume.pvc] as Claim | undefined }
  for (const rule of volumeRules) {
    const found = rule(input)
    if (found) return found
  }
  return undefined
}

/** In this order; the first that holds decides. */
export const volumeRules: readonly ((input: VolumeInput) => VolumeFinding | undefined)[] = [
  snapshotApiGone, isDestination, keptByEarlier, notFound, lost, neverUsed, notBound, volumeGone, blockMode, inUseByUser, inUseByMover,
]

/** The run began with it. A chart that was rendered without asking the cluster mends itself with the next upgrade. */
function snapshotApiGone({ facts }: VolumeInput): VolumeFinding | undefined {
  const found = noSnapshots(facts)
  return found && { ...found, wait: 60 }
}

/** It would grow with each run until it is full. Policies leave it out, but whoever writes a Backup may name it. */
function isDestination({ volume, facts: { backup, repository } }: VolumeInput): VolumeFinding | undefined {
  if (backup.spec.strategy === 'snapshot' || !repository || destinationClaim(repository.spec) !== volume.pvc) return undefined
  const message = `claim "${volume.pvc}" holds repository "${repository.metadata.name}", which this run writes to, and cannot be backed up into itself; leave it out or use another repository`
  return { reason: 'UnsupportedVolume', message }
}

/** What a mover says of a store that holds an earlier Backup's data: a record that is applied again, or restored, must not put today's data in its place. */
function keptByEarlier({ volume, facts }: VolumeInput): VolumeFinding | undefined {
  const kept = facts.observed.namesakes.find(({ metadata }) => metadata.annotations?.[ANNOTATION.volume] === volume.pvc)
  if (kept === undefined) return undefined
  const message = `VolumeSnapshotContent ${kept.metadata.name} keeps a snapshot of volume "${volume.pvc}" by an earlier Backup ${facts.name}, whose record was deleted; `
    + 'it stays as it is, and no new one is taken: make the Backup under another name'
  return { reason: 'TargetExists', message }
}

function notFound({ claim, volume, facts }: VolumeInput): VolumeFinding | undefined {
  if (claim) return undefined
  const message = `claim "${volume.pvc}" does not exist in namespace ${facts.namespace}; it may have been deleted after the run was made`
  return { reason: 'VolumeNotFound', message }
}

function lost({ claim, volume }: VolumeInput): VolumeFinding | undefined {
  if (claim?.status?.phase !== 'Lost') return undefined
  return { reason: 'VolumeNotBound', message: `claim "${volume.pvc}" has lost its PersistentVolume; restore it from an earlier Backup` }
}

/** A mover would be the volume's first user and find an empty one: better said than stored. */
function neverUsed({ claim, volume, facts }: VolumeInput): VolumeFinding | undefined {
  if (claim?.status?.phase === 'Bound') return undefined
  const storageClass = facts.observed.storageClasses[claim?.spec?.storageClassName ?? '']
  if (storageClass?.volumeBindingMode !== 'WaitForFirstConsumer') return undefined
  const message = `claim "${volume.pvc}" has no volume yet because no pod has used it, so there is nothing to back up; start its pod or leave it out`
  return { reason: 'VolumeNotBound', message }
}

function notBound({ claim, volume }: VolumeInput): VolumeFinding | undefined {
  if (claim?.status?.phase === 'Bound') return undefined
  const message = `claim "${volume.pvc}" is not bound to a volume; kubectl describe pvc ${volume.pvc} shows what it waits for`
  return { reason: 'VolumeNotBound', message, wait: Infinity }
}

/** A cache that is behind shows a claim that was made anew with the volume of the former one. Nobody knows yet what kind of volume it is. */
function volumeGone({ claim, volume, facts }: VolumeInput): VolumeFinding | undefined {
  const name = claim?.spec?.volumeName ?? ''
  if (facts.backup.spec.strategy !== 'snapshot' || facts.observed.persistentVolumes[name]) return undefined
  const message = `claim "${volume.pvc}" names PersistentVolume ${name}, which does not exist; if the claim was not made anew a moment ago, restore it from an earlier Backup`
  return { reason: 'VolumeNotBound', message, wait: 10 }
}

function blockMode({ claim, volume, facts }: VolumeInput): VolumeFinding | undefined {
  if (claim?.spec?.volumeMode !== 'Block' || facts.backup.spec.strategy === 'snapshot') return undefined
  const message = `claim "${volume.pvc}" is a raw block volume, which strategy ${facts.backup.spec.strategy} cannot read; use strategy snapshot`
  return { reason: 'UnsupportedVolume', message }
}

function inUseByUser(input: VolumeInput): VolumeFinding | undefined {
  const pod = oneUser(input).find((candidate) => !isOurs(candidate))
  if (!pod) return undefined
  const message = `claim "${input.volume.pvc}" is ReadWriteOncePod and pod ${pod.metadata.name} uses it; use strategy snapshot, or stop the pod for the time of the run`
  return { reason: 'VolumeInUse', message }
}

function inUseByMover(input: VolumeInput): VolumeFinding | undefined {
  const pod = oneUser(input).find(isOurs)
  const message = `claim "${input.volume.pvc}" is ReadWriteOncePod and used by pod ${pod?.metadata.name} of another run, which has to end first`
  return pod && { reason: 'VolumeInUse', message, wait: 10 }
}

/** A cache may not show the Job that this run has made already; its pod is read live, and is in nobody's way. */
function oneUser({ claim, volume, facts }: VolumeInput): readonly KubeObject[] {
  const one = claim?.spec?.accessModes?.includes('ReadWriteOncePod') && facts.backup.spec.strategy !== 'snapshot'
  return one ? podsUsing(volume.pvc, facts.observed.activePods).filter((pod) => !isMoverOf(pod, facts)) : []
}

function isOurs(pod: KubeObject): boolean {
  return pod.metadata.labels?.[LABEL.managedBy] === MANAGED_BY
}
