import assert from 'node:assert/strict'
import { failure } from '../fake-api.ts'
import { aBackup, aPolicy, aRepository, aRestore, completed, failed } from '../objects.ts'
import { cliTable } from '../table.ts'

const event = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'good.completed', namespace: 'shop' }, involvedObject: { kind: 'Backup', name: 'good' }, type: 'Normal', reason: 'Completed', message: 'all volumes', lastTimestamp: '2026-11-20T01:01:00Z' }
const objects = [
  aBackup('good', '2026-11-20T01:00:00Z', { status: completed('2026-11-20T01:01:00Z', 'data') }), aBackup('bad', '2026-11-20T01:00:00Z', { status: failed('wrong key') }),
  aBackup('running', '2026-11-20T01:00:00Z'), aRestore('back', { phase: 'Failed', message: 'no space', volumes: [{ source: 'data', target: 'data-back', phase: 'Failed', message: 'volume is full' }] }), aRestore('early', { phase: 'Failed', message: 'no such point' }),
  aPolicy('nightly', { schedule: '0 1 * * *', retention: { maxBackups: 7 } }, { conditions: [{ type: 'Ready', status: 'True', reason: 'Scheduled', message: 'next run tomorrow', lastTransitionTime: '2026-11-01T00:00:00Z' }], history: [{ backup: 'good', status: 'Completed' }] }),
  aRepository('main', { phase: 'Failed', message: 'bucket is absent', failures: 3 }),
]

cliTable('kubectl backup describe', {
  'shows a backup, its volumes, events and the next step': {
    args: ['describe', 'good'], fake: { objects: [...objects, event] },
    stdout: /^Name: +good\nNamespace: +shop\nPolicy: +nightly\n.*Phase: +Completed\n.*\n\nVolumes:\n {2}CLAIM +PHASE .*\n {2}data +Completed +5Mi .*\n\nEvents:\n {2}TYPE .*\n {2}Normal +Completed +\S+ +all volumes\n\nNext: kubectl backup restore good --volume data=data-restored --wait -n shop\n$/s,
    also: ({ api }) => assert.equal(new URL(api.requests.at(-1)?.url ?? '', 'http://x').searchParams.get('fieldSelector'), 'involvedObject.kind=Backup,involvedObject.name=good'),
  },
  'points to the logs of a failed one': { args: ['describe', 'bad'], fake: { objects }, stdout: /Message: +wrong key\n.*Next: kubectl backup logs bad -n shop\n$/s },
  'points to waiting for a running one': { args: ['describe', 'running'], fake: { objects }, stdout: /Phase: +New\n.*data +Pending.*Next: kubectl backup wait running -n shop\n$/s },
  'shows a restore': { args: ['describe', 'restore/back'], fake: { objects }, stdout: /^Name: +back\n.*SOURCE +TARGET.*data +data-back +Failed.*Messages:\n {2}data-back: volume is full\n.*Next: kubectl backup list --pvc data -n shop\n$/s },
  'points to the restore points when a restore never began': { args: ['describe', 'restore/early'], fake: { objects }, stdout: /Message: +no such point\n.*Next: kubectl backup list -n shop\n$/s },
  'shows a policy': { args: ['describe', 'policy/nightly'], fake: { objects }, stdout: /Selector: +app=shop\n.*Schedule: +0 1 \* \* \* \(Etc\/UTC\)\n.*Keep: +7 restore points, and always the last good one\n.*Conditions:\n.*next run tomorrow.*Runs:.*good +Completed.*Next: kubectl backup run nightly --wait -n shop\n$/s },
  'shows a repository': { args: ['describe', 'repository/main'], fake: { objects }, stdout: /URL: +s3:\/\/backups\/prod\n.*Message: +bucket is absent\nLast check|Failed checks: +3\n.*Next: kubectl backup repository check main --wait -n shop\n$/s },
  'shows several': { args: ['describe', 'good', 'policy/nightly'], fake: { objects }, stdout: /Name: +good\n.*\n\nName: +nightly\n/s },
  'prints the object as JSON': { args: ['describe', 'good', '-o', 'json'], fake: { objects }, stdout: /"name": "good"/, also: ({ stdout }) => assert.deepEqual(JSON.parse(stdout), objects[0]) },
  'does without events when it may not read them': {
    args: ['describe', 'good'], stdout: /Events: not allowed to read them\n\nNext/,
    fake: { objects, intercept: ({ url }) => url.includes('/events') ? { status: 403, body: failure(403, { reason: 'Forbidden', message: 'no' }) } : undefined },
  },
  'knows its kinds': { args: ['describe', 'pod/x'], code: 2, stderr: /"pod\/x" is not understood here: give NAME of a backup, or one of backup\/NAME, restore\/NAME, policy\/NAME, repository\/NAME/ },
})
