import assert from 'node:assert/strict'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { failure } from '../fake-api.ts'
import { aBackup, aRestore, completed, failed } from '../objects.ts'
import { cliTable } from '../table.ts'

const objects = [
  aBackup('nightly-1', '2020-11-19T01:00:00Z', { status: completed('2020-11-19T01:01:00Z', 'data') }),
  aBackup('nightly-2', '2020-11-20T01:00:00Z', { status: failed('wrong key') }),
  aBackup('hourly-1', '2020-11-19T12:00:00Z', { spec: { policy: 'hourly', strategy: 'snapshot', volumes: ['data', 'logs'], repositoryRef: undefined } }),
  aBackup('elsewhere', '2020-11-18T01:00:00Z', { namespace: 'bank' }),
  aRestore('data-back', { phase: 'Completed', backup: 'nightly-1', volumesSummary: '1/1', bytes: 1536 }),
]
const years = /^\d+y\d*d?$/

cliTable('kubectl backup list', {
  'shows the newest first, as kubectl shows things': {
    args: ['list'], fake: { objects },
    stdout: /^NAME {8}POLICY {4}STRATEGY {3}PHASE {7}VOLUMES {3}SIZE {5}AGE\nnightly-2 {3}nightly {3}tar {8}Failed {6}0\/1 {7}<none> {3}\S+\nhourly-1 {4}hourly {4}snapshot {3}New {9}0\/2 {7}<none> {3}\S+\nnightly-1 {3}nightly {3}tar {8}Completed {3}1\/1 {7}5Mi {6}\S+\n$/,
    also: ({ stdout }) => {
      for (const line of stdout.trim().split('\n')) assert.ok(line.length <= 80 && !line.endsWith(' '))
      assert.match(stdout.trim().split(/\s+/).at(-1) ?? '', years)
    },
  },
  'shows all namespaces with -A': { args: ['list', '-A'], fake: { objects }, stdout: /^NAMESPACE +NAME .*\nshop .*\nshop .*\nshop .*\nbank +elsewhere .*\n$/ },
  'looks in another namespace with -n': { args: ['list', '-n', 'bank', '-o', 'name'], fake: { objects }, stdout: 'backup.holdfast.dev/elsewhere\n' },
  'shows more with -o wide': { args: ['list', '-o', 'wide'], fake: { objects }, stdout: /^NAME.*FILES +ERRORS +DURATION +REPOSITORY +REASON +AGE\nnightly-2.*WrongKey.*\n.*\nnightly-1.*12 +0 +0s +main/ },
  'filters by policy, at the server': {
    args: ['list', '--policy', 'hourly', '-l', 'tier', '-o', 'name'], fake: { objects },
    stderr: '', also: ({ api }) => assert.equal(new URL(api.requests[0]?.url ?? '', 'http://x').searchParams.get('labelSelector'), 'tier,holdfast.dev/policy=hourly'),
  },
  'filters by claim': { args: ['list', '--pvc', 'logs', '-o', 'name'], fake: { objects }, stdout: 'backup.holdfast.dev/hourly-1\n' },
  'filters by phase': { args: ['list', '--phase', 'Completed', '-o', 'name'], fake: { objects }, stdout: 'backup.holdfast.dev/nightly-1\n' },
  'prints whole objects as JSON': {
    args: ['list', '-n', 'bank', '-o', 'json'], fake: { objects }, stdout: /^\{\n {4}"apiVersion": "v1",\n {4}"kind": "List"/,
    also: ({ stdout }) => {
      const { items } = JSON.parse(stdout) as { items: KubeObject[] }
      assert.deepEqual(items, [objects[3]])
    },
  },
  'prints YAML': { args: ['list', '-n', 'bank', '-o', 'yaml'], fake: { objects }, stdout: /^apiVersion: v1\nkind: List\nmetadata: \{\}\nitems:\n {2}- metadata:\n/ },
  'reads all pages': { args: ['list', '-o', 'name'], fake: { objects, page: 1 }, stdout: /nightly-2\n.*hourly-1\n.*nightly-1\n$/s },
  'lists restores': { args: ['list', 'restores'], fake: { objects }, stdout: /^NAME +BACKUP +PHASE +VOLUMES +SIZE +AGE\ndata-back +nightly-1 +Completed +1\/1 +1\.5Ki +\S+\n$/ },
  'says that there is nothing, on stderr': { args: ['list', '-n', 'empty'], fake: { objects }, stderr: 'No backups found in empty namespace.\n' },
  'prints an empty list for machines': { args: ['list', '-n', 'empty', '-o', 'yaml'], stdout: 'apiVersion: v1\nkind: List\nmetadata: {}\nitems: []\n', stderr: '' },
  'tells how to install Holdfast when the kinds are unknown': {
    args: ['list'], fake: { absent: ['Backup'] }, code: 1,
    stderr: 'Error: Holdfast is not installed in this cluster: its kinds are unknown. Install it: helm install holdfast charts/holdfast -n holdfast-system --create-namespace\n',
  },
  'ends with 4 when it is not allowed': {
    args: ['list'], code: 4, stderr: 'Error: not allowed: backups.holdfast.dev is forbidden: User "ann" cannot list. Ask for this permission, or use another context\n',
    fake: { intercept: () => ({ status: 403, body: failure(403, { reason: 'Forbidden', message: 'backups.holdfast.dev is forbidden: User "ann" cannot list' }) }) },
  },
  'ends with 4 when not logged in': { args: ['list'], code: 4, stderr: /^Error: not logged in to the cluster: Unauthorized\./, fake: { intercept: () => ({ status: 401, body: failure(401, { reason: 'Unauthorized', message: 'Unauthorized' }) }) } },
  'asks again when the server is busy': {
    args: ['list', '-n', 'bank', '-o', 'name'], stdout: 'backup.holdfast.dev/elsewhere\n',
    fake: { objects, intercept: (_, seen) => seen === 1 ? { status: 429, body: 'busy', headers: { 'retry-after': '0.01' } } : undefined },
  },
  'tells an unreachable server': { args: ['list'], options: { environment: { KUBECONFIG: '/nonexistent/config' } }, code: 1, stderr: /^Error: there is no kubeconfig: set KUBECONFIG/ },
  'knows no other format': { args: ['list', '-o', 'xml'], code: 2, stderr: /invalid values.*Given: "xml"/ },
})
