import { namesakeFinding } from '../../jobs/namesake.ts'
import { namespaceOf, startupTimeout, type Obstacle, type VolumeInput } from '../model.ts'
import { temporaryName } from '../names.ts'

/** Another's claim under the target's name. One that is being deleted is waited for. */
export function targetExists({ restore, facts: { targetIs, plan } }: VolumeInput): Obstacle | undefined {
  const name = `claim ${namespaceOf(restore)}/${plan.target}`
  if (targetIs === 'leaving') {
    return { reason: 'TargetExists', message: `${name} is still being deleted; a pod may hold it`, patienceSeconds: startupTimeout(restore) }
  }
  if (targetIs !== 'foreign') return undefined
  const command = `kubectl delete pvc ${plan.target} -n ${namespaceOf(restore)}`
  const message = `${name} exists and is left alone; restore under another name (spec.volumes[].target), or delete it first, which deletes its data unless its PersistentVolume is Retain: ${command}`
  return { reason: 'TargetExists', message, patienceSeconds: 0 }
}

/** Another's claim under the name of the temporary claim: data must never be written into it. */
export function temporaryNameTaken({ restore, facts: { temporaryIs, temporary, plan } }: VolumeInput): Obstacle | undefined {
  const leaving = temporaryIs === 'leaving' || temporary?.metadata.deletionTimestamp !== undefined
  if (temporaryIs !== 'foreign' && !leaving) return undefined
  const name = temporaryName(restore.metadata.name, plan.target)
  const what = leaving ? 'is still being deleted' : 'belongs to something else; delete it, or give the Restore another name'
  return { reason: 'TargetExists', message: `claim ${name}, which this restore needs for a while, ${what}`, patienceSeconds: startupTimeout(restore) }
}

/** Another's Job under the name of ours. */
export function jobNameTaken({ restore, facts: { namesake } }: VolumeInput): Obstacle | undefined {
  const finding = namesakeFinding(namesake, restore, 'the restore')
  return finding && { ...finding, patienceSeconds: startupTimeout(restore) }
}
