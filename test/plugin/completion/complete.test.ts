import { aBackup, aClaim, aPolicy, aRestore, completed } from '../objects.ts'
import { cliTable, type Case } from '../table.ts'

const objects = [
  aPolicy('nightly'), aPolicy('hourly'), aClaim('data'), aRestore('back'),
  aBackup('n-1', '2026-11-19T01:00:00Z', { status: completed('2026-11-19T01:01:00Z', 'data') }), aBackup('n-2', '2026-11-20T01:00:00Z', { status: { phase: 'Running' } }),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bank' } },
]
const complete = (words: readonly string[], stdout: string | RegExp): Case => ({ args: ['__complete', ...words], fake: { objects }, stdout, stderr: '' })

cliTable('kubectl backup __complete', {
  'offers commands with their summaries': complete(['re'], 'restore\tBring data back into new claims\nrepository\tMake, list and check backup repositories\n:4\n'),
  'offers commands of a group': complete(['policy', 'pa'], 'pause\tStop scheduled runs and new deletions of policies\n:4\n'),
  'offers policies': complete(['run', ''], 'nightly\nhourly\n:4\n'),
  'looks in the namespace that was given': complete(['-n', 'bank', 'run', ''], ':4\n'),
  'offers backups, newest first, with their phase': complete(['delete', 'n'], 'n-2\tRunning\nn-1\tCompleted\n:4\n'),
  'offers no name twice': complete(['delete', 'n-1', ''], 'n-2\tRunning\n:4\n'),
  'offers only running ones to cancel': complete(['cancel', ''], 'n-2\tRunning\n:4\n'),
  'offers types before names': complete(['describe', 're'], 'restore/\nrepository/\n:4\n'),
  'offers names of a type': complete(['describe', 'restore/'], 'restore/back\n:4\n'),
  'offers flags': complete(['run', 'nightly', '--wa'], /^--wait\tWait for the end, .*\n:4\n$/),
  'offers values of a flag': complete(['list', '-o', ''], 'json\nyaml\nname\nwide\n:4\n'),
  'offers namespaces': complete(['list', '-n', 's'], 'shop\n:4\n'),
  'offers contexts': complete(['list', '--context', ''], 'test\n:4\n'),
  'offers policies for a flag': complete(['restore', '--policy', 'n'], 'nightly\n:4\n'),
  'offers shells': complete(['completion', 'z'], 'zsh\n:4\n'),
  'offers nothing after a command that takes nothing': complete(['status', ''], ':4\n'),
  'is silent when the cluster does not answer': { args: ['__complete', 'run', ''], fake: { intercept: () => ({ status: 500, body: 'down' }) }, stdout: ':4\n', stderr: '' },
})
