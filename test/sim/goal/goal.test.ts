import assert from 'node:assert/strict'
import test from 'node:test'
import type { BackupStatus, KubeObject } from '../../../schemas/generated/types.ts'
import type { ApiServer } from '../api/api.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Engine } from '../engine.ts'
import type { Faults } from '../faults.ts'
import { createBlame } from '../invariants/blame.ts'
import type { Sample } from '../invariants/history.ts'
import { RESOURCE } from '../invariants/resources.ts'
import { backup, claim, conditions, ended, job, policy, request, restore } from '../invariants/samples.ts'
import { createStores } from '../store/stores.ts'
import { expectGoal } from './goal.ts'

const HEALED = Date.parse('2026-11-21T09:00:00Z')
const NOW = Date.parse('2026-11-21T12:00:00Z')

/** What is missing in a cluster that holds just this. */
function left(objects: readonly (readonly [string, Sample])[], struck: readonly string[] = []): readonly string[] {
  const stored = objects.map(([resource, sample]) => ({ resource, object: whole(sample) }))
  const blame = createBlame()
  blame.note('healed', 'everybody', HEALED)
  const api = {
    all: (resource: string) => stored.filter(entry => entry.resource === resource).map(({ object }) => object),
    read: (path: string) => stored.find(({ object }) => path.endsWith(`/${object.metadata.name}`))?.object,
  } as unknown as ApiServer
  return expectGoal({ api, blame, engine: { now: () => NOW } as Engine, faults: { counts: new Map(struck.map(fault => [fault, 1])) } as unknown as Faults, cluster: { stores: createStores(), disks: { read: (handle: string) => handle === 'vol' ? 'content' : undefined } } as unknown as Cluster })
}

function whole(sample: Sample): KubeObject {
  const { status } = sample as { status?: object }
  return { apiVersion: 'v1', ...sample, metadata: { generation: 1, uid: `uid-${sample.metadata.name}`, creationTimestamp: '2026-11-21T10:00:00Z', ...sample.metadata }, ...(status && { status: { observedGeneration: 1, ...status } }) }
}

const onDemand = (spec = {}) => policy({ spec: { schedule: undefined, strategy: 'snapshot', ...spec }, status: { conditions: conditions(true).map(each => ({ ...each, reason: 'OnDemand' })) } })
const good = [
  [RESOURCE.policies, onDemand()], [RESOURCE.claims, claim()], [RESOURCE.snapshotClasses, { kind: 'VolumeSnapshotClass', metadata: { name: 'sim' } }],
  [RESOURCE.volumes, { kind: 'PersistentVolume', metadata: { name: 'pv-data' }, spec: { csi: { driver: 'csi.sim', volumeHandle: 'vol' } } }],
  [RESOURCE.backups, backup({ spec: { strategy: 'snapshot' }, status: ended('Completed') })],
] as const satisfies readonly (readonly [string, Sample])[]

const monthly = (lastScheduleTime: string, since = '2026-10-21T08:00:00Z'): Sample => policy({ spec: { schedule: '0 0 1 * *', strategy: 'snapshot' }, status: { conditions: conditions(true).map(each => ({ ...each, reason: 'Scheduled' })), lastScheduleTime, activeSchedule: { key: '', since } } })
/** A Job of the CronJob that prunes. */
const prune = (spec: object): Sample => ({ ...job(whole({ kind: 'CronJob', metadata: { name: 'nightly-prune', namespace: 'shop' } }), { role: 'prune' }), spec })
const ofPolicy = (name: string, completionTime: string): readonly [string, Sample] => {
  const made = backup({ name, spec: { strategy: 'snapshot' }, status: ended('Completed', completionTime) })
  return [RESOURCE.backups, { ...made, metadata: { ...made.metadata, labels: { 'holdfast.dev/policy': 'nightly' } } }]
}
const keepsOne = (...told: readonly object[]): readonly [string, Sample] => {
  const made = onDemand({ retention: { maxBackups: 1 } })
  return [RESOURCE.policies, { ...made, status: { conditions: [...(made.status as { conditions: object[] }).conditions, ...told] } }]
}
const made = ([resource, { metadata, ...rest }]: readonly [string, Sample], creationTimestamp: string): readonly [string, Sample] => [resource, { ...rest, metadata: { ...metadata, creationTimestamp } } as Sample]
const older = (message: string) => ({ type: 'RetentionHeld', status: 'True', reason: 'OlderThanPolicy', message, lastTransitionTime: '2026-11-21T10:00:00Z', observedGeneration: 1 })
const notCounted = { type: 'RetentionHeld', status: 'True', reason: 'CompletedInFuture', message: 'a clock was wrong: ahead', lastTransitionTime: '2026-11-21T10:00:00Z', observedGeneration: 1 }

