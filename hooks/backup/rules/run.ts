import { isSubdomain } from '../../../lib/label-syntax.ts'
import type { Finding } from '../../jobs/finding.ts'
import type { Facts } from '../facts.ts'

/** Why a run can never begin; undefined when it can. */
export function checkRun(facts: Facts): Finding | undefined {
  for (const rule of runRules) {
    const found = rule(facts)
    if (found) return found
  }
  return undefined
}

/** In this order; the first that holds decides. */
export const runRules: readonly ((facts: Facts) => Finding | undefined)[] = [noVolumes, noPolicyName, noRepository, noCommand, noSnapshots]

function noVolumes({ backup }: Facts): Finding | undefined {
  if (backup.spec.volumes.length > 0) return undefined
  return { reason: 'NoVolumesMatched', message: 'the run has no volumes: nothing matched the selector when it was made; correct the selector or label the claims' }
}

/** It becomes a label of all that the run makes, and Kubernetes would refuse that. */
function noPolicyName({ backup: { spec: { policy } } }: Facts): Finding | undefined {
  if (policy === undefined || policy === '' || isSubdomain(policy)) return undefined
  return { reason: 'InvalidSpec', message: `spec.policy ${JSON.stringify(policy)} is no name that a BackupPolicy can have; make a new Backup with one, or without` }
}

function noRepository({ backup }: Facts): Finding | undefined {
  const { strategy, repositoryRef } = backup.spec
  if (strategy === 'snapshot' || repositoryRef) return undefined
  return { reason: 'InvalidSpec', message: `strategy ${strategy} needs spec.repositoryRef; make a new Backup with it` }
}

function noCommand({ backup }: Facts): Finding | undefined {
  const { strategy, image, custom } = backup.spec
  if (strategy !== 'custom' || (image && custom)) return undefined
  return { reason: 'InvalidSpec', message: 'strategy custom needs spec.image and spec.custom.command; make a new Backup with them' }
}

/** A VolumeSnapshot could be asked for, and nobody would ever see it. */
export function noSnapshots({ backup, snapshots }: Facts): Finding | undefined {
  if (backup.spec.strategy !== 'snapshot' || snapshots) return undefined
  const message = 'the cluster has no VolumeSnapshot API; install its CRDs and the CSI snapshot controller, run helm upgrade for Holdfast, or use strategy external or tar'
  return { reason: 'SnapshotsUnavailable', message }
}
