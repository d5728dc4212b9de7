import { ANNOTATION } from '../../../lib/api.ts'
import { childName } from '../../../lib/names.ts'
import type { BackupPolicySpec } from '../../../schemas/generated/types.ts'
import { SNAPSHOT_CLASS } from './objects.ts'
import { inPhase, isGone, isReady, type Scenario, type Step } from './scenario.ts'
import { annotated, at, backup, backupObject, passes, policy, restored, runOf, until, write, type Strategy } from './steps.ts'

const YEARLY = '0 3 1 1 *'
/** A command that is still at work when somebody interferes. */
const SLEEPS = (seconds: number): { custom: { command: string[] } } => ({ custom: { command: ['/bin/sh', '-c', `sleep ${seconds}; echo whole`] } })

/** More of what people do: for the comparison with a real node, and once each in the simulator. No blows are dealt to these; that would take too long. */
export const FURTHER: readonly Scenario[] = [
  ...(['external', 'tar', 'snapshot'] as const).map(strategy => story(`${strategy}: retention keeps two, and after an edit one`, strategy, [
    kept(strategy, { retention: { maxBackups: 2 } }), ...run('run-1', strategy), ...run('run-2', strategy), ...run('run-3', strategy), until('run-1 is gone', 'Backup', 'run-1', isGone),
    { step: 'patch', at: at('BackupPolicy', 'often'), patch: { spec: { retention: { maxBackups: 1 } } } }, until('run-2 is gone', 'Backup', 'run-2', isGone),
  ])),
  ...(['tar', 'snapshot'] as const).map(strategy => story(`${strategy}: a restore of a policy takes the newest`, strategy, [
    kept(strategy, {}), ...run('run-1', strategy), write('data'), ...run('run-2', strategy), ...restored('again', { policy: 'often', volumes: [{ source: 'data', target: 'copy' }] }),
  ])),
  ...(['external', 'snapshot'] as const).map(strategy => story(`${strategy}: a record that says so takes its data along`, strategy, [
    { step: 'apply', object: backupObject('first', strategy, { deletionPolicy: 'Delete' }) }, passes('first is completed', 'Backup', 'first', inPhase('Completed')),
    { step: 'delete', at: at('Backup', 'first') }, until('first is gone', 'Backup', 'first', isGone),
  ])),
  story('a policy runs by the clock until it is suspended', 'snapshot', [
    kept('snapshot', { schedule: '* * * * *' }), passes('two runs were good', 'BackupPolicy', 'often', object => Number(object?.status?.storedBackupCount ?? 0) >= 2),
    { step: 'patch', at: at('BackupPolicy', 'often'), patch: { spec: { suspend: true } } }, until('it is suspended', 'BackupPolicy', 'often', isReady('True')),
  ]),
  story('several volumes, one that is not there', 'tar', [
    write('other'), ...['two', 'three'].flatMap((name, more) => [
      { step: 'apply', object: backupObject(name, 'tar', { volumes: ['data', 'other', 'never'].slice(0, 2 + more), mover: { parallelism: 1 } }) } as const, until(`${name} has ended`, 'Backup', name, inPhase('Completed', 'PartiallyFailed')),
    ]),
  ]),
  story('a run is cancelled while it runs', 'custom', [
    ...beginning('first', 600), { step: 'patch', at: at('Backup', 'first'), patch: annotated(ANNOTATION.cancelRequested) },
    until('it has failed', 'Backup', 'first', inPhase('Failed')),
  ]),
  story('a policy is deleted while a run of it goes on', 'custom', [
    kept('custom', {}), ...run('good', 'custom'), ...beginning('late', 600), { step: 'delete', at: at('BackupPolicy', 'often') },
    until('the run has failed', 'Backup', 'late', inPhase('Failed')), until('the policy is gone', 'BackupPolicy', 'often', isGone),
  ]),
  story('the Job of a run is deleted', 'custom', [...beginning('first', 10), { step: 'delete', at: at('Job', childName('first', 'backup', 'data')) }, until('it is completed all the same', 'Backup', 'first', inPhase('Completed'))]),
  story('a run under way is deleted with what it has written', 'custom', [
    ...backup('other', 'custom'), ...beginning('first', 600), { step: 'patch', at: at('Backup', 'first'), patch: annotated(ANNOTATION.deleteRequested) }, until('first is gone', 'Backup', 'first', isGone),
  ]),
]

function story(name: string, strategy: Strategy, steps: readonly Step[]): Scenario {
  return { name, repository: strategy !== 'snapshot', steps: [write('data'), ...steps] }
}

/** A policy that runs when it is told to. */
function kept(strategy: Strategy, spec: Partial<BackupPolicySpec>): Step {
  const place = strategy === 'snapshot' ? { snapshotClassName: SNAPSHOT_CLASS } : { repositoryRef: { name: 'main' } }
  const { spec: made } = backupObject('any', strategy, {}) as { spec: Pick<BackupPolicySpec, 'custom' | 'image'> }
  return policy('often', { strategy, schedule: YEARLY, ...place, ...(strategy === 'custom' && { custom: made.custom, image: made.image }), ...spec })
}

/** A good run of that policy. */
function run(name: string, strategy: Strategy): readonly Step[] {
  return [runOf('often', name, strategy), passes(`${name} is completed`, 'Backup', name, inPhase('Completed'))]
}

/** A run of that policy whose mover is at work. */
function beginning(name: string, seconds: number): readonly Step[] {
  return [runOf('often', name, 'custom', SLEEPS(seconds)), passes(`the mover of ${name} is at work`, 'Job', childName(name, 'backup', 'data'), object => Number(object?.status?.active ?? 0) > 0)]
}
