/** A value and where it is put; undefined takes away what is there. */
export type Edit = readonly [path: readonly string[], value: unknown]

/** A request that was changed, an answer, and what the oracle has to say of it. */
export interface Row {
  readonly says: string
  readonly scene: string
  /** Changes of the good request. */
  readonly sent?: readonly Edit[]
  /** Changes of the good answer. */
  readonly answered?: readonly Edit[]
  /** Undefined when the answer is right. */
  readonly refused?: RegExp
}

const EARLY = /let go too early/
const SNAPSHOTS = 'VolumeSnapshot.snapshot.storage.k8s.io/v1'
const REPOSITORIES = 'BackupRepository.holdfast.dev/v1alpha1'
const REQUEST = ['parent', 'metadata', 'annotations', 'holdfast.dev/delete-requested']
const finalized: readonly Edit[] = [[['finalized'], true]]
const dropped: readonly Edit[] = [[['children'], []], ...finalized]

const released: readonly Row[] = [
  { says: 'finalized for a body that nobody touched', scene: 'snapshot-finalized', answered: finalized, refused: EARLY },
  { says: 'finalized without a status', scene: 'snapshot-finalized', sent: [[['parent', 'status'], undefined]], answered: finalized, refused: EARLY },
  { says: 'finalized without VolumeSnapshots', scene: 'snapshot-finalized', sent: [[['children', SNAPSHOTS], {}]], answered: finalized, refused: EARLY },
  { says: 'finalized without the VolumeSnapshot API', scene: 'snapshot-finalized', sent: [[['children', SNAPSHOTS], undefined]], answered: finalized },
  { says: 'finalized after the request was withdrawn', scene: 'snapshot-finalized', sent: [[REQUEST, undefined]], answered: finalized },
  { says: 'finalized after the request was damaged', scene: 'snapshot-finalized', sent: [[REQUEST, '{"requestedBy":']], answered: finalized },
  { says: 'finalized after somebody else asked', scene: 'snapshot-finalized', sent: [[REQUEST, '{"requestedBy":"bob"}']], answered: finalized, refused: EARLY },
  { says: 'finalized as another Backup of that name', scene: 'snapshot-finalized', sent: [[['parent', 'metadata', 'uid'], 'other']], answered: finalized },
  { says: 'finalized as another Restore of that name', scene: 'restore-returned', sent: [[['parent', 'metadata', 'uid'], 'other']], answered: finalized },
  { says: 'finalized as a Restore of another generation', scene: 'restore-returned', sent: [[['parent', 'metadata', 'generation'], 2]], answered: finalized, refused: EARLY },
  { says: 'finalized although the Job is at work', scene: 'backup-finalized', sent: [[['related', REPOSITORIES], {}]], answered: finalized, refused: EARLY },
  { says: 'finalized although the repository is there', scene: 'backup-finalized', sent: [[['children', 'Job.batch/v1'], {}]], answered: finalized, refused: EARLY },
  { says: 'finalized with a repository that is not shown and no Job', scene: 'backup-finalized', sent: [[['related', REPOSITORIES], {}], [['children', 'Job.batch/v1'], {}]], answered: dropped, refused: EARLY },
  { says: 'finalized with another repository and no Job', scene: 'backup-finalized', sent: [[['parent', 'spec', 'repositoryRef', 'name'], 'other'], [['children', 'Job.batch/v1'], {}]], answered: dropped },
  { says: 'finalized, and its Job dropped, after the request was withdrawn', scene: 'backup-finalized', sent: [[REQUEST, undefined]], answered: dropped },
  { says: 'finalized while volumes are handed over', scene: 'restore-returned', sent: [[['parent', 'status'], undefined]], answered: finalized, refused: EARLY },
  { says: 'finalized as in the good answer', scene: 'restore-deleted', sent: [[['parent', 'status'], undefined]] },
  { says: 'finalized outside of finalize', scene: 'backup-running', answered: finalized, refused: EARLY },
]

const GONE = /no longer looked at/
const OTHER: readonly Edit[] = [[['relatedResources', '0', 'labelSelector', 'matchLabels', 'holdfast.dev/repository'], 'other']]
const restoreRules = ['backups', 'backuprepositories', 'claims by label', 'claims by name']

