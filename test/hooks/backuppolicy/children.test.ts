import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { childrenOf, keptChildren } from '../../../hooks/backuppolicy/children.ts'
import { repositoryOf } from '../../../lib/repository-record.ts'
import type { KubeObject } from '../../../hooks/hook.ts'
import type { BackupPolicySpec } from '../../../schemas/generated/types.ts'
import { policy } from '../../lib/backups.ts'
import { SETTINGS, viewIn } from './request.ts'

interface CronJobSpec { schedule: string, timeZone: string, suspend: boolean, concurrencyPolicy: string, jobTemplate: { spec: { template: { spec: { containers: { env: { name: string, value?: string, valueFrom?: object }[] }[] } } } } }
const pruneOf = (spec: Partial<BackupPolicySpec> = {}, name = 'nightly') => {
  const [child] = childrenOf(viewIn({ policy: policy({ spec, metadata: { name } }) }), SETTINGS)
  assert.ok(child)
  return { child, spec: child.spec as CronJobSpec }
}
const environment = (spec: CronJobSpec) => spec.jobTemplate.spec.template.spec.containers[0]?.env ?? []
const task = (spec: CronJobSpec) => JSON.parse(environment(spec).find(({ name }) => name === 'HOLDFAST_TASK')?.value ?? '{}') as Record<string, unknown>

describe('childrenOf', () => {
  it('is a CronJob that prunes the repository', () => {
    const { child, spec } = pruneOf({ pruneSchedule: '0 4 * * 1' })
    assert.deepEqual([child.apiVersion, child.kind, child.metadata.name, child.metadata.namespace], ['batch/v1', 'CronJob', 'nightly-prune', 'shop'])
    assert.deepEqual([spec.schedule, spec.timeZone, spec.concurrencyPolicy, spec.suspend], ['0 4 * * 1', 'Etc/UTC', 'Forbid', false])
    assert.deepEqual(task(spec), { operation: 'prune', strategy: 'tar', namespace: 'shop', policy: 'nightly', restic: false, store: { type: 'directory', path: '/repository/shop' } })
  })
  it('prunes only the store that was found there', () => {
    const record = repositoryOf(policy())?.record
    assert.ok(record)
    const known = { ...record, status: { phase: 'Failed', storeId: 'one' } } as const
    const [child] = childrenOf(viewIn({ repositories: [known] }), SETTINGS)
    assert.equal(task(child?.spec as CronJobSpec).storeId, 'one')
  })
  it('prunes on Sundays by default', () => assert.equal(pruneOf().spec.schedule, '0 5 * * 0'))
  it('is suspended with the policy', () => assert.equal(pruneOf({ suspend: true }).spec.suspend, true))
  it('has the restic password only for the external strategy', () => {
    const destination = { type: 's3', url: 's3://bucket/a', credentialsSecret: 'keys' } as const
    const names = (strategy: 'external' | 'tar') => environment(pruneOf({ strategy, destination }).spec).map(({ name }) => name)
    assert.ok(names('external').includes('RESTIC_PASSWORD'))
    assert.ok(!names('tar').includes('RESTIC_PASSWORD'))
    assert.equal(task(pruneOf({ strategy: 'external', destination }).spec).restic, true)
  })
  it('is none before the repository is there, and none for snapshots', () => {
    assert.deepEqual(childrenOf(viewIn({ repositories: [] }), SETTINGS), [])
    assert.deepEqual(childrenOf(viewIn({ policy: policy({ spec: { strategy: 'snapshot', destination: undefined } }) }), SETTINGS), [])
  })
  it('has a name that a CronJob may have', () => {
    for (const name of ['p'.repeat(253), 'a.b.c', 'p'.repeat(52)]) assert.match(pruneOf({}, name).child.metadata.name, /^[a-z0-9][a-z0-9-]{0,50}[a-z0-9]$/)
  })
})

describe('keptChildren', () => {
  const observed = (annotations?: Record<string, string>): KubeObject => ({
    apiVersion: 'batch/v1', kind: 'CronJob',
    metadata: { name: 'nightly-prune', namespace: 'shop', uid: 'u', resourceVersion: '7', labels: { a: 'b' }, annotations, ownerReferences: [{ kind: 'BackupPolicy', name: 'nightly', uid: 'p' }] },
    spec: { schedule: '0 5 * * 0', startingDeadlineSeconds: 0 },
    status: { lastScheduleTime: '2026-11-20T05:00:00Z' },
  })
  it('says again what Metacontroller was told', () => {
    const told = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly-prune', namespace: 'shop', labels: { a: 'b' } }, spec: { schedule: '0 5 * * 0' } }
    const kept = keptChildren(viewIn({ cronJobs: [observed({ 'metacontroller.k8s.io/last-applied-configuration': JSON.stringify(told) })] }))
    assert.deepEqual(kept, [told])
  })
  it('keeps the observed spec without such a note, and nothing that the server set', () => {
    const [kept] = keptChildren(viewIn({ cronJobs: [observed()] }))
    assert.deepEqual(kept, { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly-prune', namespace: 'shop', labels: { a: 'b' } }, spec: { schedule: '0 5 * * 0', startingDeadlineSeconds: 0 } })
  })
  it('is what there is while the repository is not seen, but not what a policy without one had', () => {
    const names = (spec: Partial<BackupPolicySpec>) => childrenOf(viewIn({ policy: policy({ spec }), repositories: [], cronJobs: [observed()] }), SETTINGS).map(({ metadata }) => metadata.name)
    assert.deepEqual(names({}), ['nightly-prune'])
    assert.deepEqual(names({ strategy: 'snapshot', destination: undefined }), [])
  })
  it('makes none', () => assert.deepEqual(keptChildren(viewIn()), []))
})
