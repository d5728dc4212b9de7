import assert from 'node:assert/strict'
import test from 'node:test'
import { customizeClusterRepository } from '../../../hooks/clusterbackuprepository/customize.ts'
import { decideClusterRepository } from '../../../hooks/clusterbackuprepository/decide.ts'
import { clusterBackupRepositoryHook } from '../../../hooks/clusterbackuprepository/hook.ts'
import type { Decision, Hook } from '../../../hooks/hook.ts'
import { customizeAnswer, syncAnswer } from '../../../hooks/validate-answer.ts'
import { repositoryOf } from '../../../lib/repository-record.ts'
import type { BackupPolicy, ClusterBackupRepository, ClusterBackupRepositoryStatus, Destination, KubeObject } from '../../../schemas/generated/types.ts'

const S3: Destination = { type: 's3', url: 's3://backups', credentialsSecret: 'store' }
const NOW = new Date('2026-11-21T02:30:00Z')

function cluster(destination: Destination = S3, allowedNamespaces?: string[], name = 'central'): ClusterBackupRepository {
  return { apiVersion: 'holdfast.dev/v1alpha1', kind: 'ClusterBackupRepository', metadata: { name, uid: 'u', generation: 3 }, spec: { destination, ...(allowedNamespaces && { allowedNamespaces }) } }
}

/** The record that a policy in this namespace makes. */
function madeIn(namespace: string, from = cluster()): KubeObject {
  const policy = { apiVersion: 'v', kind: 'BackupPolicy', metadata: { name: 'p', namespace }, spec: { selector: {}, strategy: 'tar', repositoryRef: { kind: 'ClusterBackupRepository', name: from.metadata.name } } } as BackupPolicy
  const record = repositoryOf(policy, from)?.record
  assert.ok(record)
  return record as unknown as KubeObject
}

function decide(parent: ClusterBackupRepository, users: readonly KubeObject[] = [], finalizing = false): Decision {
  const related = { 'BackupRepository.holdfast.dev/v1alpha1': Object.fromEntries(users.map(user => [`${user.metadata.namespace}/${user.metadata.name}`, user])) }
  const request = { parent, children: {}, related, finalizing }
  const decision = decideClusterRepository({ request, observed: undefined, now: NOW, settings: { moverImage: 'm', imagePullPolicy: 'Never' } })
  syncAnswer(decision, request as never, { hook: clusterBackupRepositoryHook as Hook<KubeObject, unknown>, kind: 'ClusterBackupRepository', namespaced: false, children: { always: [], sometimes: [] } })
  return decision
}

function ready({ status }: Decision): { status: string; reason: string; message: string } | undefined {
  return (status as ClusterBackupRepositoryStatus).conditions?.find(({ type }) => type === 'Ready')
}

test('a good destination is Ready, and nothing runs for it', () => {
  const decision = decide(cluster(S3, ['shop']))
  assert.deepEqual([ready(decision)?.status, decision.children, decision.effects], ['True', [], []])
})

test('one that nobody may use says so', () => {
  assert.match(ready(decide(cluster()))?.message ?? '', /add names, or \*, to spec.allowedNamespaces/)
})

test('a bad destination is not Ready and stalled', () => {
  const decision = decide(cluster({ type: 's3', url: 's3://backups' }))
  const conditions = (decision.status as ClusterBackupRepositoryStatus).conditions ?? []
  assert.deepEqual(conditions.map(({ type, status }) => `${type}=${status}`), ['Ready=False', 'Reconciling=False', 'Stalled=True'])
  assert.equal(ready(decision)?.reason, 'InvalidDestination')
})

test('users are the namespaces in which policies made a repository from it', () => {
  assert.equal((decide(cluster(), [madeIn('shop'), madeIn('bank')]).status as ClusterBackupRepositoryStatus).users, 2)
  assert.equal((decide(cluster(), []).status as ClusterBackupRepositoryStatus).users, 0)
})

test('a repository that only carries the label is no user', () => {
  const labelled = { ...madeIn('shop'), metadata: { ...madeIn('shop').metadata, name: 'mine' } }
  assert.equal((decide(cluster(), [labelled]).status as ClusterBackupRepositoryStatus).users, 0)
})

for (const name of ['central', 'c'.repeat(200)]) {
  test(`it sees what policies make of it, also with a name of ${name.length} characters`, () => {
    const parent = cluster(S3, ['*'], name)
    const [rule] = customizeClusterRepository(parent)
    const made = madeIn('shop', parent)
    for (const [key, value] of Object.entries(rule?.labelSelector?.matchLabels ?? {})) assert.equal(made.metadata.labels?.[key], value)
    assert.equal((decide(parent, [made]).status as ClusterBackupRepositoryStatus).users, 1)
    customizeAnswer([rule!])
  })
}

test('a settled one stays as it is', () => {
  const first = decide(cluster(S3, ['shop']), [madeIn('shop')])
  const again = decide({ ...cluster(S3, ['shop']), status: first.status }, [madeIn('shop')])
  assert.deepEqual(again, first)
})

test('one that is being deleted goes at once', () => {
  const { finalized, children } = decide(cluster(), [madeIn('shop')], true)
  assert.deepEqual([finalized, children], [true, []])
})
