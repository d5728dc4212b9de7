import assert from 'node:assert/strict'
import type { Restore } from '../../../schemas/generated/types.ts'
import { aBackup, aClaim, aPolicy, completed, failed } from '../objects.ts'
import { cliTable } from '../table.ts'

const two = { spec: { volumes: ['data', 'logs'] } }
const objects = [
  aPolicy('nightly'), aPolicy('fresh'), aClaim('data'),
  aBackup('good', '2026-11-20T01:00:00Z', { ...two, status: completed('2026-11-20T01:01:00Z', 'data', 'logs') }),
  aBackup('half', '2026-11-19T01:00:00Z', { ...two, status: { phase: 'PartiallyFailed', volumes: [{ pvc: 'logs', phase: 'Completed' }, { pvc: 'data', phase: 'Failed' }] } }),
  aBackup('bad', '2026-11-18T01:00:00Z', { status: failed('wrong key') }),
  aBackup('running', '2026-11-21T01:00:00Z', { status: { phase: 'Running' } }),
  aBackup('leaving', '2026-11-17T01:00:00Z', { status: completed('2026-11-17T01:01:00Z', 'data'), annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"user"}' } }),
]
const taken = completed('2026-11-20T03:01:00Z', 'data')
const notNewest = [
  aPolicy('nightly'), aClaim('data'), aBackup('good', '2026-11-20T01:00:00Z', { status: completed('2026-11-20T01:01:00Z', 'logs') }),
  aBackup('ahead', '2026-11-20T02:00:00Z', { status: completed('2999-11-20T02:01:00Z', 'data') }),
  aBackup('lost', '2026-11-20T03:00:00Z', { status: { ...taken, volumes: taken?.volumes?.map(volume => ({ ...volume, reason: 'SnapshotLost' })) ?? [] } }),
]
const created = /^POST .*\/namespaces\/shop\/restores\?/
const specOf = (body: unknown): Restore['spec'] => (body as Restore).spec

cliTable('kubectl backup restore', {
  'restores a volume under another name': {
    args: ['restore', 'good', '--volume', 'data=data-back', '--name', 'x'], fake: { objects }, writes: [created], stdout: 'restore.holdfast.dev/x created\n',
    also: ({ api }) => {
      assert.deepEqual(specOf(api.writes[0]?.body), { backup: 'good', volumes: [{ source: 'data', target: 'data-back' }] })
      assert.equal((api.writes[0]?.body as Restore).metadata.labels?.['holdfast.dev/backup'], 'good')
    },
  },
  'makes a name from the backup and the time': { args: ['restore', 'good', '--volume', 'logs'], fake: { objects }, writes: [created], stdout: /^restore\.holdfast\.dev\/good-restore-\d{8}-\d{6} created\n$/ },
  'gives size and class to every volume': {
    args: ['restore', 'good', '--volume', 'data=a,logs=b', '--size', '20Gi', '--storage-class', 'fast', '--name', 'x'], fake: { objects }, writes: [created], stdout: 'restore.holdfast.dev/x created\n',
    also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body).volumes, [{ source: 'data', target: 'a', size: '20Gi', storageClassName: 'fast' }, { source: 'logs', target: 'b', size: '20Gi', storageClassName: 'fast' }]),
  },
  'leaves no volume of a partial backup out, also with a size: the Restore fails those that are not in it': { args: ['restore', 'half', '--size', '1Gi', '--name', 'x'], fake: { objects }, writes: [created], stdout: 'restore.holdfast.dev/x created\n',
    also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body), { backup: 'half', volumes: [{ source: 'data', size: '1Gi' }, { source: 'logs', size: '1Gi' }] }) },
  'and so without one': { args: ['restore', 'half', '--name', 'x'], fake: { objects }, writes: [created], stdout: 'restore.holdfast.dev/x created\n',
    also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body), { backup: 'half' }) },
  'restores from a policy as of a time': {
    args: ['restore', '--policy', 'nightly', '--as-of', '2026-11-20T03:00:00+01:00', '--volume', 'data=back', '--name', 'x'], fake: { objects }, writes: [created], stdout: 'restore.holdfast.dev/x created\n',
    also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body), { policy: 'nightly', asOf: '2026-11-20T02:00:00Z', volumes: [{ source: 'data', target: 'back' }] }),
  },
  'never writes over a claim': {
    args: ['restore', 'good'], fake: { objects }, code: 1,
    stderr: 'Error: claim "data" already exists in namespace "shop", and a restore never overwrites one: give another name (--volume data=data-restored), or delete the claim first; its data goes with it unless its PersistentVolume\'s reclaim policy is Retain (docs/restore.md)\n',
  },
  'checks the claims of a policy too': { args: ['restore', '--policy', 'nightly'], fake: { objects }, code: 1, stderr: /claim "data" already exists/ },
  'prints the object with --dry-run': { args: ['restore', 'good', '--volume', 'logs', '--dry-run=client', '--name', 'x'], fake: { objects }, stdout: /kind: Restore\n.*name: x\n.*backup: good\n {2}volumes:\n {4}- source: logs\n$/s },
  'tells a volume that is not in the backup': { args: ['restore', 'half', '--volume', 'data=x'], fake: { objects }, code: 5, stderr: 'Error: backup "half" has no restore point of "data": it has logs\n' },
  'tells that a backup failed': { args: ['restore', 'bad'], fake: { objects }, code: 1, stderr: 'Error: backup "bad" is Failed and holds nothing to restore: wrong key\n' },
  'tells that a backup is not over': { args: ['restore', 'running'], fake: { objects }, code: 1, stderr: 'Error: backup "running" is still Running: wait for it with kubectl backup wait running -n shop\n' },
  'tells that a backup is on its way out': { args: ['restore', 'leaving'], fake: { objects }, code: 1, stderr: /backup "leaving" is being deleted/ },
  'tells an unknown backup': { args: ['restore', 'nope'], fake: { objects }, code: 5, stderr: /backups "nope" not found in namespace "shop"/ },
  'checks the claims of the newest point, which is none of the future and none that is lost': {
    args: ['restore', '--policy', 'nightly', '--name', 'x'], fake: { objects: notNewest }, writes: [created], stdout: 'restore.holdfast.dev/x created\n',
  },
  'tells an unknown policy': { args: ['restore', '--policy', 'nope'], fake: { objects }, code: 5, stderr: /backuppolicies "nope" not found/ },
  'tells a policy without restore points': { args: ['restore', '--policy', 'fresh'], fake: { objects }, code: 1, stderr: /policy "fresh" has no restore point yet: kubectl backup run fresh --wait -n shop makes one/ },
  'tells that no point is old enough': { args: ['restore', '--policy', 'nightly', '--as-of', '2020-01-01T00:00:00Z'], fake: { objects }, code: 1, stderr: /has no restore point from 2020-01-01T00:00:00Z or before/ },
  'needs a source': { args: ['restore'], code: 2, stderr: /say what to restore/ },
  'takes only one source': { args: ['restore', 'good', '--policy', 'nightly'], code: 2, stderr: /say what to restore/ },
  'takes --as-of only with a policy': { args: ['restore', 'good', '--as-of', '2026-11-20T03:00:00Z'], code: 2, stderr: /--as-of goes with --policy/ },
  'needs a time with its zone': { args: ['restore', '--policy', 'nightly', '--as-of', '2026-11-20'], code: 2, stderr: /--as-of must be a time with its zone.*got "2026-11-20"/ },
  'needs a right size': { args: ['restore', 'good', '--size', 'big'], code: 2, stderr: /--size must be a quantity such as 20Gi; got "big"/ },
  'needs volumes for a size with a policy': { args: ['restore', '--policy', 'nightly', '--size', '1Gi'], code: 2, stderr: /need --volume/ },
  'needs volumes of the right form': { args: ['restore', 'good', '--volume', 'data='], fake: { objects }, code: 2, stderr: /--volume must be SOURCE or SOURCE=TARGET; got "data="/ },
  'refuses one target for two': { args: ['restore', 'good', '--volume', 'data=x', '--volume', 'logs=x'], fake: { objects }, code: 2, stderr: /two volumes cannot both become claim "x"/ },
})