/** Runs of which none was good, into a claim with this access mode. */
const inClaim = (mode: string, { creationTimestamp, lookedAt, begun }: { readonly creationTimestamp?: string; readonly lookedAt?: string; readonly begun?: BackupStatus } = {}): readonly (readonly [string, Sample])[] => {
  const { metadata, ...rest } = claim({ name: 'vault' })
  return [
    ...good.slice(1, 4), [RESOURCE.policies, onDemand({ strategy: 'tar', repositoryRef: { name: 'main' } })], [RESOURCE.backups, backup({ spec: { strategy: 'tar' }, status: { ...ended('Failed'), ...begun } })],
    [RESOURCE.repositories, { kind: 'BackupRepository', metadata: { name: 'main', namespace: 'shop', ...(creationTimestamp && { creationTimestamp }) }, spec: { type: 'pvc', url: 'pvc://vault' }, status: { phase: 'Ready', ...(lookedAt && { storeId: 'new', conditions: [{ lastTransitionTime: lookedAt }, { lastTransitionTime: '2026-11-21T11:55:00Z' }] }) } }],
    [RESOURCE.claims, { ...rest, metadata: { ...metadata, labels: {} }, spec: { ...rest.spec as object, accessModes: [mode] } }],
    [RESOURCE.cronJobs, { kind: 'CronJob', metadata: { name: 'nightly-prune', namespace: 'shop', ownerReferences: [{ apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupPolicy', name: 'nightly', uid: 'uid-nightly', controller: true }] }, spec: { schedule: '0 5 * * 0', suspend: false } }],
  ]
}

/** Its schedule came into force at 9:30 by the clock of the hooks, and no slot has come since. */
const inForce = [...good.slice(1, 4), [RESOURCE.policies, monthly('2026-11-01T00:00:00Z', '2026-11-21T09:30:00Z')]] as const

/** Its slot of eleven o'clock may be a minute late; it is ready since then. */
const tooLate = (lastTransitionTime: string) => {
  const ready = conditions(true).map(each => ({ ...each, reason: 'Scheduled', lastTransitionTime }))
  return [...good.slice(1, 4), [RESOURCE.policies, policy({ spec: { schedule: '0 11 * * *', startingDeadlineSeconds: 60, strategy: 'snapshot' }, status: { conditions: ready } })]] as const
}

const cases: readonly (readonly [string, readonly (readonly [string, Sample])[], RegExp?, ...string[]])[] = [
  ['all is well', good],
  ['a run that never ends', [...good, [RESOURCE.backups, backup({ name: 'stuck', status: { phase: 'Running' } })]], /Backup stuck is Running/],
  ['a restore that never ends', [...good, [RESOURCE.restores, restore({ status: { phase: 'Running' } })]], /Restore again is Running/],
  ['a deletion that nobody carries out', [...good, [RESOURCE.backups, backup({ name: 'doomed', status: ended('Completed'), annotations: request('user') })]], /doomed is Completed, though its deletion was asked for/],
  ['a deletion that never ends', [...good, [RESOURCE.backups, backup({ name: 'doomed', spec: { strategy: 'snapshot' }, status: { phase: 'Deleting' } })]], /doomed is still Deleting/],
  ['something that cannot go', [...good, [RESOURCE.claims, claim({ name: 'old', deletionTimestamp: '2026-11-21T10:00:00Z' })]], /PersistentVolumeClaim old has been leaving since/],
  ['something that a pod holds which somebody kept', [...good, [RESOURCE.claims, claim({ name: 'old', deletionTimestamp: '2026-11-21T10:00:00Z' })], [RESOURCE.pods, { kind: 'Pod', metadata: { name: 'kept', namespace: 'shop' }, spec: { volumes: [{ persistentVolumeClaim: { claimName: 'old' } }] } }]]],
  ['a Job that never ends', [...good, [RESOURCE.jobs, job(whole(backup()))]], /Job data-job \(backup\) still goes on/],
  ['a prune that never ends', [...good, [RESOURCE.jobs, prune({})]], /Job data-job \(prune\) still goes on/],
  ['a prune that a person has suspended', [...good, [RESOURCE.jobs, prune({ suspend: true })]]],
  ['a status of an older spec', [...good, [RESOURCE.restores, restore({ status: { phase: 'Completed', observedGeneration: 0 } as object })]], /its status speaks of 0/],
  ['a policy that says the wrong thing', [...good.slice(1), [RESOURCE.policies, onDemand({ timeZone: 'Mars/Olympus' })]], /a new one with its spec would be False InvalidTimeZone/],
  ['a policy that complains for nothing', [...good.slice(1), [RESOURCE.policies, { ...onDemand(), status: { conditions: conditions(false) } }]], /Ready=False MoverFailed, a new one with its spec would be True OnDemand/],
  ['a slot that was not run', [...good.slice(1), [RESOURCE.policies, policy({ spec: { strategy: 'snapshot' }, status: { conditions: conditions(true).map(each => ({ ...each, reason: 'Scheduled' })), lastScheduleTime: '2026-11-21T10:00:00Z', activeSchedule: { key: '', since: '2026-11-21T08:00:00Z' } } })]], /has not run slot 2026-11-21T11:45:00.000Z/],
  ['also where nobody says since when the schedule is in force', [...good.slice(1), [RESOURCE.policies, policy({ spec: { strategy: 'snapshot' }, status: { conditions: conditions(true).map(each => ({ ...each, reason: 'Scheduled' })), lastScheduleTime: '2026-11-21T10:00:00Z' } })]], /has not run slot/],
  ['no new restore point', [...good.slice(0, 4), [RESOURCE.backups, backup({ spec: { strategy: 'snapshot' }, status: ended('Failed') })]], /no good restore point since everything is well/],
  ['no new restore point in a place that takes all', [...inClaim('ReadWriteOnce')], /no good restore point since everything is well/],
  ['none since the place was made anew', [...inClaim('ReadWriteOnce', { creationTimestamp: '2026-11-21T11:30:00Z' })]],
  ['none since somebody has looked at the place that was made anew', [...inClaim('ReadWriteOnce', { lookedAt: '2026-11-21T11:30:00Z', begun: { storeId: 'old', startTime: '2026-11-21T11:30:00Z' } })]],
  ['one that began when it had been looked at', [...inClaim('ReadWriteOnce', { lookedAt: '2026-11-21T11:30:00Z', begun: { storeId: 'old', startTime: '2026-11-21T11:30:01Z' } })], /no good restore point since everything is well/],
  ['one that was for the new place', [...inClaim('ReadWriteOnce', { lookedAt: '2026-11-21T11:30:00Z', begun: { storeId: 'new', startTime: '2026-11-21T11:29:00Z' } })], /no good restore point since everything is well/],
  ['none where one pod at a time may write', [...inClaim('ReadWriteOncePod')]],
  ['a run that was made before, and ended since', [...good.slice(0, 4), [RESOURCE.backups, { ...backup({ spec: { strategy: 'snapshot' }, status: ended('Completed') }), metadata: { name: 'old', namespace: 'shop', creationTimestamp: '2026-11-21T08:00:00Z' } }]]],
  ['a run that ended before', [...good.slice(0, 4), [RESOURCE.backups, { ...backup({ spec: { strategy: 'snapshot' }, status: ended('Completed', '2026-11-21T08:30:00Z') }), metadata: { name: 'old', namespace: 'shop', creationTimestamp: '2026-11-21T08:00:00Z' } }]], /has had no run since/],
  ['no run at all', good.slice(0, 4), /has had no run since everything is well/],
  ['none since its newest slot was run ahead of time', [...good.slice(1, 4), [RESOURCE.policies, monthly('2026-12-01T00:00:00Z')]]],
  ['none though its newest slot is of before', [...good.slice(1, 4), [RESOURCE.policies, monthly('2026-11-01T00:00:00Z')]], /has had no run since everything is well/],
  ['none since its schedule came into force by a clock that was ahead', inForce, undefined, 'clockJump'],
  ['none since its schedule came into force by a clock that was right', inForce, /has had no run since everything is well/],
  ['none since its newest slot was too late when nothing was in the way any more', tooLate('2026-11-21T11:02:00Z')],
  ['none though nothing was in the way in time', tooLate('2026-11-21T11:00:30Z'), /has had no run since everything is well/],
  ['what retention names is still there', [...good.slice(1), keepsOne(), ofPolicy('old', '2026-11-21T09:30:00Z'), ofPolicy('new', '2026-11-21T11:00:00Z')], /still has old, which its retention names/],
  ['also beside a run of the future', [...good.slice(1), keepsOne(notCounted), ofPolicy('old', '2026-11-21T09:30:00Z'), ofPolicy('new', '2026-11-21T11:00:00Z'), ofPolicy('ahead', '2026-11-21T20:00:00Z')], /still has old, which its retention names/],
  ['a run of the future is kept', [...good.slice(1, 4), keepsOne(notCounted), ofPolicy('new', '2026-11-21T11:00:00Z'), ofPolicy('ahead', '2026-11-21T20:00:00Z')]],
  ['and nobody says so', [...good.slice(1, 4), keepsOne(), ofPolicy('new', '2026-11-21T11:00:00Z'), ofPolicy('ahead', '2026-11-21T20:00:00Z')], /does not say that ahead is not counted/],
  ['it is said of none', [...good.slice(1, 4), keepsOne(notCounted), ofPolicy('new', '2026-11-21T11:00:00Z')], /says that a run of the future is not counted, and there is none/],
  ['what is of an earlier policy is kept', [...good.slice(1, 4), keepsOne(older('1 restore point is older')), made(ofPolicy('old', '2026-11-21T09:30:00Z'), '2026-11-21T09:00:00Z'), ofPolicy('new', '2026-11-21T11:00:00Z')]],
  ['and nobody says so', [...good.slice(1, 4), keepsOne(), made(ofPolicy('old', '2026-11-21T09:30:00Z'), '2026-11-21T09:00:00Z'), ofPolicy('new', '2026-11-21T11:00:00Z')], /says that 0 restore points are of an earlier policy, and there are 1/],
  ['or says it of too many', [...good.slice(1, 4), keepsOne(older('2 restore points are older')), made(ofPolicy('old', '2026-11-21T09:30:00Z'), '2026-11-21T09:00:00Z'), ofPolicy('new', '2026-11-21T11:00:00Z')], /says that 2 .* there are 1/],
  ['what goes is not kept for its sake', [...good.slice(1), keepsOne(older('1 restore point is older')), made(ofPolicy('old', '2026-11-21T11:10:00Z'), '2026-11-21T09:00:00Z'), ofPolicy('late', '2026-11-21T10:30:00Z'), ofPolicy('new', '2026-11-21T10:40:00Z')], /still has late, which its retention names/],
  ['a repository that is not usable', [...good, [RESOURCE.repositories, { kind: 'BackupRepository', metadata: { name: 'main', namespace: 'shop' }, status: { phase: 'Failed', reason: 'AccessDenied' } }]], /BackupRepository main is Failed: AccessDenied/],
]

for (const [sentence, objects, missing, ...struck] of cases) {
  test(sentence, () => {
    const found = left(objects, struck)
    if (missing === undefined) assert.deepEqual(found, [])
    else assert.match(found.join('\n'), missing)
  })
}
