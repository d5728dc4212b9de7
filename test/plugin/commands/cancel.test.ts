import assert from 'node:assert/strict'
import { aBackup, completed } from '../objects.ts'
import { cliTable } from '../table.ts'

const objects = [aBackup('running', '2026-11-20T01:00:00Z', { status: { phase: 'Running' } }), aBackup('done', '2026-11-19T01:00:00Z', { status: completed('2026-11-19T01:01:00Z', 'data') })]

cliTable('kubectl backup cancel', {
  'asks for the end of a run': {
    args: ['cancel', 'running'], fake: { objects }, writes: [/^PATCH .*\/backups\/running\?/], stdout: 'backup.holdfast.dev/running cancel requested\n',
    also: ({ api }) => assert.deepEqual(api.writes[0]?.body, {
      metadata: { uid: 'uid-running', annotations: { 'holdfast.dev/cancel-requested': '{"requestedBy":"user","reason":"kubectl backup cancel"}' } },
    }),
  },
  'refuses what is over, and changes nothing': { args: ['cancel', 'running', 'done'], fake: { objects }, code: 1, stderr: 'Error: backup "done" is Completed, so there is nothing to cancel. To remove it: kubectl backup delete done -n shop\n' },
})
