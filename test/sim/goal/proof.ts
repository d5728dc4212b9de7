import type { Volume } from '../../../schemas/generated/types.ts'
import type { ApiServer } from '../api/api.ts'
import { goodVolumes, isGood } from '../invariants/points.ts'
import { hasEnded, RESOURCE, uidOf, type StoredBackup, type StoredRepository, type StoredRestore } from '../invariants/resources.ts'
import { CLASSES } from '../users/topology.ts'
import { NAMESPACE, pathOf } from '../users/scene.ts'
import type { GoalParts } from './goal.ts'
import { repositoryNameOf } from './repositories.ts'

const NAME = 'proof'

/** The newest good restore point of each strategy is restored: what people have backups for. One Restore each; none where nothing is good. */
export function askForProof({ api }: Pick<GoalParts, 'api'>): void {
  const good = api.all<StoredBackup>(RESOURCE.backups, NAMESPACE).filter(backup => isGood(backup) && backup.metadata.deletionTimestamp === undefined)
  for (const [strategy, backups] of Map.groupBy(good, ({ spec }) => spec.strategy)) {
    const newest = backups.toSorted((a, b) => endOf(b) - endOf(a)).find(backup => goodVolumes(backup).length > 0)
    if (newest !== undefined) restore(api, newest, strategy)
  }
}

/** Whether what was asked for has come to its end. */
export function isProofOver({ api }: Pick<GoalParts, 'api'>): boolean {
  return proofs(api).every(({ status }) => hasEnded(status?.phase))
}

/** What was called good, is where it was, and cannot be restored; as sentences. */
export function proofLeft(parts: Pick<GoalParts, 'api' | 'cluster' | 'blame'>): readonly string[] {
  return proofs(parts.api).flatMap(({ metadata, spec, status }) => {
    const { phase = 'New', reason, message } = status ?? {}
    const backup = parts.api.read<StoredBackup>(pathOf(RESOURCE.backups, spec.backup))
    if (phase === 'Completed' || backup === undefined || isLost(parts, backup, spec.volumes?.[0]?.source ?? '')) return []
    return [`Backup ${spec.backup} is good and its data is there, but Restore ${metadata.name} of it is ${phase}: ${reason} ${message}`]
  })
}

function proofs(api: ApiServer): readonly StoredRestore[] {
  return api.all<StoredRestore>(RESOURCE.restores, NAMESPACE).filter(({ metadata }) => metadata.name.startsWith(`${NAME}-`))
}

function restore(api: ApiServer, backup: StoredBackup, strategy: string): void {
  const [source = ''] = goodVolumes(backup)
  // A claim that was gone before anybody could look at it has left no class, and there is no default: people have to name one.
  const isKnown = backup.status?.volumes?.find(({ pvc }) => pvc === source)?.storageClassName !== undefined
  const spec = { backup: backup.metadata.name, volumes: [{ source, target: `${NAME}-${strategy}`, ...(!isKnown && { storageClassName: CLASSES[0] }) }] }
  const body = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Restore', metadata: { name: `${NAME}-${strategy}`, namespace: NAMESPACE }, spec }
  const answer = api.request({ actor: 'user', method: 'POST', path: pathOf(RESOURCE.restores), body })
  if (answer.status >= 300) throw new Error(`nobody can ask for ${NAME}-${strategy}: ${JSON.stringify(answer.body)}`)
}

/** Whether the world has taken away what a restore needs: its data, or the object that leads there. That we did is for the invariants to say. */
function isLost(parts: Pick<GoalParts, 'api' | 'cluster' | 'blame'>, backup: StoredBackup, pvc: string): boolean {
  const volume = backup.status?.volumes?.find(one => one.pvc === pvc)
  const lost = volume === undefined || (backup.spec.strategy === 'snapshot' ? isSnapshotLost(parts, volume) : isPointLost(parts, backup, pvc))
  if (lost) parts.blame.count(NAME, 'data or its repository is gone')
  return lost
}

function isSnapshotLost({ cluster }: Pick<GoalParts, 'cluster'>, { handle }: Volume): boolean {
  return cluster.disks.read(handle ?? '') === undefined
}

function isPointLost({ api, cluster }: Pick<GoalParts, 'api' | 'cluster'>, backup: StoredBackup, pvc: string): boolean {
  const { spec: { repositoryRef }, status } = backup
  const repository = repositoryRef && api.read<StoredRepository>(pathOf(RESOURCE.repositories, repositoryNameOf(repositoryRef)))
  // One that was made anew over another store does not lead to it.
  if (!repository || (status?.storeId !== undefined && repository.status?.storeId !== status.storeId)) return true
  return !cluster.stores.points().some(({ run, volume, committed, damaged }) => run === uidOf(backup) && volume === pvc && committed && !damaged)
}

function endOf({ status }: StoredBackup): number {
  return Date.parse(status?.completionTime ?? '') || 0
}
