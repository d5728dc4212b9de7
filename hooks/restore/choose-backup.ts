import { ANNOTATION } from '../../lib/api.ts'
import { endOf, newestFirst } from '../../lib/newest.ts'
import { goodVolumes, isGood, isLeaving } from '../../lib/phases.ts'
import type { Backup, KubeObject, Restore } from '../../schemas/generated/types.ts'
import { handoverOf } from './handover.ts'
import type { RestoreRequest } from './model.ts'
import { KIND, objectsOf } from './objects.ts'

/** Which restore point is taken. */
export interface Choice {
  /** Undefined while a policy has none. */
  readonly name?: string
  /** As the request has it; undefined when no such Backup is seen. */
  readonly backup?: Backup
  /** Whether the restore has begun: from then on the choice is fixed. */
  readonly begun: boolean
}

/** The moment of the choice. */
export interface Moment {
  readonly now: Date
  /** The policy's Backups as they are then; undefined once one is chosen. */
  readonly backups?: readonly KubeObject[] | undefined
}

/**
 * The Backup to restore from. Once begun it is the one in status or, should the status be lost, the one that the restore's own
 * objects name; a newer restore point never takes its place. Of a policy the newest of those that there are at this
 * moment is chosen: whoever has seen a run end, and then asks for the newest, shall not get the one before because a cache is late.
 */
export function chooseBackup(request: RestoreRequest, handedOver: readonly KubeObject[], moment: Moment): Choice {
  const { parent } = request
  const backups = objectsOf<Backup>(request.related, KIND.backup)
  const fixed = fixedName(request, handedOver)
  if (fixed !== undefined) return { name: fixed, backup: named(backups, fixed), begun: true }
  const { backup, policy } = parent.spec
  if (backup !== undefined) return { name: backup, backup: named(backups, backup), begun: false }
  const present = (moment.backups ?? backups) as readonly Backup[]
  const own = present.filter(each => each.spec.policy === policy)
  const name = restorable(parent, own, moment.now)[0]?.metadata.name
  return { name, backup: name === undefined ? undefined : named(backups, name), begun: false }
}

/** Whether it still has to be decided which of a policy's Backups is taken. */
export function isOpen(request: RestoreRequest, handedOver: readonly KubeObject[]): boolean {
  return request.parent.spec.policy !== undefined && fixedName(request, handedOver) === undefined
}

function fixedName(request: RestoreRequest, handedOver: readonly KubeObject[]): string | undefined {
  return request.parent.status?.backup ?? recorded(request, handedOver)
}

function named(backups: readonly Backup[], name: string): Backup | undefined {
  return backups.find(({ metadata }) => metadata.name === name)
}

function recorded(request: RestoreRequest, handedOver: readonly KubeObject[]): string | undefined {
  const own = [...objectsOf(request.children, KIND.claim), ...objectsOf(request.children, KIND.job), ...published(request)]
  const names = [...own.map(({ metadata }) => metadata.annotations?.[ANNOTATION.backup]), ...handedOver.map(volume => handoverOf(volume)?.backup)]
  return names.filter(name => name !== undefined).toSorted()[0]
}

function published({ parent, related }: RestoreRequest): readonly KubeObject[] {
  return objectsOf(related, KIND.claim).filter(({ metadata }) => metadata.annotations?.[ANNOTATION.restoreUid] === parent.metadata.uid)
}

/** Good restore points of what is asked for, newest first. A run that is not good counts for volumes of it that are whole. */
function restorable({ spec }: Restore, backups: readonly Backup[], now: Date): readonly Backup[] {
  const fit = backups
    .filter(backup => !isLeaving(backup) && holds(backup, spec.volumes?.map(({ source }) => source) ?? []))
    .filter(backup => spec.asOf === undefined || endOf(backup) <= Date.parse(spec.asOf))
  return newestFirst(fit, now)
}

function holds(backup: Backup, sources: readonly string[]): boolean {
  if (sources.length === 0) return isGood(backup)
  const good = goodVolumes(backup)
  return sources.every(source => good.includes(source))
}
