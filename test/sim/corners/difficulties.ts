import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import { childName } from '../../../lib/names.ts'
import type { RestoreSpec } from '../../../schemas/generated/types.ts'
import { claimOf, repositoryOf } from '../scenarios/objects.ts'
import { inPhase, isGone, type Step } from '../scenarios/scenario.ts'
import { STAGE } from '../scenarios/stage.ts'
import { backup, backupObject, policy, restoreObject, runOf, until, write } from '../scenarios/steps.ts'
import type { World } from '../world.ts'
import type { Corner } from './corner.ts'
import { act, answered, apply, ends, frozen, moverFails, patched, pod, removed, runs, statusEdited, tornAway, volumeIs, volumeOf, wait } from './steps.ts'

const VOLUMES = [{ source: 'data', target: 'copy' }]
const COPY: RestoreSpec = { backup: 'first', volumes: VOLUMES }
const TEMPORARY = childName('again', 'tmp', 'copy')
const JOB = 'again-restore-copy'
const DONE = { phase: 'Completed', reason: 'Completed' }
const completed = ends('Restore', 'again', DONE)
const made = [write('data'), ...backup('first', 'tar')]
const moving = until('its mover is at work', 'Job', JOB, object => (object?.status as { ready?: number } | undefined)?.ready === 1)
const begun: readonly Step[] = [...made, apply(restoreObject('again', COPY)), moving]
const ofPolicy: readonly Step[] = [write('data'), policy('often', { strategy: 'tar', schedule: '0 3 1 1 *', repositoryRef: { name: 'main' } }), runOf('often', 'first', 'tar'), ends('Backup', 'first', DONE)]
const unnoted = { backup: null, phase: null, volumes: null, reason: null, message: null, conditions: null, observedGeneration: null }