const unseen: readonly Row[] = [
  { says: 'a selector of another name', scene: 'cluster-customize', sent: [[['parent', 'metadata', 'name'], 'other']], answered: OTHER },
  { says: 'a selector of another name than that of the parent', scene: 'cluster-customize', sent: [[['parent', 'metadata', 'uid'], 'other']], answered: OTHER, refused: GONE },
  { says: 'no rule at all', scene: 'cluster-customize', answered: [[['relatedResources'], []]], refused: GONE },
  { says: 'the claims left out', scene: 'backup-customize', answered: [[['relatedResources', '1'], undefined]], refused: /persistentvolumeclaims.* data\n.*persistentvolumeclaims.* wal/ },
  { says: 'one claim left out', scene: 'backup-customize', sent: [[['parent', 'metadata', 'generation'], 2]], answered: [[['relatedResources', '1', 'names', '0'], undefined]], refused: GONE },
  { says: 'a claim left out that is no volume any more', scene: 'backup-customize', sent: [[['parent', 'spec', 'volumes'], ['wal']]], answered: [[['relatedResources', '1', 'names', '0'], undefined]] },
  { says: 'another claim left out than that', scene: 'backup-customize', sent: [[['parent', 'spec', 'volumes'], ['wal']]], answered: [[['relatedResources', '1', 'names', '1'], undefined]], refused: GONE },
  { says: 'the repository left out that is not named any more', scene: 'backup-customize', sent: [[['parent', 'spec', 'repositoryRef'], undefined]], answered: [[['relatedResources', '0'], undefined]] },
  { says: 'another namespace', scene: 'backup-customize', answered: [[['relatedResources', '1', 'namespace'], 'bank']], refused: GONE },
  { says: 'another selector', scene: 'policy-customize', sent: [[['parent', 'spec', 'selector'], { matchLabels: { app: 'web' } }]], answered: [[['relatedResources', '1', 'labelSelector'], { matchLabels: { app: 'web' } }]] },
  { says: 'another selector without reason', scene: 'policy-customize', answered: [[['relatedResources', '1', 'labelSelector'], { matchLabels: { app: 'web' } }]], refused: GONE },
  { says: 'the Backups of a policy left out', scene: 'policy-customize', sent: [[['parent', 'spec', 'selector'], {}]], answered: [[['relatedResources', '0'], undefined]], refused: GONE },
  { says: 'the repository of another strategy left out', scene: 'policy-customize', sent: [[['parent', 'spec', 'strategy'], 'snapshot']], answered: [[['relatedResources', '2'], undefined]] },
  { says: 'the claim of another place left out', scene: 'repository-customize', sent: [[['parent', 'spec', 'type'], 's3']], answered: [[['relatedResources'], []]] },
  { says: 'the claim left out of a place with another secret', scene: 'repository-customize', sent: [[['parent', 'spec', 'credentialsSecret'], 'x']], answered: [[['relatedResources'], []]], refused: GONE },
  ...restoreRules.map((rule, index) => ({ says: `no ${rule}`, scene: 'restore-customize', sent: [[['parent', 'status'], undefined]] as const, answered: [[['relatedResources', String(index)], undefined]] as const, refused: GONE })),
  { says: 'one claim more', scene: 'backup-customize', sent: [[['parent', 'spec', 'volumes', '2'], 'logs']], answered: [[['relatedResources', '1', 'names', '2'], 'logs']] },
]

const CHANGED = /what no hook reads changed the answer/
const without = (child: number): readonly Edit[] => [[['children', String(child)], undefined]]

