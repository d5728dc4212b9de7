import assert from 'node:assert/strict'
import type { Backup } from '../../../schemas/generated/types.ts'
import type { FakeOptions, Recorded } from '../fake-api.ts'
import { aClaim, aPolicy, aRepository, completed } from '../objects.ts'
import { cliTable } from '../table.ts'

const base = [aPolicy('nightly'), aRepository('main'), aClaim('data'), aClaim('logs'), aClaim('other', { app: 'bank' })]
const store = { ...aRepository('main'), spec: { type: 'pvc' as const, url: 'pvc://backup-store/sub' } }
const late = { ...aClaim('late'), status: { phase: 'Pending' } }
const created = /^POST \/apis\/holdfast\.dev\/v1alpha1\/namespaces\/shop\/backups\?fieldManager=kubectl-backup&fieldValidation=Strict$/
const dryRun = /dryRun=All$/

/** A controller that gives a Backup this status once it was looked at a few times. */
const becoming = (status: Backup['status']): FakeOptions => {
  let looks = 0
  return {
    objects: base,
    act: ({ method, url }: Recorded, objects) => {
      if (method !== 'GET' || !url.includes('/backups/') || ++looks < 3) return
      for (const [key, object] of objects) if (object.kind === 'Backup') objects.set(key, { ...object, status })
    },
  }
}

