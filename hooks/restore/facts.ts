import { ANNOTATION } from '../../lib/api.ts'
import type { KubeObject, Restore } from '../../schemas/generated/types.ts'
import { handoverOf } from './handover.ts'
import { namespaceOf, type Observed, type Ownership, type PlannedVolume, type RestoreRequest, type VolumeFacts } from './model.ts'
import { jobName, temporaryName } from './names.ts'
import { KIND, objectsOf, type Claim, type PersistentVolume } from './objects.ts'

/** Gathers the evidence about one volume: live claims first, then Jobs, then the PersistentVolume. */
export function factsOf(request: RestoreRequest, observed: Observed, plan: PlannedVolume): VolumeFacts {
  const restore = request.parent
  const target = observed.claims[plan.target]
  const temporary = observed.claims[temporaryName(restore.metadata.name, plan.target)]
  const persistentVolume = volumeOf(observed, plan, temporary)
  const handover = persistentVolume && handoverOf(persistentVolume)
  const job = jobOf(request, plan)
  const namesake = job ? undefined : observed.unseenJobs[jobName(restore.metadata.name, plan.target)]
  return {
    plan,
    previous: restore.status?.volumes?.find(volume => volume.target === plan.target),
    targetIs: ownership(target, claim => isPublishedBy(restore, claim)),
    temporaryIs: ownership(temporary, claim => isChildOf(restore, claim)),
    ...(job && { job }),
    ...(namesake && { namesake }),
    ...(target && { target }),
    ...(temporary && { temporary }),
    ...(persistentVolume && { persistentVolume }),
    ...(handover && { handover }),
  }
}

/** Whether a claim was published by this very Restore and not by an older one of the same name. */
export function isPublishedBy(restore: Restore, claim: KubeObject): boolean {
  const annotations = claim.metadata.annotations ?? {}
  const { name, uid } = restore.metadata
  return annotations[ANNOTATION.restoredBy] === `${namespaceOf(restore)}/${name}` && annotations[ANNOTATION.restoreUid] === uid
}

/** The observed Job of a volume. */
export function jobOf(request: RestoreRequest, plan: PlannedVolume): KubeObject | undefined {
  const name = jobName(request.parent.metadata.name, plan.target)
  return objectsOf(request.children, KIND.job).find(({ metadata }) => metadata.name === name)
}

function isChildOf(restore: Restore, object: KubeObject): boolean {
  return object.metadata.ownerReferences?.some(({ uid }) => uid === restore.metadata.uid) ?? false
}

function ownership(claim: KubeObject | null | undefined, isOurs: (claim: KubeObject) => boolean): Ownership {
  if (claim === undefined) return 'unread'
  if (claim === null) return 'absent'
  if (isOurs(claim)) return 'ours'
  return claim.metadata.deletionTimestamp === undefined ? 'foreign' : 'leaving'
}

function volumeOf(observed: Observed, plan: PlannedVolume, temporary: Claim | null | undefined): PersistentVolume | undefined {
  const handedOver = observed.persistentVolumes.find(volume => handoverOf(volume)?.target === plan.target)
  const bound = temporary?.spec?.volumeName
  return handedOver ?? observed.persistentVolumes.find(volume => bound !== undefined && volume.metadata.name === bound)
}