const altered: readonly Row[] = [
  { says: 'a new Job left out', scene: 'backup-new', answered: without(1), refused: CHANGED },
  { says: 'a new Job left out because of the controller', scene: 'backup-new', sent: [[['controller'], { spec: null }]], answered: without(1), refused: CHANGED },
  { says: 'a new Job left out beside those that run', scene: 'backup-adding', sent: [[['parent', 'metadata', 'annotations', 'toString'], '']], answered: without(3), refused: CHANGED },
  { says: 'a new VolumeSnapshot left out because of an annotation', scene: 'snapshot-new', sent: [[['parent', 'metadata', 'annotations', 'team'], 'x'.repeat(300_000)]], answered: without(0), refused: CHANGED },
  { says: 'a new CronJob left out because of a field that nobody knows', scene: 'policy-new', sent: [[['parent', 'metadata', 'selfLink'], { a: null }], [['x'], 1], [['parent', 'x'], []]], answered: without(0), refused: CHANGED },
  { says: 'a new claim left out because of prototype pollution', scene: 'restore-new', sent: [[['__proto__'], { children: {} }], [['parent', 'metadata', '__proto__'], { polluted: true }]], answered: without(0), refused: CHANGED },
  { says: 'a new Job left out because of a Secret', scene: 'restore-begun', sent: [[['related', 'Secret.v1'], {}]], answered: without(1), refused: CHANGED },
  { says: 'a new Job of another image', scene: 'repository-new', answered: [[['children', '0', 'spec', 'template', 'spec', 'containers', '0', 'image'], 'other']], refused: CHANGED },
  { says: 'come again at another time', scene: 'backup-running', answered: [[['resyncAfterSeconds'], 1]], refused: CHANGED },
  { says: 'the same', scene: 'backup-new', sent: [[['controller'], undefined], [['parent', 'metadata', 'annotations', 'team'], 'shop']] },
  { says: 'a new Job left out because of the status', scene: 'backup-new', sent: [[['parent', 'status'], { phase: 'Completed' }]], answered: without(1) },
  { says: 'a new Job left out because of an annotation of ours', scene: 'backup-new', sent: [[['parent', 'metadata', 'annotations', 'holdfast.dev/cancel-requested'], 'stop']], answered: without(1) },
  { says: 'a new Job left out because the whole metadata changed', scene: 'backup-new', sent: [[['parent', 'metadata'], null]], answered: without(1) },
  { says: 'a new Job left out because of a label of its claim', scene: 'backup-new', sent: [[['related', 'PersistentVolumeClaim.v1', 'shop-backup-new/data', 'metadata', 'labels'], {}]], answered: without(1) },
]

const UNFIT = /does not fit its CRD/
const twice = [{ type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: '2026-11-21T09:00:00Z' }, { type: 'Ready', status: 'False', reason: 'Ready', message: '', lastTransitionTime: '2026-11-21T09:00:00Z' }]

const unfit: readonly Row[] = [
  { says: 'a phase that there is not', scene: 'backup-running', answered: [[['status', 'phase'], 'Sleeping']], refused: UNFIT },
  { says: 'a field that there is not', scene: 'restore-moving', answered: [[['status', 'secret'], 'x']], refused: /fields that its CRD does not know/ },
  { says: 'a field deep inside that there is not', scene: 'backup-running', answered: [[['status', 'volumes', '0', 'note'], 'x']], refused: /fields that its CRD does not know/ },
  { says: 'a time that is none', scene: 'backup-running', answered: [[['status', 'startTime'], 'yesterday']], refused: UNFIT },
  { says: 'a text where a number is', scene: 'policy-quiet', answered: [[['status', 'observedGeneration'], '1']], refused: UNFIT },
  { says: 'a condition twice', scene: 'repository-ready', answered: [[['status', 'conditions'], twice]], refused: UNFIT },
  { says: 'no list where one is', scene: 'cluster-used', answered: [[['status', 'conditions'], {}]], refused: UNFIT },
  { says: 'a fault that the parent has already', scene: 'restore-deleted', sent: [[['parent', 'status', 'conditions'], twice]], answered: [[['status', 'conditions'], twice]] },
  { says: 'another fault than the parent has', scene: 'restore-deleted', sent: [[['parent', 'status', 'conditions'], twice]], answered: [[['status', 'conditions'], twice], [['status', 'phase'], 'Sleeping']], refused: UNFIT },
]

const DROPPED = /an observed child is dropped/
const BACKUPS = ['related', 'Backup.holdfast.dev/v1alpha1']
const none: readonly Edit[] = [[['children'], []]]

const kept: readonly Row[] = [
  { says: 'claims dropped before a mover began, without the Backup', scene: 'restore-begun', sent: [[BACKUPS, {}]], answered: none },
  { says: 'claims dropped before a mover began, of another Backup', scene: 'restore-begun', sent: [[['parent', 'status', 'backup'], 'x']], answered: none },
  { says: 'claims dropped before a mover began', scene: 'restore-begun', sent: [[['parent', 'status', 'message'], 'x']], answered: none, refused: DROPPED },
  { says: 'claims and Jobs dropped without the Backup', scene: 'restore-moving', sent: [[BACKUPS, {}]], answered: none, refused: DROPPED },
  { says: 'the Job dropped that removes the data', scene: 'backup-finalized', sent: [[['related', REPOSITORIES], {}]], answered: none, refused: DROPPED },
  { says: 'the Job dropped after the request was withdrawn, outside of finalize', scene: 'backup-deleting', sent: [[REQUEST, undefined]], answered: none, refused: DROPPED },
]

/** By what they are about. */
export const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'children that are there': kept, 'a parent that is let go': released, 'what hooks ask to see': unseen, 'what no hook reads': altered, 'the status': unfit,
}