/** What a restore meets on its way: lost words, torn objects, caches that are behind. Data comes whole under the user's name, or not at all. */
export const DIFFICULTY_CORNERS: readonly Corner[] = [
  { name: 'a restore that has lost its status goes on with what it had begun with', repository: true, steps: [...ofPolicy, apply(restoreObject('again', { policy: 'often', volumes: VOLUMES })), moving, statusEdited('Restore', 'again', unnoted), completed] },
  {
    name: 'likewise when its volume is being handed over', repository: true, steps: [
      ...ofPolicy, apply(restoreObject('again', { policy: 'often', volumes: VOLUMES })), moving, act(unpublished), gone(JOB), wait(20), statusEdited('Restore', 'again', unnoted), wait(20),
      answered(), completed,
    ],
  },
  {
    name: 'figures that somebody has damaged are left out', repository: true, steps: [
      ...begun, until('the claim is there', 'PersistentVolumeClaim', 'copy', object => object !== undefined), patched('PersistentVolumeClaim', 'copy', { metadata: { annotations: { [ANNOTATION.restoreResult]: '{' } } }), completed,
    ],
  },
  {
    name: 'all volumes of a policy are restored under their names', repository: true,
    steps: [...ofPolicy, removed('PersistentVolumeClaim', 'data'), until('the claim is gone', 'PersistentVolumeClaim', 'data', isGone), apply(restoreObject('again', { policy: 'often' })), completed],
  },
  {
    name: 'a restore whose Backup goes while it runs knows its volumes', repository: true, steps: [
      ...made, removed('PersistentVolumeClaim', 'data'), until('the claim is gone', 'PersistentVolumeClaim', 'data', isGone), apply(restoreObject('again', { backup: 'first' })), until('its mover is there', 'Job', 'again-restore-data', object => object !== undefined),
      removed('Backup', 'first'), completed,
    ],
  },
  {
    name: 'without its Backup and its status a restore does not know what was meant', marks: ['reason/BackupNotFound'], repository: true, steps: [
      ...made, removed('PersistentVolumeClaim', 'data'), until('the claim is gone', 'PersistentVolumeClaim', 'data', isGone), apply(restoreObject('again', { backup: 'first', mover: { startupTimeoutSeconds: 30 } })),
      until('its mover is there', 'Job', 'again-restore-data', object => object !== undefined), removed('Backup', 'first'), until('it is gone', 'Backup', 'first', isGone), wait(8), statusEdited('Restore', 'again', unnoted), ends('Restore', 'again', { phase: 'Failed', reason: 'BackupNotFound' }),
    ],
  },
  {
    name: 'a restore that is damaged on its way stays as it is until it is mended', without: 'rules', repository: true,
    steps: [...begun, patched('Restore', 'again', { spec: { volumes: [{ source: 'data', target: 'No_Name' }] } }), wait(120), until('it is not at its end', 'Restore', 'again', inPhase('Running', 'Publishing')), patched('Restore', 'again', { spec: { volumes: VOLUMES } }), completed],
  },
  { name: 'a claim that comes under the name while the data is written', marks: ['reason/TargetExists'], repository: true, steps: [...begun, apply(claimOf('copy')), ends('Restore', 'again', { phase: 'Failed', reason: 'TargetExists' })] },
  {
    name: 'a temporary claim that is ours no more is not published', marks: ['reason/VolumeNotFound'], repository: true, steps: [
      ...begun, patched('PersistentVolumeClaim', TEMPORARY, { metadata: { labels: null, ownerReferences: null } }), ends('Restore', 'again', { phase: 'Failed', reason: 'VolumeNotFound' }), removed('PersistentVolumeClaim', TEMPORARY), gone(TEMPORARY, 'PersistentVolumeClaim'),
    ],
  },
  { name: 'a Job of an earlier version, which does not say what claim it fills', repository: true, steps: [...begun, patched('Job', JOB, { metadata: { annotations: { [ANNOTATION.claimUid]: null } } }), completed] },
  {
    name: 'a volume that is torn away while it is filled', marks: ['reason/VolumeNotFound'], repository: true,
    steps: [...made, apply(restoreObject('again', { ...COPY, mover: { startupTimeoutSeconds: 30 } })), moving, act(world => tornAway(world, volumeOf(world, TEMPORARY))), ends('Restore', 'again', { phase: 'Failed', reason: 'VolumeNotFound' })],
  },
  { name: 'attributes that could not be set are told', marks: ['reason/UnreadableFiles'], repository: true, steps: [...made, moverFails('restore', { unreadable: 2 }), apply(restoreObject('again', COPY)), volumeIs('Restore', 'again', { phase: 'Completed', reason: 'UnreadableFiles' }), until('all the same it is there', 'Restore', 'again', inPhase('Completed'))] },
  {
    name: 'what a backup could not read is missing in its restore, and that is told', marks: ['reason/UnreadableFiles'], repository: true, steps: [
      write('data'), moverFails('backup', { unreadable: 3 }), apply(backupObject('first', 'tar', {})), ends('Backup', 'first', { phase: 'PartiallyFailed', reason: 'UnreadableFiles' }), moverFails('backup', undefined), apply(restoreObject('again', COPY)),
      volumeIs('Restore', 'again', { phase: 'Completed', reason: 'UnreadableFiles' }), until('it is done', 'Restore', 'again', inPhase('Completed')),
    ],
  },
  {
    name: 'a Backup that is done and that no cache shows is waited for', marks: ['reason/BackupNotFound'], repository: true, steps: [
      write('data'), apply(backupObject('first', 'tar', { policy: 'often' })), ends('Backup', 'first', DONE), wait(30), frozen('holdfast.dev/v1alpha1/backups', 200), patched('Backup', 'first', { metadata: { labels: { [LABEL.policy]: 'often' } } }),
      apply(restoreObject('again', { policy: 'often', volumes: VOLUMES })), ends('Restore', 'again', { phase: 'New', reason: 'BackupNotFound' }), completed,
    ],
  },
  { name: 'a copy may be larger', repository: true, steps: [...made, apply(restoreObject('again', { backup: 'first', volumes: [{ source: 'data', target: 'copy', size: '2Gi' }] })), completed] },
  { name: 'and larger than its snapshot', steps: [write('data'), ...backup('first', 'snapshot'), apply(restoreObject('again', { backup: 'first', volumes: [{ source: 'data', target: 'copy', size: '2Gi' }] })), completed] },
  {
    name: 'a claim of the name that is being deleted is waited for', marks: ['reason/TargetExists'], repository: true, steps: [
      ...made, pod('shop', 'data'), runs('shop'), removed('PersistentVolumeClaim', 'data'), apply(restoreObject('again', { backup: 'first' })), volumeIs('Restore', 'again', { reason: 'TargetExists' }), removed('Pod', 'shop'), completed,
    ],
  },
  {
    name: 'a run goes on when its repository is there again', repository: true, steps: [
      write('data'), write('other'), apply(backupObject('first', 'tar', { volumes: ['data', 'other'], mover: { parallelism: 1 } })), until('its first mover is there', 'Job', 'first-backup-data', object => object !== undefined),
      removed('BackupRepository', 'main'), volumeIs('Backup', 'first', { pvc: 'other', reason: 'RepositoryNotFound' }), apply(repositoryOf(STAGE.destination)), ends('Backup', 'first', DONE),
    ],
  },
  {
    name: 'a volume whose turn comes when its repository is none any more fails', marks: ['reason/InvalidDestination'], repository: true, steps: [
      write('data'), write('other'), apply(backupObject('first', 'tar', { volumes: ['data', 'other'], mover: { parallelism: 1 } })), until('its first mover is there', 'Job', 'first-backup-data', object => object !== undefined),
      patched('BackupRepository', 'main', { spec: { url: 's3://bucket/./prefix' } }), volumeIs('Backup', 'first', { pvc: 'other', phase: 'Failed', reason: 'InvalidDestination' }), patched('BackupRepository', 'main', { spec: { url: STAGE.destination.url } }), ends('Backup', 'first', { phase: 'PartiallyFailed', reason: 'SomeVolumesFailed' }),
    ],
  },
]

/** The volume can be held, but not given to the claim. */
function unpublished({ cluster }: World): void {
  cluster.mishaps.answer = ({ method, body }) => method === 'PATCH' && (body as { spec?: { claimRef?: object } }).spec?.claimRef !== undefined ? { status: 503, body: { kind: 'Status', reason: 'ServiceUnavailable' } } : undefined
}

function gone(name: string, kind = 'Job'): Step {
  return until(`${kind} ${name} is gone`, kind, name, isGone)
}
