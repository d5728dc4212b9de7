import assert from 'node:assert/strict'
import { aBackup, aClaim, aPolicy, completed } from '../objects.ts'
import { cliTable } from '../table.ts'

const objects = [
  aPolicy('nightly'), aClaim('data'), aClaim('logs'), aClaim('lonely', { app: 'none' }), aClaim('far', {}, 'bank'),
  aClaim('tmp', { app: 'shop', 'app.kubernetes.io/managed-by': 'holdfast', 'holdfast.dev/role': 'restore' }),
  aBackup('one', '2020-11-20T01:00:00Z', { status: completed('2020-11-20T01:01:00Z', 'data') }),
]

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
  'says that all is well': { args: ['status'], fake: { objects: [objects[0], objects[1], objects[6]].filter(object => object !== undefined) }, stdout: /Protected/, stderr: '1 claim, all protected.\n' },
})
