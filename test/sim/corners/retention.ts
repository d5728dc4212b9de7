import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import type { BackupSpec, KubeObject, Retention } from '../../../schemas/generated/types.ts'
import type { Condition, StoredContent } from '../invariants/resources.ts'
import { inPhase, isGone, isReady, type Seen, type Step } from '../scenarios/scenario.ts'
import { pathOf, STAGE } from '../scenarios/stage.ts'
import { annotated, backupObject, policy, restoreObject, until, write } from '../scenarios/steps.ts'
import type { World } from '../world.ts'
import type { Corner, CornerStep } from './corner.ts'
import { act, apply, backupsAre, check, ends, faults, patched, removed, request, statusEdited, tornAway, wait } from './steps.ts'

/** Later than any story ends. */
const FUTURE = '2026-11-22T09:00:00Z'
const OFTEN = pathOf(STAGE.namespace, { kind: 'BackupPolicy', name: 'often' })
const COPY = { policy: 'often', volumes: [{ source: 'data', target: 'copy' }] }
const FOUNDED = policy('often', { strategy: 'snapshot' })
const begun = [write('data'), FOUNDED]
const well = until('it is well', 'BackupPolicy', 'often', isReady('True'))

/** What goes with its time, and what never does. */
export const RETENTION_CORNERS: readonly Corner[] = [
  { name: 'runs that failed push no good one out', steps: [...begun, ...good('first'), ...failed('second'), ...failed('third'), ...good('fourth'), ...keeps({ maxBackups: 2 }), backupsAre('first', 'second', 'third', 'fourth'), well] },
  { name: 'neither do runs that are not whole', steps: [...begun, ...good('first'), ...partial('second'), ...good('third'), ...keeps({ maxBackups: 2 }), backupsAre('first', 'second', 'third'), well] },
  {
    name: 'while runs fail nothing expires',
    steps: [...begun, ...good('first'), ...good('second'), ...failed('third'), ...keeps({ maxBackups: 1 }), backupsAre('first', 'second', 'third'), ...good('fourth'), goes('first'), goes('second'), backupsAre('third', 'fourth'), well],
  },
  {
    name: 'the newest good point of a volume never expires',
    steps: [...begun, write('logs'), ...good('first', { volumes: ['data', 'logs'] }), ...good('second'), ...good('third'), ...keeps({ maxBackups: 1 }), goes('second'), backupsAre('first', 'third'), well],
  },
  { name: 'when the newest is too old itself nothing expires', steps: [...begun, ...good('first'), ...good('second'), wait(3600), ...keeps({ maxAge: '30m' }), backupsAre('first', 'second'), well] },
  { name: 'what is older than maxAge expires', steps: [...begun, ...good('first'), wait(2400), ...good('second'), ...keeps({ maxAge: '30m' }), goes('first'), backupsAre('second'), well] },
  {
    name: 'what is being deleted does not count as kept', steps: [
      ...begun, ...good('first'), ...good('second'), ...good('third'), faults('snapshotFails'), patched('Backup', 'third', annotated(ANNOTATION.deleteRequested)), until('it is Deleting', 'Backup', 'third', inPhase('Deleting')),
      ...keeps({ maxBackups: 2 }), backupsAre('first', 'second', 'third'), well,
    ],
  },
  {
    name: 'a request that nobody understands keeps nothing from expiring',
    steps: [...begun, ...good('first'), ...good('second'), patched('Backup', 'first', { metadata: { annotations: { [ANNOTATION.deleteRequested]: 'true' } } }), ...keeps({ maxBackups: 1 }), goes('first'), backupsAre('second'), well],
  },
  {
    name: 'while a policy is suspended nothing expires',
    steps: [...begun, ...good('first'), ...good('second'), ...keeps({ maxBackups: 1 }, { suspend: true }), backupsAre('first', 'second'), patched('BackupPolicy', 'often', { spec: { suspend: false } }), goes('first'), well],
  },
  {
    name: 'a record with the policy\'s label that is not of the policy does not expire',
    steps: [...begun, ...good('first', { policy: 'other' }), ...good('second'), ...good('third'), ...keeps({ maxBackups: 1 }), goes('second'), backupsAre('first', 'third'), well],
  },
  {
    name: 'of failed runs as many stay as failedHistoryLimit says',
    steps: [...begun, ...failed('first'), ...failed('second'), ...good('third'), ...keeps(undefined, { failedHistoryLimit: 1 }), goes('first'), backupsAre('second', 'third'), well],
  },
  {
    name: 'reason/CompletedInFuture', steps: [
      ...begun, ...good('first'), ahead('first'), ...good('second'), ahead('second', '2026-11-22T10:00:00Z'), ...good('third'), ...keeps({ maxBackups: 2 }),
      ...good('fourth'), ...good('fifth'), goes('third'), backupsAre('first', 'second', 'fourth', 'fifth'), until('the policy says what is not counted', 'BackupPolicy', 'often', says('CompletedInFuture', 'second')),
    ],
  },
  {
    name: 'a run of the future counts once its time has come',
    steps: [...begun, ...good('first'), ahead('first', '2026-11-21T09:20:00Z'), ...good('second'), ...keeps({ maxBackups: 1 }), backupsAre('first', 'second'), wait(1200), goes('second'), backupsAre('first'), well],
  },
  {
    name: 'a run of the future that failed lets nothing expire, for it may be the newest', marks: ['reason/CompletedInFuture'],
    steps: [...begun, ...good('first'), ...good('second'), ...failed('third'), ahead('third'), ...good('fourth'), ...keeps({ maxBackups: 1 }), backupsAre('first', 'second', 'third', 'fourth'), removed('Backup', 'third'), goes('first'), goes('second'), backupsAre('fourth'), well],
  },
  {
    name: 'a point of the future does not stand for the newest run, which failed', marks: ['reason/CompletedInFuture'],
    steps: [...begun, ...good('first'), ...good('second'), ...good('third'), ahead('third'), ...failed('fourth'), ...keeps({ maxBackups: 1 }), backupsAre('first', 'second', 'third', 'fourth'), well],
  },
  {
    name: 'a restore of a policy takes no point of the future while there is another',
    steps: [...begun, ...good('first'), ...good('second'), ahead('second'), wait(60), apply(restoreObject('again', COPY)), takes('first'), removed('Backup', 'first'), apply(restoreObject('more', { ...COPY, volumes: [{ source: 'data', target: 'more' }] })), takes('second', 'more')],
  },
  {
    name: 'while the newest point is lost nothing expires', marks: ['reason/SnapshotLost'],
    steps: [...begun, ...good('first'), ...good('second'), ...loses('second'), ...keeps({ maxBackups: 1, maxAge: '1m' }), backupsAre('first', 'second'), ...good('third'), goes('first'), goes('second'), backupsAre('third'), well],
  },
  {
    name: 'a restore of a policy takes no point that is lost', marks: ['reason/SnapshotLost'],
    steps: [...begun, ...good('first'), ...good('second'), ...loses('second'), apply(restoreObject('again', COPY)), takes('first')],
  },
  {
    name: 'what was meant for one record does not meet another of its name', steps: [
      ...begun, ...good('first'), ...good('second'), ...keeps({ maxBackups: 2 }), act(swapAtLook), patched('BackupPolicy', 'often', { spec: { retention: { maxBackups: 1 } } }), wait(2),
      check(({ api }) => api.all('holdfast.dev/v1alpha1/backups').some(({ metadata }) => metadata.annotations?.[ANNOTATION.deleteRequested] !== undefined) ? 'a deletion was asked for' : undefined), wait(120), goes('second'), backupsAre('first'), well,
    ],
  },
  {
    name: 'reason/OlderThanPolicy',
    steps: [...begun, ...good('first'), ...good('second'), ...madeAnew(), ...keeps({ maxBackups: 1, maxAge: '1m' }), ...good('third'), ...good('fourth'), goes('third'), backupsAre('first', 'second', 'fourth'), older('2 restore points are older')],
  },
  {
    name: 'what a policy of the name before has left expires once somebody says that it may', marks: ['reason/OlderThanPolicy'], steps: [
      ...begun, ...good('first'), ...good('second'), ...madeAnew(), ...keeps({ maxBackups: 1 }), ...good('third'), patched('BackupPolicy', 'often', adopted('true')), older('is not honoured'), wait(60), backupsAre('first', 'second', 'third'),
      act(world => request(world, { method: 'PATCH', path: OFTEN, body: adopted(world.api.read<KubeObject>(OFTEN)?.metadata.uid ?? '') })), goes('first'), goes('second'), backupsAre('third'), well,
    ],
  },
  {
    name: 'a point of a policy before pushes none of the present one out, however late it says that it ended', marks: ['reason/OlderThanPolicy'], steps: [
      ...begun, ...good('first'), ...madeAnew(), ...good('second'), ...good('third'), ahead('first', '2026-11-21T09:20:00Z'), wait(1200), ...keeps({ maxBackups: 2 }), backupsAre('first', 'second', 'third'),
      ...good('fourth'), goes('second'), backupsAre('first', 'third', 'fourth'), older('1 restore point is older'),
    ],
  },
]

