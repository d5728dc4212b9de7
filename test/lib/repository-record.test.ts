import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { allowsNamespace, isUsable, mayBeRead, repositoryOf } from '../../lib/repository-record.ts'
import type { BackupRepository, ClusterBackupRepository } from '../../schemas/generated/types.ts'
import { policy } from './backups.ts'

const destination = { type: 's3', url: 's3://bucket/prefix', credentialsSecret: 'keys' } as const
const cluster = (allowedNamespaces?: string[]): ClusterBackupRepository => ({
  apiVersion: 'holdfast.dev/v1alpha1', kind: 'ClusterBackupRepository', metadata: { name: 'company' }, spec: { destination, allowedNamespaces },
})
const throughCluster = policy({ spec: { destination: undefined, repositoryRef: { kind: 'ClusterBackupRepository', name: 'company' } } })

describe('repositoryOf', () => {
  it('is none for snapshots', () => assert.equal(repositoryOf(policy({ spec: { strategy: 'snapshot', destination: undefined } })), undefined))

  it('is named after the content of an inline destination', () => {
    const choice = repositoryOf(policy({ spec: { destination } }))
    assert.match(choice?.name ?? '', /^dest-[0-9a-f]{8}$/)
    assert.deepEqual(choice?.record?.spec, destination)
    assert.deepEqual(choice?.record?.metadata, { name: choice?.name, namespace: 'shop', labels: { 'app.kubernetes.io/managed-by': 'holdfast' } })
  })

  it('is shared by equal destinations and no others', () => {
    const name = (spec: object) => repositoryOf(policy({ spec: { destination: { ...destination, ...spec } } }))?.name
    assert.equal(name({ region: undefined }), name({}))
    assert.notEqual(name({ url: 's3://bucket/other' }), name({}))
  })

  it('is the named one of the namespace', () => {
    assert.deepEqual(repositoryOf(policy({ spec: { destination: undefined, repositoryRef: { name: 'mine' } } })), { name: 'mine' })
  })

  it('is a projection of a cluster repository, under a name that needs no lookup', () => {
    assert.deepEqual(repositoryOf(throughCluster), { name: 'cluster-company', cluster: 'company' })
    const choice = repositoryOf(throughCluster, cluster())
    assert.deepEqual(choice?.record?.spec, destination)
    assert.equal(choice?.record?.metadata.labels?.['holdfast.dev/repository'], 'company')
  })
})

describe('allowsNamespace', () => {
  const cases: [string[] | undefined, boolean][] = [[undefined, false], [[], false], [['other'], false], [['shop'], true], [['*'], true], [['sho*'], false]]
  for (const [allowed, expected] of cases) it(`${JSON.stringify(allowed)} → ${expected}`, () => assert.equal(allowsNamespace(cluster(allowed), 'shop'), expected))
})

describe('isUsable', () => {
  const cases: [string, BackupRepository['status'], boolean][] = [
    ['found Ready as it is', { phase: 'Ready', observedGeneration: 2 }, true],
    ['not when its spec was edited since', { phase: 'Ready', observedGeneration: 1 }, false],
    ['not while it is checked', { phase: 'Checking', observedGeneration: 2 }, false],
    ['not before anybody has looked', undefined, false],
  ]
  for (const [sentence, status, expected] of cases) {
    it(sentence, () => assert.equal(isUsable({ apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'r', generation: 2 }, spec: destination, status }), expected))
  }
})

describe('mayBeRead', () => {
  const cases: [string, BackupRepository['status'], boolean][] = [
    ['found Ready as it is', { phase: 'Ready', observedGeneration: 2 }, true],
    ['full', { phase: 'Failed', reason: 'StoreFull' }, true],
    ['not to be written to', { phase: 'Failed', reason: 'AccessDenied' }, true],
    ['not out of reach', { phase: 'Failed', reason: 'StoreUnreachable' }, false],
    ['not while it is checked', { phase: 'Checking', reason: 'AccessDenied' }, false],
    ['not before anybody has looked', undefined, false],
  ]
  for (const [sentence, status, expected] of cases) {
    it(sentence, () => assert.equal(mayBeRead({ apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'r', generation: 2 }, spec: destination, status }), expected))
  }
})
