import { ANNOTATION, API_VERSION } from '../../../lib/api.ts'
import type { BackupPolicySpec, Destination } from '../../../schemas/generated/types.ts'
import type { Condition } from '../invariants/resources.ts'
import { claimOf } from '../scenarios/objects.ts'
import { isGone, isReady, type Step } from '../scenarios/scenario.ts'
import { pathOf, STAGE } from '../scenarios/stage.ts'
import { policy, runOf, until, write } from '../scenarios/steps.ts'
import type { Corner } from './corner.ts'
import { act, apply, ends, patched, readiness, removed, request } from './steps.ts'

const YEARLY = '0 3 1 1 *'
const MAIN = { repositoryRef: { name: 'main' } } as const
/** Two more than may go at once without anybody's consent, and the one that stays. */
const RUNS = Array.from({ length: 13 }, (_, index) => `run-${index + 10}`)
const PLACE: Destination = { type: 's3', url: 's3://bucket/other', credentialsSecret: 'store' }

/** Policies that cannot act and say why, and what they do when they can. */
export const POLICY_CORNERS: readonly Corner[] = [
  stalled('policy/scheduleRule', 'InvalidSchedule', { strategy: 'tar', schedule: '0 0 30 2 *', ...MAIN }),
  stalled('a time zone that nobody knows', 'InvalidTimeZone', { strategy: 'tar', timeZone: 'Mars/Olympus', ...MAIN }),
  stalled('policy/pruneScheduleRule', 'InvalidSchedule', { strategy: 'tar', pruneSchedule: '0 5 * * 7', ...MAIN }),
  stalled('policy/retentionRule', 'InvalidSpec', { strategy: 'tar', retention: { maxAge: '0s' }, ...MAIN }),
  stalled('policy/selectorRule', 'InvalidSpec', { strategy: 'tar', selector: { matchExpressions: [{ key: 'app', operator: 'In' }] }, ...MAIN }),
  stalled('policy/destinationRule', 'InvalidDestination', { strategy: 'tar', destination: { ...PLACE, url: 's3://bucket/./other' } }),
  stalled('a prune schedule that is none', 'InvalidSchedule', { strategy: 'tar', pruneSchedule: '61 5 * * *', ...MAIN }),
  stalled('a label that is none', 'InvalidSpec', { strategy: 'tar', selector: { matchLabels: { app: 'not a value' } }, ...MAIN }),
  stalled('a label key that is none', 'InvalidSpec', { strategy: 'tar', selector: { matchExpressions: [{ key: 'not a key', operator: 'Exists' }] }, ...MAIN }),
  stalled('values where none may be', 'InvalidSpec', { strategy: 'tar', selector: { matchExpressions: [{ key: 'app', operator: 'Exists', values: ['data'] }] }, ...MAIN }),
  stalled('an expression that no claim matches', 'NoVolumesMatched', { strategy: 'tar', selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['other'] }, { key: 'none', operator: 'Exists' }, { key: 'app', operator: 'DoesNotExist' }] }, ...MAIN }),
  stalled('a destination in the policy that is no export', 'InvalidDestination', { strategy: 'tar', destination: { type: 'nfs', url: 'nfs://filer/' } }),
  stalled('a cluster repository that is not there', 'RepositoryNotFound', { strategy: 'tar', repositoryRef: { kind: 'ClusterBackupRepository', name: 'never' } }),
  { ...stalled('a policy without a place', 'RepositoryNotFound', { strategy: 'tar' }), without: 'rules' },
  stalled('policy/repositoryRule', 'RepositoryNotFound', { strategy: 'tar', repositoryRef: { name: 'never' } }),
  {
    name: 'reason/RepositoryNotAllowed', repository: true, steps: [
      write('data'), apply(central([])), policy('often', { strategy: 'tar', schedule: YEARLY, repositoryRef: { kind: 'ClusterBackupRepository', name: 'central' } }), readiness('BackupPolicy', 'often', { status: 'False', reason: 'RepositoryNotAllowed' }),
      patched('ClusterBackupRepository', 'central', { spec: { allowedNamespaces: ['*'] } }), readiness('BackupPolicy', 'often', { status: 'True', reason: 'Scheduled' }),
    ],
  },
  {
    name: 'a repository that is not what the policy asks for is left alone', marks: ['reason/RepositoryNotReady', 'reason/OnDemand'], repository: true, steps: [
      write('data'), policy('often', { strategy: 'tar', destination: PLACE }), readiness('BackupPolicy', 'often', { status: 'True', reason: 'OnDemand' }),
      act(world => {
        const made = world.api.all('holdfast.dev/v1alpha1/backuprepositories').find(({ metadata }) => metadata.name.startsWith('dest-'))
        request(world, { method: 'PATCH', path: pathOf(STAGE.namespace, { kind: 'BackupRepository', name: made?.metadata.name ?? 'none' }), body: { spec: { region: 'eu-central-1' } } })
      }),
      readiness('BackupPolicy', 'often', { status: 'False', reason: 'RepositoryNotReady' }),
    ],
  },
  { name: 'policy/volumesRule', marks: ['reason/NoVolumesMatched'], repository: true, steps: says('NoVolumesMatched', { strategy: 'tar', ...MAIN }) },
  { name: 'reason/TooManyVolumes', repository: true, steps: [act(world => makeClaims(world, 501)), { step: 'wait', seconds: 60 }, ...says('TooManyVolumes', { strategy: 'tar', ...MAIN })] },
  stalled('policy/snapshotRule', 'NoSnapshotClass', { strategy: 'snapshot', snapshotClassName: 'never' }),
  { ...stalled('a cluster without the snapshot API', 'SnapshotsUnavailable', { strategy: 'snapshot' }), repository: false, without: 'snapshots' },
  {
    name: 'reason/Suspended', repository: true,
    steps: [write('data'), policy('often', { strategy: 'tar', schedule: '* * * * *', suspend: true, ...MAIN }), { step: 'wait', seconds: 200 }, readiness('BackupPolicy', 'often', { status: 'True', reason: 'Suspended' })],
  },
  {
    name: 'reason/RetentionHeld', steps: [
      ...manyRuns(), patched('BackupPolicy', 'often', { spec: { retention: { maxBackups: 1 } } }), held('12@2 --overwrite'), { step: 'wait', seconds: 60 },
      patched('BackupPolicy', 'often', allowed('12')), held('COUNT@GENERATION'), ...allKept(),
      patched('BackupPolicy', 'often', allowed('12@2')), until('one is kept', 'BackupPolicy', 'often', object => object?.status?.storedBackupCount === 1),
    ],
  },
  {
    name: 'a consent to many deletions is for the spec that it was given for', marks: ['reason/RetentionHeld'],
    steps: [...manyRuns(), patched('BackupPolicy', 'often', allowed('12@1')), { step: 'wait', seconds: 60 }, patched('BackupPolicy', 'often', { spec: { retention: { maxBackups: 1 } } }), held('given for generation 1'), { step: 'wait', seconds: 60 }, ...allKept()],
  },
  {
    name: 'a policy that is deleted stops its runs and keeps their data', repository: true, steps: [
      write('data'), policy('often', { strategy: 'tar', schedule: YEARLY, ...MAIN }), readiness('BackupPolicy', 'often', { status: 'True', reason: 'Scheduled' }), runOf('often', 'good', 'tar'), ends('Backup', 'good', { phase: 'Completed', reason: 'Completed' }),
      runOf('often', 'late', 'tar'), until('it runs', 'Backup', 'late', object => object?.status?.phase === 'Running'), removed('BackupPolicy', 'often'), until('the policy is gone', 'BackupPolicy', 'often', isGone),
      ends('Backup', 'late', { phase: 'Failed', reason: 'Cancelled' }), ends('Backup', 'good', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
]

/** A policy with a fault in its spec does nothing, and says what is wrong. Mended it is well. */
function stalled(name: string, reason: string, spec: Partial<BackupPolicySpec>): Corner {
  return { name, marks: [`reason/${reason}`], repository: true, steps: [write('data'), ...says(reason, spec)] }
}

function says(reason: string, spec: Partial<BackupPolicySpec>): readonly Step[] {
  return [
    policy('often', { schedule: YEARLY, ...spec }), readiness('BackupPolicy', 'often', { status: 'False', reason }), { step: 'wait', seconds: 30 },
    until('it is stalled', 'BackupPolicy', 'often', isReady('False')),
  ]
}

/** A policy that lets nothing expire yet, and more good points than may go at once. */
function manyRuns(): readonly Step[] {
  return [
    write('data'), policy('often', { strategy: 'snapshot', schedule: YEARLY }), readiness('BackupPolicy', 'often', { status: 'True', reason: 'Scheduled' }),
    ...RUNS.map(name => runOf('often', name, 'snapshot')), ...RUNS.map(name => ends('Backup', name, { phase: 'Completed', reason: 'Completed' })),
  ]
}

function allKept(): readonly Step[] {
  return [until('all are kept', 'BackupPolicy', 'often', object => object?.status?.storedBackupCount === RUNS.length)]
}

function held(words: string): Step {
  return until(`it says ${words}`, 'BackupPolicy', 'often', object =>
    (object?.status?.conditions as readonly Condition[] | undefined)?.some(({ type, reason, message }) => type === 'RetentionHeld' && reason === 'RetentionHeld' && message?.includes(words) === true) === true)
}

function allowed(value: string): object {
  return { metadata: { annotations: { [ANNOTATION.allowDeletions]: value } } }
}

function central(allowedNamespaces: readonly string[]): object {
  return { apiVersion: API_VERSION, kind: 'ClusterBackupRepository', metadata: { name: 'central' }, spec: { destination: PLACE, allowedNamespaces } }
}

/** Claims whose volumes are lost: nothing needs to be made for them, and they are selected like any other. */
function makeClaims(world: Parameters<typeof request>[0], count: number): void {
  for (let index = 0; index < count; index++) {
    const claim = claimOf(`data-${index}`) as { spec: object }
    request(world, { method: 'POST', path: pathOf(STAGE.namespace, { kind: 'PersistentVolumeClaim' }), body: { ...claim, spec: { ...claim.spec, storageClassName: 'none' } } })
    request(world, { method: 'PATCH', path: `${pathOf(STAGE.namespace, { kind: 'PersistentVolumeClaim', name: `data-${index}` })}/status`, body: { status: { phase: 'Lost' } } })
  }
}
