import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import type { BackupSpec, KubeObject, Retention } from '../../../schemas/generated/types.ts'
import { inPhase, isGone, isReady, type Step } from '../scenarios/scenario.ts'
import { annotated, backupObject, policy, until, write } from '../scenarios/steps.ts'
import type { World } from '../world.ts'
import type { Corner, CornerStep } from './corner.ts'
import { act, apply, backupsAre, check, ends, faults, patched, request, tornAway, wait } from './steps.ts'

const well = until('it is well', 'BackupPolicy', 'often', isReady('True'))

/** What goes with its time, and what never does. */
export const RETENTION_CORNERS: readonly Corner[] = [
  { name: 'runs that failed push no good one out', steps: [write('data'), ...good('first'), ...failed('second'), ...failed('third'), ...good('fourth'), ...keeps({ maxBackups: 2 }), backupsAre('first', 'second', 'third', 'fourth'), well] },
  { name: 'neither do runs that are not whole', steps: [write('data'), ...good('first'), ...partial('second'), ...good('third'), ...keeps({ maxBackups: 2 }), backupsAre('first', 'second', 'third'), well] },
  {
    name: 'while runs fail nothing expires',
    steps: [write('data'), ...good('first'), ...good('second'), ...failed('third'), ...keeps({ maxBackups: 1 }), backupsAre('first', 'second', 'third'), ...good('fourth'), goes('first'), goes('second'), backupsAre('third', 'fourth'), well],
  },
  {
    name: 'the newest good point of a volume never expires',
    steps: [write('data'), write('logs'), ...good('first', { volumes: ['data', 'logs'] }), ...good('second'), ...good('third'), ...keeps({ maxBackups: 1 }), goes('second'), backupsAre('first', 'third'), well],
  },
  { name: 'when the newest is too old itself nothing expires', steps: [write('data'), ...good('first'), ...good('second'), wait(3600), ...keeps({ maxAge: '30m' }), backupsAre('first', 'second'), well] },
  { name: 'what is older than maxAge expires', steps: [write('data'), ...good('first'), wait(2400), ...good('second'), ...keeps({ maxAge: '30m' }), goes('first'), backupsAre('second'), well] },
  {
    name: 'what is being deleted does not count as kept', steps: [
      write('data'), ...good('first'), ...good('second'), ...good('third'), faults('snapshotFails'), patched('Backup', 'third', annotated(ANNOTATION.deleteRequested)), until('it is Deleting', 'Backup', 'third', inPhase('Deleting')),
      ...keeps({ maxBackups: 2 }), backupsAre('first', 'second', 'third'), well,
    ],
  },
  {
    name: 'while a policy is suspended nothing expires',
    steps: [write('data'), ...good('first'), ...good('second'), ...keeps({ maxBackups: 1 }, { suspend: true }), backupsAre('first', 'second'), patched('BackupPolicy', 'often', { spec: { suspend: false } }), goes('first'), well],
  },
  {
    name: 'a record with the policy\'s label that is not of the policy does not expire',
    steps: [write('data'), ...good('first', { policy: 'other' }), ...good('second'), ...good('third'), ...keeps({ maxBackups: 1 }), goes('second'), backupsAre('first', 'third'), well],
  },
  {
    name: 'of failed runs as many stay as failedHistoryLimit says',
    steps: [write('data'), ...failed('first'), ...failed('second'), ...good('third'), ...keeps(undefined, { failedHistoryLimit: 1 }), goes('first'), backupsAre('second', 'third'), well],
  },
  {
    name: 'what was meant for one record does not meet another of its name', steps: [
      write('data'), ...good('first'), ...good('second'), ...keeps({ maxBackups: 2 }), act(swapAtLook), patched('BackupPolicy', 'often', { spec: { retention: { maxBackups: 1 } } }), wait(2),
      check(({ api }) => api.all('holdfast.dev/v1alpha1/backups').some(({ metadata }) => metadata.annotations?.[ANNOTATION.deleteRequested] !== undefined) ? 'a deletion was asked for' : undefined), wait(120), goes('second'), backupsAre('first'), well,
    ],
  },
]

/** Between the decision about a record and what is done to it, the record is deleted and another made under its name. */
function swapAtLook(world: World): void {
  world.cluster.mishaps.answer = ({ method, path }) => {
    if (method !== 'GET' || !path.endsWith('/backups/first')) return undefined
    world.cluster.mishaps.answer = undefined
    tornAway(world, world.api.read<KubeObject>(path) as KubeObject)
    request(world, { method: 'POST', path: path.slice(0, -'/first'.length), body: record('first', {}) })
    return undefined
  }
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
  return [policy('often', { strategy: 'snapshot', ...(retention && { retention }), ...more }), well, wait(120)]
}

function goes(name: string): Step {
  return until(`${name} is gone`, 'Backup', name, isGone)
}
