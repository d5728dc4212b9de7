import assert from 'node:assert/strict'
import { failure } from '../fake-api.ts'
import { aBackup, aClaim, aPolicy, aRepository, completed } from '../objects.ts'
import { cliTable } from '../table.ts'

const objects = [
  aPolicy('nightly'), aClaim('data'), aClaim('logs'), aClaim('lonely', { app: 'none' }), aClaim('far', {}, 'bank'),
  aClaim('tmp', { app: 'shop', 'app.kubernetes.io/managed-by': 'holdfast', 'holdfast.dev/role': 'restore' }),
  aBackup('one', '2020-11-20T01:00:00Z', { status: completed('2020-11-20T01:01:00Z', 'data') }),
]

const elsewhere = [
  aPolicy('nightly'), aClaim('data'), aRepository('main', { phase: 'Ready', storeId: 'new' }),
  aBackup('one', '2020-11-20T01:00:00Z', { status: { ...completed('2020-11-20T01:01:00Z', 'data'), storeId: 'old' } }),
]
const forbidden = { status: 403, body: failure(403, { reason: 'Forbidden', message: 'backuprepositories is forbidden' }) }

cliTable('kubectl backup status', {
  'shows each claim, and ends with 0 even when some are not protected': {
    args: ['status'], fake: { objects },
    stdout: /^CLAIM +STATUS +POLICY +LAST-GOOD\ndata +Protected +nightly +\d+y\S*\nlogs +NoRestorePoint +nightly +<none>\nlonely +Unprotected +<none> +<none>\n$/,
    stderr: '3 claims, 2 not protected, 1 without a policy. See -o wide for the reasons.\n',
  },
  'says why with -o wide': { args: ['status', '-o', 'wide'], fake: { objects }, stdout: /one +<none>\nlogs .*nothing was backed up yet\nlonely .*no policy selects it\n$/ },
  'shows all namespaces': { args: ['status', '-A'], fake: { objects }, stdout: /^NAMESPACE +CLAIM .*\nbank|shop +data.*\nbank +far +Unprotected/s },
  'prints for machines': {
    args: ['status', '-n', 'bank', '-o', 'json'], fake: { objects }, stdout: /./, stderr: '',
    also: ({ stdout }) => assert.deepEqual(JSON.parse(stdout), { claims: [{ namespace: 'bank', claim: 'far', status: 'Unprotected', policies: [], message: 'no policy selects it' }] }),
  },
  'says that there are no claims': { args: ['status', '-n', 'empty'], fake: { objects }, stderr: 'No claims found in empty namespace.\n' },
  'does not call protected what lies in a store that was lost': {
    args: ['status', '-o', 'wide'], fake: { objects: elsewhere }, stdout: /data +NoRestorePoint .*one lies in another store than main is now/,
  },
  'nor does the repository of another namespace count': {
    args: ['status', '-A'], fake: { objects: [...elsewhere.slice(0, 2), { ...aRepository('main', { storeId: 'new' }), metadata: { name: 'main', namespace: 'bank' } }, ...elsewhere.slice(3)] },
    stdout: /data +Protected/,
  },
  'does without repositories where they may not be read': {
    args: ['status'], fake: { objects: elsewhere, intercept: ({ url }) => url.includes('/backuprepositories') ? forbidden : undefined }, stdout: /data +Protected/,
  },
  'says that all is well': { args: ['status'], fake: { objects: [objects[0], objects[1], objects[6]].filter(object => object !== undefined) }, stdout: /Protected/, stderr: '1 claim, all protected.\n' },
})
