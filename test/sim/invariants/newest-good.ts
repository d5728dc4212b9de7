import type { Change } from '../api/api.ts'
import type { Invariant, Watched } from './invariant.ts'
import { pastOf, type Past } from './past.ts'
import { hasEnded, isUs, RESOURCE, uidOf, type StoredPolicy, type StoredRestore } from './resources.ts'

const NAME = 'D5'

/** D5. */
export function newestGood(watched: Watched): Invariant {
  const past = pastOf(watched)
  return {
    name: NAME,
    title: 'D5 a failed run never becomes the newest good point: not in a policy\'s status, and not as the source of a restore',
    onChange(change) {
      if (change.type !== 'MODIFIED' || !isUs(change.actor) || change.before?.status === change.after.status) return undefined
      if (change.resource === RESOURCE.policies) return untrue(watched, past, change)
      return change.resource === RESOURCE.restores ? chosen(watched, past, change) : undefined
    },
  }
}

function untrue({ blame }: Watched, past: Past, { before, after }: Change): string | undefined {
  const { metadata: { name, namespace = '' }, status } = after as unknown as StoredPolicy
  const backups = past.backupsOf(namespace, name)
  const edited = (uid: string): boolean => blame.excuses(NAME, 'statusEdited', { subject: uid })
  const time = status?.lastSuccessfulTime
  const isNew = time !== undefined && time !== (before as unknown as StoredPolicy | undefined)?.status?.lastSuccessfulTime
  const founded = backups.some(({ ended, latest, uid }) => latest.status?.completionTime === time && (ended?.phase === 'Completed' || edited(uid)))
  if (isNew && !founded && !backups.some(({ uid }) => edited(uid)) && !edited(uidOf(after))) return `policy ${name} says that its newest good run ended at ${time}, and none did`
  const wrong = (status?.storedBackups ?? []).find(stored => backups.filter(backup => backup.name === stored.name).every(({ ended, uid }) => ended?.phase === 'Failed' && !edited(uid)))
  return wrong && `policy ${name} counts ${wrong.name} among its restore points, which ${backups.some(backup => backup.name === wrong.name) ? 'failed' : 'does not exist'}`
}

/** The source of a restore, in the moment in which it is fixed. */
function chosen({ blame }: Watched, past: Past, { before, after }: Change): string | undefined {
  const { metadata, spec, status } = after as unknown as StoredRestore
  const name = status?.backup
  if (name === undefined || (before as unknown as StoredRestore | undefined)?.status?.backup === name) return undefined
  const backup = [...past.backups.values()].filter(each => each.namespace === metadata.namespace && each.name === name).at(-1)
  if (backup === undefined) return `Restore ${metadata.name} takes Backup ${name}, which never was`
  const phase = backup.ended?.phase ?? backup.latest.status?.phase
  const isUsable = hasEnded(phase) && phase !== 'Failed'
  if (!isUsable && !blame.excuses(NAME, 'statusEdited', { subject: backup.uid })) return `Restore ${metadata.name} takes Backup ${name}, which is ${phase}`
  if (spec.policy === undefined) return undefined
  if (spec.asOf !== undefined && Date.parse(backup.latest.status?.completionTime ?? '') > Date.parse(spec.asOf)) return `Restore ${metadata.name} takes Backup ${name}, which ended after ${spec.asOf}`
  return partial(metadata.name, spec, backup.latest.status?.volumes ?? [])
}

/** By policy only whole points are taken, of the volumes that are asked for. */
function partial(restore: string, spec: StoredRestore['spec'], volumes: readonly { readonly pvc: string; readonly phase: string }[]): string | undefined {
  const wanted = spec.volumes?.length ? spec.volumes.map(({ source }) => source) : volumes.map(({ pvc }) => pvc)
  const bad = wanted.find(pvc => !volumes.some(volume => volume.pvc === pvc && volume.phase === 'Completed'))
  return bad && `Restore ${restore} was to take the newest good point of policy ${spec.policy}, and takes one without a good ${bad}`
}
