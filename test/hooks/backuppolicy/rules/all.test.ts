import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findProblem, RULES } from '../../../../hooks/backuppolicy/rules/all.ts'
import { selectVolumes } from '../../../../hooks/backuppolicy/volumes.ts'
import type { BackupPolicySpec, BackupRepository, ClusterBackupRepository } from '../../../../schemas/generated/types.ts'
import { policy } from '../../../lib/backups.ts'
import { claim, viewIn, type World } from '../request.ts'

const find = (world: World) => {
  const view = viewIn(world)
  return findProblem({ view, volumes: selectVolumes(view), snapshotClasses: world.snapshotClasses })
}
const withSpec = (spec: Partial<BackupPolicySpec>): World => ({ policy: policy({ spec }) })
const snapshots = (spec: Partial<BackupPolicySpec> = {}) => policy({ spec: { strategy: 'snapshot', destination: undefined, ...spec } })
const snapshotClass = (name: string, labels?: Record<string, string>) => ({ apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass', metadata: { name, labels } })
const repository = (name: string, url = 's3://bucket/a', type: 's3' | 'pvc' = 's3'): BackupRepository => ({ apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name, namespace: 'shop' }, spec: { type, url, credentialsSecret: 'k' } })
const cluster = (allowedNamespaces: string[]): ClusterBackupRepository => ({ apiVersion: 'holdfast.dev/v1alpha1', kind: 'ClusterBackupRepository', metadata: { name: 'company' }, spec: { destination: { type: 's3', url: 's3://bucket/a', credentialsSecret: 'k' }, allowedNamespaces } })
const ref = (name: string, kind?: 'ClusterBackupRepository') => policy({ spec: { destination: undefined, repositoryRef: { name, kind } } })
const claims = (count: number) => Array.from({ length: count }, (_, index) => claim(`c${index}`))

const bad: [string, World, string, RegExp][] = [
  ['a day that never comes', withSpec({ schedule: '0 0 30 2 *' }), 'InvalidSchedule', /never occurs/],
  ['six cron fields', withSpec({ schedule: '0 0 2 * * *' }), 'InvalidSchedule', /there are 6/],
  ['an empty schedule', withSpec({ schedule: '' }), 'InvalidSchedule', /five fields/],
  ['an unknown time zone', withSpec({ timeZone: 'Mars/Base' }), 'InvalidTimeZone', /IANA/],
  ['an unknown time zone without schedule', withSpec({ schedule: undefined, timeZone: 'Mars/Base' }), 'InvalidTimeZone', /IANA/],
  ['a bad prune schedule', withSpec({ pruneSchedule: '0 0 31 4 *' }), 'InvalidSchedule', /^pruneSchedule: .*never occurs/],
  ['a prune schedule that a CronJob refuses', withSpec({ pruneSchedule: '0 5 * * 7' }), 'InvalidSchedule', /write 0 for Sunday/],
  ['a prune schedule with a range to 7', withSpec({ pruneSchedule: '0 5 * * 5-7' }), 'InvalidSchedule', /weekday 7/],
  ['maxAge of nothing', withSpec({ retention: { maxAge: '0d' } }), 'InvalidSpec', /maxAge.*keep nothing/],
  ['maxAge without a unit', withSpec({ retention: { maxAge: '30' } }), 'InvalidSpec', /maxAge.*not understood/],
  ['a selector that Kubernetes refuses', withSpec({ selector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }), 'InvalidSpec', /selector.*needs values/],
  ['a url of another form than its type', withSpec({ destination: { type: 's3', url: 'https://bucket/a', credentialsSecret: 'k' } }), 'InvalidDestination', /s3:\/\//],
  ['an nfs url without a path', withSpec({ destination: { type: 'nfs', url: 'nfs://server' } }), 'InvalidDestination', /nfs:\/\/server/],
  ['no place at all', withSpec({ destination: undefined }), 'RepositoryNotFound', /set destination or repositoryRef/],
  ['a repository that is not there', { policy: ref('mine') }, 'RepositoryNotFound', /no BackupRepository mine in namespace shop/],
  ['a cluster repository that is not there', { policy: ref('company', 'ClusterBackupRepository') }, 'RepositoryNotFound', /no ClusterBackupRepository company/],
  ['a cluster repository for others', { policy: ref('company', 'ClusterBackupRepository'), clusters: [cluster(['other'])] }, 'RepositoryNotAllowed', /allowedNamespaces/],
  ['a projection of a former destination', { policy: ref('company', 'ClusterBackupRepository'), clusters: [cluster(['*'])], repositories: [repository('cluster-company', 's3://old/a')] }, 'RepositoryNotReady', /give that object the same spec; .* delete it/],
  ['no claims', { claims: [] }, 'NoVolumesMatched', /selector "" matches no PersistentVolumeClaim of this namespace/],
  ['a selector that matches nothing, by its name', { ...withSpec({ selector: { matchLabels: { app: 'nothing' } } }), claims: [] }, 'NoVolumesMatched', /selector "app=nothing"/],
  ['claims without data only', { claims: [claim('a', { phase: 'Pending' }), claim('b', { phase: 'Pending' })] }, 'NoVolumesMatched', /2 not bound yet/],
  ['more than 500 claims', { claims: claims(501) }, 'TooManyVolumes', /501 claims, more than the 500/],
  ['a cluster without snapshots', { policy: snapshots() }, 'SnapshotsUnavailable', /install the snapshot controller/],
  ['a cluster without a snapshot class', { policy: snapshots(), snapshotClasses: [] }, 'NoSnapshotClass', /there is none/],
  ['a cluster with nothing but our own twins', { policy: snapshots(), snapshotClasses: [snapshotClass('holdfast-retain-x', { 'app.kubernetes.io/managed-by': 'holdfast' })] }, 'NoSnapshotClass', /there is none/],
  ['a snapshot class of another name', { policy: snapshots({ snapshotClassName: 'fast' }), snapshotClasses: [snapshotClass('slow')] }, 'NoSnapshotClass', /VolumeSnapshotClass fast but there are slow/],
]

const good: [string, World][] = [
  ['a policy in order', {}],
  ['a policy without schedule', withSpec({ schedule: undefined })],
  ['names in a schedule', withSpec({ schedule: '0 2 * JAN-DEC MON', pruneSchedule: '0 5 * * SUN' })],
  ['weekday 7 in the schedule, which is ours alone', withSpec({ schedule: '0 2 * * 7' })],
  ['minutes with a 7 in the prune schedule', withSpec({ pruneSchedule: '7 17 27 7 1' })],
  ['an unusable prune schedule that snapshots do not use', { policy: snapshots({ pruneSchedule: '0 0 30 2 *' }), snapshotClasses: [snapshotClass('fast')] }],
  ['an inline destination whose repository is not made yet', { repositories: [] }],
  ['an nfs destination', withSpec({ destination: { type: 'nfs', url: 'nfs://server/path' } })],
  ['a named repository', { policy: ref('mine'), repositories: [repository('mine')] }],
  ['a cluster repository for all, not projected yet', { policy: ref('company', 'ClusterBackupRepository'), clusters: [cluster(['*'])], repositories: [] }],
  ['a cluster repository for this namespace', { policy: ref('company', 'ClusterBackupRepository'), clusters: [cluster(['shop'])] }],
  ['500 claims', { claims: claims(500) }],
  ['a snapshot class', { policy: snapshots(), snapshotClasses: [snapshotClass('fast')] }],
  ['the named snapshot class', { policy: snapshots({ snapshotClassName: 'fast' }), snapshotClasses: [snapshotClass('slow'), snapshotClass('fast')] }],
]

describe('the rules of a policy object to', () => {
  for (const [sentence, world, reason, message] of bad) {
    it(sentence, () => {
      const finding = find(world)
      assert.equal(finding?.reason, reason)
      assert.match(finding?.message ?? '', message)
    })
  }

  it('one thing at a time, in order', () => {
    assert.equal(find({ ...withSpec({ schedule: '0 0 30 2 *', timeZone: 'Mars/Base', retention: { maxAge: 'x' } }), claims: [] })?.reason, 'InvalidSchedule')
    assert.equal(find({ ...withSpec({ retention: { maxAge: 'x' } }), claims: [] })?.reason, 'InvalidSpec')
  })
  it('something each', () => assert.equal(RULES.length, 8))
})

describe('the rules of a policy accept', () => {
  for (const [sentence, world] of good) it(sentence, () => assert.equal(find(world), undefined))
})
