import { ANNOTATION } from '../../../lib/api.ts'
import { backupFromPolicy } from '../../../lib/backup-record.ts'
import { manualRunName } from '../../../lib/names.ts'
import { repositoryOf } from '../../../lib/repository-record.ts'
import { hasEnded, RESOURCE, type StoredBackup, type StoredClaim, type StoredPolicy } from '../invariants/resources.ts'
import type { Action } from './action.ts'
import type { Scene } from './scene.ts'

const MINUTE = 60_000
const ASKED = JSON.stringify({ requestedBy: 'user', reason: 'kubectl backup delete' })

/** What people do to Backups. */
export const BACKUP_ACTIONS: readonly Action[] = [
  { name: 'runByHand', act: scene => on(scene, scene.all<StoredPolicy>(RESOURCE.policies), policy => runByHand(scene, policy)) },
  { name: 'requestDeletion', act: scene => annotate(scene, ended(scene), { [ANNOTATION.deleteRequested]: ASKED }) },
  { name: 'requestDeletionOfRun', act: scene => annotate(scene, running(scene), { [ANNOTATION.deleteRequested]: ASKED }) },
  { name: 'requestNonsense', act: scene => annotate(scene, ended(scene), { [ANNOTATION.deleteRequested]: scene.random.pick(['yes please', '{}', '{"requestedBy":""}', '[]']) }) },
  { name: 'withdrawDeletion', act: withdrawDeletion },
  { name: 'cancel', act: scene => annotate(scene, running(scene), { [ANNOTATION.cancelRequested]: scene.random.pick([ASKED, 'stop']) }) },
  { name: 'deleteRecord', act: scene => on(scene, backups(scene), ({ metadata }) => scene.remove(RESOURCE.backups, metadata.name)) },
  { name: 'deleteRecordWithData', act: scene => on(scene, ended(scene), ({ metadata }) => {
    scene.patch(RESOURCE.backups, metadata.name, { body: { spec: { deletionPolicy: 'Delete' } } })
    return scene.remove(RESOURCE.backups, metadata.name)
  }) },
  { name: 'editRecord', act: scene => on(scene, backups(scene), ({ metadata }) => scene.patch(RESOURCE.backups, metadata.name, { body: { spec: { mover: { timeoutSeconds: 900, parallelism: 1 + scene.random.below(3) } } } })) },
  { name: 'backupRecreated', fault: 'parentRecreated', act: scene => on(scene, backups(scene), backup => recreate(scene, backup)) },
  { name: 'backupDeletedForeground', fault: 'parentDeletedForeground', act: scene => on(scene, backups(scene), ({ metadata, spec }) => {
    if (scene.random.chance(0.3) && spec.deletionPolicy !== 'Delete') scene.patch(RESOURCE.backups, metadata.name, { body: { spec: { deletionPolicy: 'Delete' } } })
    return scene.remove(RESOURCE.backups, metadata.name, 'Foreground')
  }) },
]

/** A run asked for by hand, as the plugin records it. */
export function runByHand(scene: Scene, policy: StoredPolicy): boolean {
  const volumes = scene.all<StoredClaim>(RESOURCE.claims).filter(claim => matches(policy, claim)).map(({ metadata }) => metadata.name).toSorted()
  if (volumes.length === 0) return false
  const name = manualRunName(policy.metadata.name, new Date(scene.engine.now()))
  const repositoryName = repositoryOf(policy)?.name
  const record = backupFromPolicy({ policy, volumes, name, repositoryName })
  return scene.create(RESOURCE.backups, scene.random.chance(0.2) ? { ...record, spec: { ...record.spec, deletionPolicy: 'Delete' } } : record)
}

/** The two forms of selectors that policies have here. */
export function matches({ spec: { selector } }: StoredPolicy, { metadata: { labels = {}, deletionTimestamp }, status }: StoredClaim): boolean {
  if (deletionTimestamp !== undefined || status?.phase !== 'Bound' || labels['holdfast.dev/role'] !== undefined) return false
  const byLabels = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  return byLabels && (selector.matchExpressions ?? []).every(({ key, operator }) => operator === 'Exists' && labels[key] !== undefined)
}

function backups(scene: Scene): readonly StoredBackup[] {
  return scene.all<StoredBackup>(RESOURCE.backups).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

function ended(scene: Scene): readonly StoredBackup[] {
  return backups(scene).filter(({ status }) => hasEnded(status?.phase))
}

function running(scene: Scene): readonly StoredBackup[] {
  return backups(scene).filter(({ status }) => !hasEnded(status?.phase) && status?.phase !== 'Deleting')
}

function on<T>({ random }: Scene, items: readonly T[], act: (item: T) => boolean): boolean {
  return items.length > 0 && act(random.pick(items))
}

function annotate(scene: Scene, candidates: readonly StoredBackup[], annotations: object): boolean {
  return on(scene, candidates, ({ metadata }) => scene.patch(RESOURCE.backups, metadata.name, { body: { metadata: { annotations } } }))
}

/** Somebody thinks better of it: sometimes soon enough. */
function withdrawDeletion(scene: Scene): boolean {
  return on(scene, ended(scene), ({ metadata: { name } }) => {
    const body = { metadata: { annotations: { [ANNOTATION.deleteRequested]: null } } }
    scene.later(scene.random.below(20_000), () => void scene.patch(RESOURCE.backups, name, { body }))
    return scene.patch(RESOURCE.backups, name, { body: { metadata: { annotations: { [ANNOTATION.deleteRequested]: ASKED } } } })
  })
}

/** The same name again, at once or later: another UID, and perhaps the data of the first is still there. */
function recreate(scene: Scene, { apiVersion, kind, metadata: { name, namespace, labels }, spec }: StoredBackup): boolean {
  const again = (left: number): void => {
    const made = scene.create(RESOURCE.backups, { apiVersion, kind, metadata: { name, namespace, labels }, spec })
    if (!made && left > 0) scene.later(3000, () => again(left - 1))
  }
  scene.later(scene.random.chance(0.5) ? scene.random.below(3000) : MINUTE * scene.random.below(10), () => again(20))
  return scene.remove(RESOURCE.backups, name)
}
