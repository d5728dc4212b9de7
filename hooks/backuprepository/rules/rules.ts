import { UserError } from '../../../lib/errors.ts'
import type { BackupRepository, Destination } from '../../../schemas/generated/types.ts'
import type { SyncRequest } from '../../hook.ts'
import type { Finding } from '../../jobs/finding.ts'
import { nfsDestination, storeOf } from '../../jobs/store.ts'
import { claimName } from '../customize.ts'
import { namespaceOf } from '../model.ts'

/** What a destination must fulfil before any Job is made. The first that is broken is told. */
export function brokenRule(request: SyncRequest<BackupRepository>): Finding | undefined {
  return brokenDestination(request.parent.spec) ?? first(CLAIM_RULES, request)
}

/** The rules that need nothing but the destination itself. */
export function brokenDestination(destination: Destination): Finding | undefined {
  return first(DESTINATION_RULES, destination)
}

/** In this order; the first that holds decides. */
export const DESTINATION_RULES: readonly Rule<Destination>[] = [urlHasWrongForm, credentialsAreMissing]

/** What a destination on a claim needs besides. */
export const CLAIM_RULES: readonly Rule<SyncRequest<BackupRepository>>[] = [claimIsMissing, claimIsLost]

type Rule<Input> = (input: Input) => Finding | undefined

function first<Input>(rules: readonly Rule<Input>[], input: Input): Finding | undefined {
  for (const rule of rules) {
    const found = rule(input)
    if (found !== undefined) return found
  }
  return undefined
}

/** The url must have the form of the destination's type, and no step upwards: that could reach another namespace's data. */
function urlHasWrongForm(destination: Destination): Finding | undefined {
  try {
    storeOf(destination, 'namespace')
    if (destination.type === 'nfs') nfsDestination(destination)
    return undefined
  } catch (error) {
    if (error instanceof UserError) return { reason: error.reason, message: error.message }
    throw error
  }
}

/** S3 cannot be written without keys. */
function credentialsAreMissing({ type, credentialsSecret }: Destination): Finding | undefined {
  if (type !== 's3' || credentialsSecret !== undefined) return undefined
  const message = 'an s3 destination needs credentialsSecret; set it to the name of a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
  return { reason: 'InvalidDestination', message }
}

/** A destination on a claim needs that claim. */
function claimIsMissing(request: SyncRequest<BackupRepository>): Finding | undefined {
  const { name, claim } = destinationClaim(request)
  if (name === undefined || (claim !== undefined && claim.metadata.deletionTimestamp === undefined)) return undefined
  const what = claim === undefined ? 'does not exist' : 'is being deleted'
  return { reason: 'VolumeNotFound', message: `PersistentVolumeClaim ${name} of the destination ${what}; create it in namespace ${namespaceOf(request.parent)}` }
}

/** A claim whose volume is gone never comes back by itself. */
function claimIsLost(request: SyncRequest<BackupRepository>): Finding | undefined {
  const { name, claim } = destinationClaim(request)
  if ((claim?.status as { phase?: string } | undefined)?.phase !== 'Lost') return undefined
  return { reason: 'VolumeNotBound', message: `PersistentVolumeClaim ${name} of the destination has lost its volume; create it again, or choose another destination` }
}

function destinationClaim({ parent, related }: SyncRequest<BackupRepository>) {
  const name = claimName(parent)
  return { name, claim: related['PersistentVolumeClaim.v1']?.[`${namespaceOf(parent)}/${name}`] }
}
