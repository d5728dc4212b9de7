import type { Restore } from '../../../schemas/generated/types.ts'
import { aBackup, aRestore, completed } from '../objects.ts'
import { cliTable } from '../table.ts'

const lacking = (name: string, reason: string): Restore => aRestore(name, {
  phase: 'Completed', message: `1 of 1 volumes restored (${reason})`, volumes: [{ source: 'data', target: 'data-back', phase: 'Completed', reason }],
})
const objects = [
  aBackup('done', '2026-11-19T01:00:00Z', { status: completed('2026-11-19T01:01:00Z', 'data') }), aBackup('new', '2026-11-19T01:00:00Z'),
  aBackup('leaving', '2026-11-19T01:00:00Z', { status: { phase: 'Deleting' } }),
  aRestore('partial', { phase: 'PartiallyFailed', message: 'one of two' }), lacking('lacking', 'UnreadableFiles'), lacking('whole', 'Completed'),
]

cliTable('kubectl backup wait', {
  'returns at once when the backup is over': { args: ['wait', 'done'], fake: { objects }, stderr: /^backup\.holdfast\.dev\/done Completed/ },
  'waits for restores too': { args: ['wait', 'restore/partial'], fake: { objects }, code: 3, stderr: /PartiallyFailed: one of two/ },
  'ends with 3 when a restore is Completed but its point lacks files': { args: ['wait', 'restore/lacking'], fake: { objects }, code: 3, stderr: /Completed: 1 of 1 volumes restored \(UnreadableFiles\)/ },
  'and with 0 when it lacks none': { args: ['wait', 'restore/whole'], fake: { objects }, stderr: /Completed: 1 of 1/ },
  'ends with 1 when the backup is deleted meanwhile': { args: ['wait', 'leaving'], fake: { objects }, code: 1, stderr: /is being deleted/ },
  'ends with 5 when there is none': { args: ['wait', 'nope'], fake: { objects }, code: 5, stderr: /not found/ },
  'ends with 8 at the timeout': { args: ['wait', 'new', '--timeout', '50ms'], fake: { objects }, code: 8, stderr: /was not done within 50ms/ },
  'knows a wrong timeout': { args: ['wait', 'new', '--timeout', 'soon'], fake: { objects }, code: 2, stderr: /--timeout must be a time such as 30s, 10m or 1h30m; got "soon"/ },
  'does not wait for policies': { args: ['wait', 'policy/nightly'], fake: { objects }, code: 2, stderr: /one of backup\/NAME, restore\/NAME/ },
})
