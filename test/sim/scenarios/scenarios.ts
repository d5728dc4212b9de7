import { ANNOTATION } from '../../../lib/api.ts'
import { inPhase, isGone, isReady, type Scenario, type Step } from './scenario.ts'
import { annotated, at, backup, backupObject, policy, restored, restoreObject, STRATEGIES, until, write, type Strategy } from './steps.ts'
import { STRUCK } from './struck.ts'

/** Everything a person does with Holdfast, one story each. */
export const SCENARIOS: readonly Scenario[] = [
  ...STRATEGIES.map(strategy => story(`${strategy}: backup and restore`, strategy, [
    ...backup('first', strategy), write('data'), ...backup('second', strategy), ...restored('again', { backup: 'first', volumes: [{ source: 'data', target: 'copy' }] }),
  ])),
  ...STRATEGIES.map(strategy => story(`${strategy}: a backup is deleted with its data, another keeps it`, strategy, [
    ...backup('first', strategy), ...backup('second', strategy),
    { step: 'patch', at: at('Backup', 'first'), patch: annotated(ANNOTATION.deleteRequested) }, until('first is gone', 'Backup', 'first', isGone),
    { step: 'delete', at: at('Backup', 'second') }, until('second is gone', 'Backup', 'second', isGone),
  ])),
  ...STRATEGIES.map(strategy => story(`${strategy}: backups are deleted in the foreground`, strategy, [
    ...backup('first', strategy), { step: 'delete', at: at('Backup', 'first'), propagation: 'Foreground' }, until('first is gone', 'Backup', 'first', isGone),
  ])),
  story('a policy runs every minute and keeps two', 'tar', [
    policy('often', { strategy: 'tar', schedule: '* * * * *', retention: { maxBackups: 2 }, repositoryRef: { name: 'main' } }),
    until('three runs were good', 'BackupPolicy', 'often', object => completed(object) >= 2 && oldest(object), 600),
    { step: 'patch', at: at('BackupPolicy', 'often'), patch: { spec: { suspend: true } } }, { step: 'wait', seconds: 90 },
    until('it is suspended', 'BackupPolicy', 'often', isReady('True')),
  ], 'slots follow the clock, and so do the names of runs', twoOfOften),
  story('a policy is mended', 'tar', [
    policy('broken', { strategy: 'tar', schedule: '61 * * * *', repositoryRef: { name: 'main' } }), until('it says so', 'BackupPolicy', 'broken', isReady('False')),
    { step: 'patch', at: at('BackupPolicy', 'broken'), patch: { spec: { schedule: '0 3 1 1 *' } } }, until('it is ready', 'BackupPolicy', 'broken', isReady('True')),
    { step: 'delete', at: at('BackupPolicy', 'broken') }, until('it is gone', 'BackupPolicy', 'broken', isGone),
  ]),
  story('a run is cancelled', 'tar', [
    { step: 'apply', object: backupObject('first', 'tar', { volumes: ['absent', 'data'] }) }, { step: 'patch', at: at('Backup', 'first'), patch: annotated(ANNOTATION.cancelRequested) },
    until('it has ended', 'Backup', 'first', inPhase('Failed', 'PartiallyFailed', 'Completed')),
  ], 'how far the run came depends on the moment'),
  story('restores that cannot be', 'tar', [
    ...backup('first', 'tar'),
    { step: 'apply', object: restoreObject('taken', { backup: 'first' }) }, until('taken fails', 'Restore', 'taken', inPhase('Failed')),
    { step: 'apply', object: restoreObject('absent', { backup: 'never' }) }, until('absent fails', 'Restore', 'absent', inPhase('Failed'), 900),
  ]),
  story('a restore is deleted, its claim stays', 'external', [
    ...backup('first', 'external'), ...restored('again', { backup: 'first', volumes: [{ source: 'data', target: 'copy' }] }),
    { step: 'delete', at: at('Restore', 'again') }, until('again is gone', 'Restore', 'again', isGone), { step: 'wait', seconds: 10 },
  ]),
  story('a name is used again', 'external', [
    ...backup('first', 'external'), { step: 'delete', at: at('Backup', 'first') }, until('first is gone', 'Backup', 'first', isGone),
    write('data'), { step: 'apply', object: backupObject('first', 'external', {}) }, until('the second first is refused: the name stands for data that is kept', 'Backup', 'first', inPhase('Failed')),
    ...backup('other', 'external'),
  ]),
  ...STRUCK,
]

function story(name: string, strategy: Strategy, steps: readonly Step[], ...more: readonly [simulatorOnly?: string, judge?: Scenario['judge']]): Scenario {
  const [simulatorOnly, judge] = more
  return { name, repository: strategy !== 'snapshot', steps: [write('data'), ...steps], ...(simulatorOnly !== undefined && { simulatorOnly }), ...(judge && { judge }) }
}

/**
 * Which slots were run, and whether retention still came to the third before all was suspended, depends on when somebody was
 * down; that at least two good ones are kept, each with its data, and no data besides, does not.
 */
function twoOfOften(last: readonly string[]): string | undefined {
  const kept = last.filter(line => line.startsWith('Backup ') && line.includes('"phase":"Completed"')).map(line => /often-\d+-\d+/.exec(line)?.[0])
  const points = last.filter(line => line.startsWith('point ')).map(line => /often-\d+-\d+/.exec(line)?.[0])
  const whole = kept.length >= 2 && kept.every(name => points.includes(name)) && points.length === kept.length
  return whole ? undefined : `kept are ${kept.join(' ')}, stored is ${points.join(' ')}`
}

interface PolicyStatus { readonly storedBackupCount?: number; readonly history?: readonly { status: string }[] }

function completed(object: { status?: object } | undefined): number {
  return (object?.status as PolicyStatus | undefined)?.storedBackupCount ?? 0
}

/** Retention has worked at least once: more runs were made than there are. */
function oldest(object: { status?: object } | undefined): boolean {
  return ((object?.status as PolicyStatus | undefined)?.history?.length ?? 0) >= 2
}