/** The policy goes, and some time later another of its name comes. */
function madeAnew(): readonly CornerStep[] {
  return [removed('BackupPolicy', 'often'), until('the policy is gone', 'BackupPolicy', 'often', isGone), wait(2), FOUNDED, well]
}

function older(words: string): Step {
  return until(`the policy says ${words}`, 'BackupPolicy', 'often', says('OlderThanPolicy', words))
}

function adopted(uid: string): object {
  return { metadata: { annotations: { [ANNOTATION.adoptBackups]: uid } } }
}

/** Between the decision about a record and what is done to it, the record is deleted and another made under its name. */
function swapAtLook(world: World): void {
  world.cluster.mishaps.answer = ({ method, path }) => {
    if (method !== 'GET' || !path.endsWith('/backups/first')) return undefined
    world.cluster.mishaps.answer = undefined
    tornAway(world, world.api.read<KubeObject>(path) as KubeObject)
    // Or the other would be refused: a snapshot is kept under its name.
    for (const content of world.api.all('snapshot.storage.k8s.io/v1/volumesnapshotcontents').filter(isOfFirst)) tornAway(world, content)
    request(world, { method: 'POST', path: path.slice(0, -'/first'.length), body: record('first', {}) })
    return undefined
  }
}

function isOfFirst({ metadata: { annotations } }: KubeObject): boolean {
  return annotations?.[ANNOTATION.backup] === 'first'
}

