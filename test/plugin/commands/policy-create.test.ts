import assert from 'node:assert/strict'
import type { BackupPolicy, BackupRepository, Condition } from '../../../schemas/generated/types.ts'
import type { FakeOptions } from '../fake-api.ts'
import { aRepository } from '../objects.ts'
import { cliTable } from '../table.ts'

const created = /^POST .*\/namespaces\/shop\/backuppolicies\?/
const specOf = (body: unknown): BackupPolicy['spec'] => (body as BackupPolicy).spec
const ready = (status: Condition['status'], type = 'Ready'): Condition => ({ type, status, reason: 'InvalidSchedule', message: 'minute 99 is out of range', lastTransitionTime: '2026-11-01T00:00:00Z' })

/** Controllers that judge the policy and, with the looks after that, give its repository these statuses. */
const judged = (status: Condition['status'], ...repository: readonly BackupRepository['status'][]): FakeOptions => {
  const left = [...repository]
  return {
    act: ({ method, url }, objects) => {
      const policy = objects.get('BackupPolicy/shop/p')
      if (method === 'GET' && policy !== undefined) objects.set('BackupPolicy/shop/p', { ...policy, status: { conditions: [ready(status)] } })
      const next = url.includes('/backuprepositories/') ? left.shift() : undefined
      if (next !== undefined) objects.set('BackupRepository/shop/main', aRepository('main', next))
    },
  }
}

cliTable('kubectl backup policy create', {
  'makes a policy from flags': {
    args: ['policy', 'create', 'p', '-l', 'app=shop,tier in (a,b),!tmp', '--schedule', '0 1 * * *', '--time-zone', 'Europe/Berlin', '--repository', 'main', '--max-backups', '7', '--max-age', '30d', '--strategy', 'external'],
    writes: [created], stdout: 'backuppolicy.holdfast.dev/p created\n',
    also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body), {
      selector: { matchLabels: { app: 'shop' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }, { key: 'tmp', operator: 'DoesNotExist' }] },
      strategy: 'external', schedule: '0 1 * * *', timeZone: 'Europe/Berlin', retention: { maxBackups: 7, maxAge: '30d' }, repositoryRef: { kind: 'BackupRepository', name: 'main' },
    }),
  },
  'takes a destination': {
    args: ['policy', 'create', 'p', '--all', '--url', 's3://b/p', '--endpoint', 'http://minio:9000', '--credentials-secret', 's', '--suspend'], writes: [created], stdout: /created/,
    also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body), { selector: {}, strategy: 'tar', suspend: true, destination: { type: 's3', url: 's3://b/p', endpoint: 'http://minio:9000', credentialsSecret: 's' } }),
  },
  'takes a cluster repository': { args: ['policy', 'create', 'p', '--all', '--cluster-repository', 'c'], writes: [created], stdout: /created/, also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body).repositoryRef, { kind: 'ClusterBackupRepository', name: 'c' }) },
  'needs no cluster to print one': { args: ['policy', 'create', 'p', '--all', '--strategy', 'snapshot', '--dry-run=client', '-n', 'x'], options: { environment: { KUBECONFIG: '/nonexistent' } }, stdout: /^apiVersion: holdfast\.dev\/v1alpha1\nkind: BackupPolicy\nmetadata:\n {2}name: p\n {2}namespace: x\nspec:\n {2}selector: \{\}\n {2}strategy: snapshot\n$/ },
  'waits until it is ready, and its repository': {
    args: ['policy', 'create', 'p', '--all', '--repository', 'main', '--wait'], writes: [created], stdout: /created/, fake: judged('True', undefined, { phase: 'Checking' }, { phase: 'Ready' }),
    stderr: /is ready, but its repository "main" is not made yet\n.*is ready, but its repository "main" is Checking\n.*is ready: minute 99 is out of range \(after/s,
  },
  'does not call it ready when its repository is wrong': {
    args: ['policy', 'create', 'p', '--all', '--repository', 'main', '--wait'], fake: judged('True', { phase: 'Failed', reason: 'WrongKey', message: 'the key does not fit' }), writes: [created], code: 1, stdout: /created/,
    stderr: /is ready, but its repository "main" is Failed \(WrongKey\): the key does not fit \(after/,
  },
  'needs no repository for snapshots': { args: ['policy', 'create', 'p', '--all', '--strategy', 'snapshot', '--wait'], fake: judged('True'), writes: [created], stdout: /created/, stderr: /is ready: minute 99 is out of range/ },
  'tells why it is not': { args: ['policy', 'create', 'p', '--all', '--repository', 'main', '--wait'], fake: judged('False'), writes: [created], code: 1, stdout: /created/, stderr: /is not ready: InvalidSchedule: minute 99 is out of range/ },
  'needs to know what': { args: ['policy', 'create', 'p', '--repository', 'main'], code: 2, stderr: /either -l SELECTOR or --all/ },
  'needs exactly one place': { args: ['policy', 'create', 'p', '--all', '--repository', 'a', '--url', 'pvc://x'], code: 2, stderr: /needs exactly one of --repository, --cluster-repository and --url/ },
  'refuses a place for snapshots': { args: ['policy', 'create', 'p', '--all', '--strategy', 'snapshot', '--repository', 'a'], code: 2, stderr: /leave --repository/ },
  'refuses a wrong selector': { args: ['policy', 'create', 'p', '-l', 'a~b', '--repository', 'a'], code: 2, stderr: /selector "a~b" is not understood/ },
  'refuses a wrong count': { args: ['policy', 'create', 'p', '--all', '--repository', 'a', '--max-backups', '0'], code: 2, stderr: /--max-backups must be a whole number/ },
  'refuses a wrong url': { args: ['policy', 'create', 'p', '--all', '--url', 'ftp://x'], code: 2, stderr: /--url must begin with s3:\/\/, nfs:\/\/ or pvc:\/\/; got "ftp:\/\/x"/ },
})
