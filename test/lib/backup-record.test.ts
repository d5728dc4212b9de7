import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { backupFromPolicy } from '../../lib/backup-record.ts'
import { policy } from './backups.ts'

describe('backupFromPolicy', () => {
  it('records a slot with all that the run needs', () => {
    const nightly = policy({ spec: { mover: { backoffLimit: 1 }, allowEmpty: true } })
    const slot = new Date('2026-11-21T02:00:00Z')
    assert.deepEqual(backupFromPolicy({ policy: nightly, volumes: ['a', 'b'], name: 'nightly-20261121-0200', slot, missedSlots: 2, repositoryName: 'dest-1' }), {
      apiVersion: 'holdfast.dev/v1alpha1',
      kind: 'Backup',
      metadata: { name: 'nightly-20261121-0200', namespace: 'shop', labels: { 'app.kubernetes.io/managed-by': 'holdfast', 'holdfast.dev/policy': 'nightly' } },
      spec: {
        policy: 'nightly', slot: '2026-11-21T02:00:00Z', missedSlots: 2, strategy: 'tar', volumes: ['a', 'b'],
        repositoryRef: { kind: 'BackupRepository', name: 'dest-1' }, allowEmpty: true, mover: { backoffLimit: 1 }, deletionPolicy: 'Retain',
      },
    })
  })

  it('has no slot when asked for by hand, and no repository for snapshots', () => {
    const { spec } = backupFromPolicy({ policy: policy({ spec: { strategy: 'snapshot', destination: undefined, snapshotClassName: 'fast' } }), volumes: ['a'], name: 'now' })
    assert.deepEqual(spec, { policy: 'nightly', strategy: 'snapshot', volumes: ['a'], snapshotClassName: 'fast', allowEmpty: false, deletionPolicy: 'Retain' })
  })

  it('takes no label and no annotation from the policy, and has no owner', () => {
    const tracked = policy({ metadata: { labels: { 'argocd.argoproj.io/instance': 'app' }, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } } })
    const { metadata } = backupFromPolicy({ policy: tracked, volumes: [], name: 'b' })
    assert.deepEqual(Object.keys(metadata), ['name', 'namespace', 'labels'])
    assert.deepEqual(Object.keys(metadata.labels ?? {}), ['app.kubernetes.io/managed-by', 'holdfast.dev/policy'])
  })

  it('cuts a policy name that is no label value', () => {
    const { metadata, spec } = backupFromPolicy({ policy: policy({ metadata: { name: 'p'.repeat(253) } }), volumes: [], name: 'b' })
    assert.ok((metadata.labels?.['holdfast.dev/policy'] ?? '').length <= 63)
    assert.equal(spec.policy?.length, 253)
  })
})