/** Its record says that it ended at a time to come. */
function ahead(name: string, completionTime = FUTURE): CornerStep {
  return statusEdited('Backup', name, { completionTime })
}

/** The driver has lost its snapshot, and somebody has removed the objects that led to it. */
function loses(name: string): readonly CornerStep[] {
  const snapshot = `${name}-snap-data`
  const lose = (world: World): void => {
    const contents = world.api.all<StoredContent>('snapshot.storage.k8s.io/v1/volumesnapshotcontents')
    const content = contents.find(({ spec }) => spec?.volumeSnapshotRef?.name === snapshot) as StoredContent
    world.cluster.disks.remove(content.status?.snapshotHandle ?? '')
    tornAway(world, content)
  }
  return [act(lose), removed('VolumeSnapshot', snapshot), until(`${name} is lost`, 'Backup', name, object => JSON.stringify(object?.status?.volumes).includes('SnapshotLost'))]
}

/** A restore that ends well, from this Backup. */
function takes(name: string, restore = 'again'): Step {
  return until(`${restore} is of ${name}`, 'Restore', restore, object => object?.status?.phase === 'Completed' && (object.status as { backup?: string }).backup === name, 1800)
}

/** Whether retention is held for this reason, and names this. */
function says(reason: string, name: string): (object: Seen | undefined) => boolean {
  return object => (object?.status?.conditions as readonly Condition[] | undefined)
    ?.some(held => held.type === 'RetentionHeld' && held.reason === reason && held.message?.includes(name) === true) === true
}

function run(name: string, more: Partial<BackupSpec>): Step {
  return apply(record(name, more))
}

function record(name: string, more: Partial<BackupSpec>): object {
  const object = backupObject(name, 'snapshot', { policy: 'often', ...more }) as { metadata: object }
  return { ...object, metadata: { ...object.metadata, labels: { [LABEL.policy]: 'often' } } }
}

function good(name: string, more: Partial<BackupSpec> = {}): readonly Step[] {
  return [run(name, more), ends('Backup', name, { phase: 'Completed', reason: 'Completed' }), wait(2)]
}

function failed(name: string): readonly Step[] {
  return [run(name, { volumes: ['never'] }), ends('Backup', name, { phase: 'Failed', reason: 'VolumeNotFound' }), wait(2)]
}

function partial(name: string): readonly Step[] {
  return [run(name, { volumes: ['data', 'never'] }), ends('Backup', name, { phase: 'PartiallyFailed', reason: 'SomeVolumesFailed' }), wait(2)]
}

function keeps(retention: Retention | undefined, more: object = {}): readonly CornerStep[] {
  return [patched('BackupPolicy', 'often', { spec: { retention, ...more } }), well, wait(120)]
}

function goes(name: string): Step {
  return until(`${name} is gone`, 'Backup', name, isGone)
}