cliTable('kubectl backup run', {
  'creates a Backup of the claims that the policy selects': {
    args: ['run', 'nightly'], fake: { objects: base }, writes: [created],
    stdout: /^backup\.holdfast\.dev\/nightly-manual-\d{8}-\d{6} created\n$/, stderr: '',
    also: ({ api }) => {
      const { spec, metadata } = api.writes[0]?.body as Backup
      assert.deepEqual(spec, {
        policy: 'nightly', strategy: 'tar', volumes: ['data', 'logs'], repositoryRef: { kind: 'BackupRepository', name: 'main' },
        allowEmpty: false, deletionPolicy: 'Retain',
      })
      assert.deepEqual(metadata.labels, { 'app.kubernetes.io/managed-by': 'holdfast', 'holdfast.dev/policy': 'nightly' })
    },
  },
  'sends the token, and asks for whom it acts': {
    args: ['run', 'nightly', '--as', 'ann', '--as-group', 'ops', '--as-group', 'dev', '--name', 'x'], fake: { objects: base }, writes: [created],
    stdout: 'backup.holdfast.dev/x created\n',
    also: ({ api }) => {
      const { headers } = api.requests[0] ?? assert.fail()
      assert.equal(headers.authorization, 'Bearer secret-token')
      assert.equal(headers['impersonate-user'], 'ann')
      assert.equal(headers['impersonate-group'], 'ops, dev')
    },
  },
  'asks for the claims by the selector in full': {
    args: ['run', 'nightly', '--dry-run=client', '-o', 'name', '--name', 'x'], stdout: 'backup.holdfast.dev/x\n',
    fake: { objects: [aPolicy('nightly', { strategy: 'snapshot', repositoryRef: undefined, selector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'In', values: ['d', 'e'] }, { key: 'f', operator: 'DoesNotExist' }] } })],
      intercept: ({ url }) => url.includes('/persistentvolumeclaims') ? { status: 200, body: { apiVersion: 'v1', items: [{ metadata: { name: 'data' }, status: { phase: 'Bound' } }] } } : undefined },
    also: ({ api }) => assert.ok(api.requests.some(({ url }) => new URL(url, 'http://x').searchParams.get('labelSelector') === 'a=b,c in (d,e),!f')),
  },
  'prints the object and sends nothing with --dry-run=client': {
    args: ['run', 'nightly', '--dry-run=client', '--name', 'x', '--wait'], fake: { objects: base },
    stdout: /^apiVersion: holdfast\.dev\/v1alpha1\nkind: Backup\nmetadata:\n {2}name: x\n {2}namespace: shop\n/,
  },
  'lets the server check with --dry-run=server': { args: ['run', 'nightly', '--dry-run=server', '-o', 'name', '--name', 'x'], fake: { objects: base }, writes: [dryRun], stdout: 'backup.holdfast.dev/x\n' },
  'takes the claims that a slot would take, and says which it leaves out': {
    args: ['run', 'nightly', '--name', 'x'], writes: [created], stdout: 'backup.holdfast.dev/x created\n',
    fake: { objects: [aPolicy('nightly', { selector: {} }), store, aClaim('backup-store'), aClaim('logs'), aClaim('data'), late, aClaim('later', { 'holdfast.dev/role': 'restore' })] },
    stderr: 'Left out: later (temporary, made by a restore); backup-store (the destination itself); late (not bound yet, so without data).\n',
    also: ({ api }) => assert.deepEqual((api.writes[0]?.body as Backup).spec.volumes, ['data', 'logs']),
  },
  'takes the destination of others for a claim like any other': {
    args: ['run', 'nightly', '--name', 'x'], writes: [created], stdout: 'backup.holdfast.dev/x created\n', stderr: '',
    fake: { objects: [aPolicy('nightly', { strategy: 'snapshot', repositoryRef: undefined }), store, aClaim('backup-store')] },
  },
  'refuses a policy all of whose claims are left out': {
    args: ['run', 'nightly'], fake: { objects: [aPolicy('nightly'), store, aClaim('backup-store'), late] }, code: 1,
    stderr: 'Error: none of the claims that match can be backed up: backup-store (the destination itself); late (not bound yet, so without data)\n',
  },
  'refuses a policy that selects nothing': {
    args: ['run', 'nightly'], fake: { objects: [aPolicy('nightly'), aRepository('main')] }, code: 1,
    stderr: 'Error: policy "nightly" selects no claim in namespace "shop": compare its spec.selector with kubectl get pvc -n shop --show-labels\n',
  },
  'refuses a policy whose repository is missing': {
    args: ['run', 'nightly'], fake: { objects: [aPolicy('nightly'), aClaim('data')] }, code: 1,
    stderr: 'Error: repository "main" of policy "nightly" does not exist in namespace "shop": make it with kubectl backup repository create main\n',
  },
  'says that the repository of an inline destination was not made yet': {
    args: ['run', 'nightly'], code: 1, stderr: /repository "dest-[0-9a-f]{8}" of policy "nightly" was not made yet: see kubectl backup describe policy\/nightly -n shop/,
    fake: { objects: [aPolicy('nightly', { repositoryRef: undefined, destination: { type: 'pvc', url: 'pvc://disk/x' } }), aClaim('data')] },
  },
  'runs a paused policy, and says so': {
    args: ['run', 'nightly', '--name', 'x'], fake: { objects: [...base, aPolicy('nightly', { suspend: true })] }, writes: [created],
    stdout: 'backup.holdfast.dev/x created\n', stderr: 'Policy "nightly" is paused; this run is made all the same.\n',
  },
  'says that the repository is not ready': {
    args: ['run', 'nightly', '--name', 'x'], fake: { objects: [...base, aRepository('main', { phase: 'Failed', message: 'wrong key' })] }, writes: [created],
    stdout: 'backup.holdfast.dev/x created\n', stderr: 'Repository "main" is Failed: wrong key. The run waits for it.\n',
  },
  'tells an unknown policy': { args: ['run', 'weekly'], fake: { objects: base }, code: 5, stderr: 'Error: backuppolicies "weekly" not found in namespace "shop"\n' },
  'waits for a good end': {
    args: ['run', 'nightly', '--wait', '--name', 'x'], fake: becoming(completed('2026-11-21T08:00:00Z', 'data', 'logs')), writes: [created],
    stdout: 'backup.holdfast.dev/x created\n', stderr: /^backup\.holdfast\.dev\/x New\nbackup\.holdfast\.dev\/x Completed \(2\/2 volumes, 5Mi\) \(after \d+s\)\n$/,
  },
  'ends with 3 when the run is PartiallyFailed': {
    args: ['run', 'nightly', '--wait=true', '--name', 'x'], fake: becoming({ phase: 'PartiallyFailed', message: 'one file is unreadable' }), writes: [created], code: 3,
    stdout: 'backup.holdfast.dev/x created\n', stderr: /PartiallyFailed: one file is unreadable/,
  },
  'ends with 1 when the run failed': {
    args: ['run', 'nightly', '--wait', '--name', 'x'], fake: becoming({ phase: 'Failed', message: 'wrong key' }), writes: [created], code: 1,
    stdout: 'backup.holdfast.dev/x created\n', stderr: /Failed: wrong key/,
  },
  'ends with 8 when the time is over': {
    args: ['run', 'nightly', '--wait', '--timeout', '300ms', '--name', 'x'], fake: { objects: base }, writes: [created], code: 8,
    stdout: 'backup.holdfast.dev/x created\n', stderr: /Error: backup\.holdfast\.dev\/x was not done within 300ms: New\. .*to wait again: kubectl backup wait x -n shop\n$/,
  },
  'says after Ctrl-C how to wait again': {
    args: ['run', 'nightly', '--wait', '--name', 'x'], fake: { objects: base }, options: { interruptAt: 'New' }, writes: [created], code: 130,
    stdout: 'backup.holdfast.dev/x created\n', stderr: /Stopped waiting\. The backup goes on in the cluster; to wait again: kubectl backup wait x -n shop\n$/,
  },
  'waits out a short outage of the API server': {
    args: ['run', 'nightly', '--wait', '--name', 'x'], writes: [created], stdout: 'backup.holdfast.dev/x created\n', stderr: /is not visible now: the API server failed \(503\).*Completed/s,
    fake: { ...becoming(completed('2026-11-21T08:00:00Z', 'data')), intercept: ({ method, url }, seen) => method === 'GET' && url.endsWith('/backups/x') && seen === 5 ? { status: 503, body: 'later' } : undefined },
  },
})
