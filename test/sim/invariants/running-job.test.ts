import { ANNOTATION } from '../../../lib/api.ts'
import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { runningJob } from './running-job.ts'
import { RESOURCE } from './resources.ts'
import { backup, COMPLETE, ended, job, policy } from './samples.ts'

const running = { phase: 'Running' as const, startTime: '2026-11-21T10:00:00Z' }

function begun(h: History, sample = backup({ status: running })) {
  const record = h.put('user', RESOURCE.backups, sample)
  const mover = h.put('metacontroller', RESOURCE.jobs, job(record))
  h.put('cluster', RESOURCE.pods, { kind: 'Pod', metadata: { name: 'pod', namespace: 'shop', ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: mover.metadata.name, uid: mover.metadata.uid ?? '' }] }, status: { phase: 'Running', startTime: 'now' } })
  return mover
}

/** A mover's Job that has no pod yet. */
function asked(h: History) {
  return h.put('metacontroller', RESOURCE.jobs, job(h.put('user', RESOURCE.backups, backup({ status: running }))))
}

/** Its pod starts ten minutes and ten seconds after the Job; twenty seconds later the status says since when it is given up. */
function startedLate(h: History, givenUpTime: string) {
  const record = h.put('user', RESOURCE.backups, backup({ status: running }))
  const mover = h.put('metacontroller', RESOURCE.jobs, job(record))
  const pod = { kind: 'Pod', metadata: { name: 'pod', namespace: 'shop', ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: mover.metadata.name, uid: mover.metadata.uid ?? '' }] } }
  h.put('cluster', RESOURCE.pods, { ...pod, status: { phase: 'Pending' } })
  h.pass(610)
  h.put('cluster', RESOURCE.pods, { ...pod, status: { phase: 'Running', startTime: 'now' } })
  h.pass(20)
  h.put('metacontroller', RESOURCE.backups, backup({ status: ended('Failed', givenUpTime) }))
  return mover
}

/** Its first pod was refused, one ran, and it is deleted ten minutes after the refusal. */
function refusedBefore(h: History, isGone: boolean): void {
  const mover = asked(h)
  const { name, uid = '' } = mover.metadata
  h.put('cluster', RESOURCE.events, { kind: 'Event', metadata: { name: `${name}.1`, namespace: 'shop' }, involvedObject: { uid }, reason: 'FailedCreate', firstTimestamp: mover.metadata.creationTimestamp })
  const pod = { kind: 'Pod', metadata: { name: 'pod', namespace: 'shop', ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }] }, status: { phase: 'Running', startTime: 'now' } }
  const made = h.put('cluster', RESOURCE.pods, pod)
  h.pass(600)
  if (isGone) h.remove('cluster', RESOURCE.pods, made)
  h.remove('metacontroller', RESOURCE.jobs, mover)
}

function ownerless(h: History, mover: ReturnType<typeof begun>) {
  return h.put('user', RESOURCE.jobs, { ...mover, metadata: { ...mover.metadata, ownerReferences: [] } })
}

function pruner(h: History) {
  const owner = h.put('user', RESOURCE.policies, policy())
  return h.put('metacontroller', RESOURCE.cronJobs, { ...job(owner, { name: 'nightly-prune', role: 'prune' }), kind: 'CronJob' })
}

function restoring(h: History, status: object) {
  const mover = h.put('metacontroller', RESOURCE.jobs, job(h.put('user', RESOURCE.restores, { kind: 'Restore', metadata: { name: 'again', namespace: 'shop' }, spec: {}, status }), { role: 'restore' }))
  h.put('cluster', RESOURCE.pods, { kind: 'Pod', metadata: { name: 'pod', namespace: 'shop', ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: mover.metadata.name, uid: mover.metadata.uid ?? '' }] }, status: { phase: 'Running', startTime: 'now' } })
  return mover
}

/** A restore's mover that has had no node for ten minutes and then starts, so many seconds before it is deleted. */
function startedAtLast(h: History, seconds: number): void {
  const mover = h.put('metacontroller', RESOURCE.jobs, job(h.put('user', RESOURCE.restores, { kind: 'Restore', metadata: { name: 'again', namespace: 'shop' }, spec: {}, status: { phase: 'Running' } }), { role: 'restore' }))
  const pod = { kind: 'Pod', metadata: { name: 'pod', namespace: 'shop', ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: mover.metadata.name, uid: mover.metadata.uid ?? '' }] } }
  h.put('cluster', RESOURCE.pods, { ...pod, status: { phase: 'Pending' } })
  h.pass(601)
  h.put('cluster', RESOURCE.pods, { ...pod, status: { phase: 'Running', startTime: 'now' } })
  h.pass(seconds)
  h.remove('metacontroller', RESOURCE.jobs, mover)
}

function removalAsked(h: History) {
  const record = h.put('user', RESOURCE.backups, backup({ status: { phase: 'Completed' } }))
  h.put('user', RESOURCE.backups, { ...record, metadata: { ...record.metadata, annotations: { [ANNOTATION.deleteRequested]: JSON.stringify({ requestedBy: 'user', reason: 'test' }) } } })
}

/** A check Job that stands still since so many seconds. */
function suspended(h: History, seconds: number) {
  const check = job(h.put('user', RESOURCE.repositories, { kind: 'BackupRepository', metadata: { name: 'main', namespace: 'shop' } }), { role: 'check' })
  const made = h.put('metacontroller', RESOURCE.jobs, { ...check, spec: { suspend: true } })
  h.pass(seconds)
  return made
}

/** A check whose time was over so long ago, at the history's beginning, and which has not ended. */
function stopped(h: History, seconds: number) {
  const check = job(h.put('user', RESOURCE.repositories, { kind: 'BackupRepository', metadata: { name: 'main', namespace: 'shop' } }), { role: 'check' })
  const made = h.put('metacontroller', RESOURCE.jobs, check)
  const conditions = [{ type: 'FailureTarget', status: 'True', lastTransitionTime: made.metadata.creationTimestamp }]
  h.put('cluster', RESOURCE.jobs, { ...made, status: { startTime: made.metadata.creationTimestamp, conditions } })
  h.pass(seconds)
  return made
}

tryHistories(runningJob, [
  ['a running Job is deleted', h => { h.remove('metacontroller', RESOURCE.jobs, begun(h)) }, /metacontroller deleted running Job shop\/data-job of Backup nightly-1/],
  ['a running Job gets a deletionTimestamp', h => { const mover = begun(h); h.put('metacontroller', RESOURCE.jobs, { ...mover, metadata: { ...mover.metadata, deletionTimestamp: 'now' } }) }, /deleted running Job/],
  ['a running Job is altered', h => { const mover = begun(h); h.put('metacontroller', RESOURCE.jobs, { ...mover, spec: { template: { spec: {} } } }) }, /altered running Job/],
  ['somebody else deletes it', h => { h.remove('user', RESOURCE.jobs, begun(h)) }],
  ['a finished one is deleted before its result is recorded', h => { const mover = begun(h); h.remove('metacontroller', RESOURCE.jobs, h.put('cluster', RESOURCE.jobs, { ...mover, status: COMPLETE })) },
    /deleted finished Job shop\/data-job, and its result is not recorded/],
  ['a finished one is deleted afterwards', h => {
    const mover = begun(h)
    const done = h.put('cluster', RESOURCE.jobs, { ...mover, status: COMPLETE })
    h.put('metacontroller', RESOURCE.backups, backup({ status: ended('Completed') }))
    h.remove('metacontroller', RESOURCE.jobs, done)
  }],
  ['a finished one whose labels somebody changed is deleted afterwards', h => {
    const mover = begun(h)
    const done = h.put('user', RESOURCE.jobs, { ...mover, metadata: { ...mover.metadata, labels: { ...mover.metadata.labels, 'holdfast.dev/volume': 'other' } }, status: COMPLETE })
    h.put('metacontroller', RESOURCE.backups, backup({ status: ended('Completed') }))
    h.remove('metacontroller', RESOURCE.jobs, done)
  }],
  ['a policy loses what prunes for it', h => { h.remove('metacontroller', RESOURCE.cronJobs, pruner(h)) }, /deleted CronJob shop\/nightly-prune, though its policy is there/],
  ['what prunes goes with its policy', h => { const made = pruner(h); h.put('user', RESOURCE.policies, policy({ deletionTimestamp: 'now' })); h.remove('metacontroller', RESOURCE.cronJobs, made) }],
  ['cancel was asked for', h => { h.remove('metacontroller', RESOURCE.jobs, begun(h, backup({ status: running, annotations: { [ANNOTATION.cancelRequested]: 'stop' } }))) }],
  ['cancel was asked for, and somebody had taken its owner away', h => { h.remove('metacontroller', RESOURCE.jobs, ownerless(h, begun(h, backup({ status: running, annotations: { [ANNOTATION.cancelRequested]: 'stop' } })))) }],
  ['somebody had taken its owner away, and nobody asked for anything', h => { h.remove('metacontroller', RESOURCE.jobs, ownerless(h, begun(h))) }, /deleted running Job shop\/data-job of Backup nightly-1/],
  ['its record is being deleted', h => { h.remove('metacontroller', RESOURCE.jobs, begun(h, backup({ status: running, deletionTimestamp: 'now' }))) }],
  ['its time is over', h => { const mover = begun(h, backup({ status: running, spec: { mover: { timeoutSeconds: 60 } } })); h.pass(60); h.remove('metacontroller', RESOURCE.jobs, mover) }],
  ['its time is not over yet', h => { const mover = begun(h, backup({ status: running, spec: { mover: { timeoutSeconds: 60 } } })); h.pass(50); h.remove('metacontroller', RESOURCE.jobs, mover) }, /deleted running Job/],
  ['it never started', h => { const mover = asked(h); h.pass(600); h.remove('metacontroller', RESOURCE.jobs, mover) }],
  ['it has no pod yet, and its claim is gone', h => { h.remove('metacontroller', RESOURCE.jobs, asked(h)) }],
  ['it has no pod yet', h => {
    h.put('user', RESOURCE.claims, { kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' } })
    h.remove('metacontroller', RESOURCE.jobs, asked(h))
  }, /deleted running Job/],
  ['its next pod is refused, as its first one was long ago', h => refusedBefore(h, true)],
  ['the one that came after the refusal runs', h => refusedBefore(h, false), /deleted running Job/],
  ['its second pod did not start', h => {
    const mover = begun(h)
    h.put('cluster', RESOURCE.pods, { kind: 'Pod', metadata: { name: 'next', namespace: 'shop', ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: mover.metadata.name, uid: mover.metadata.uid ?? '' }] }, status: { phase: 'Pending' } })
    h.pass(600)
    h.remove('metacontroller', RESOURCE.jobs, mover)
  }],
  ['it was given up in time, and started before that was written down', h => { h.remove('metacontroller', RESOURCE.jobs, startedLate(h, '2026-11-21T10:10:00Z')) }],
  ['it was given up when it had started', h => { h.remove('metacontroller', RESOURCE.jobs, startedLate(h, '2026-11-21T10:10:20Z')) }, /deleted running Job/],
  ['its pod was lost a moment ago', h => { const mover = begun(h); h.pass(900); h.remove('cluster', RESOURCE.pods, { metadata: { name: 'pod', namespace: 'shop' } }); h.remove('metacontroller', RESOURCE.jobs, mover) }, /deleted running Job/],
  ['it started late, but it started', h => { const mover = begun(h); h.pass(700); h.remove('metacontroller', RESOURCE.jobs, mover) }, /deleted running Job/],
  ['a Job whose result is recorded is made anew', h => {
    const mover = begun(h)
    h.put('metacontroller', RESOURCE.backups, backup({ status: ended('Completed') }))
    h.pass(90_000)
    h.remove('cluster', RESOURCE.jobs, mover)
    h.put('metacontroller', RESOURCE.jobs, mover)
  }, /made Job shop\/data-job anew, although its result was recorded/],
  ['a check that somebody suspended is made room for', h => h.remove('metacontroller', RESOURCE.jobs, suspended(h, 601))],
  ['so is a mover that was suspended before it ever started', h => {
    const mover = h.put('metacontroller', RESOURCE.jobs, { ...job(h.put('user', RESOURCE.backups, backup({ status: running }))), spec: { suspend: true } })
    h.put('cluster', RESOURCE.pods, { kind: 'Pod', metadata: { name: 'pod', namespace: 'shop', ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: mover.metadata.name, uid: mover.metadata.uid ?? '' }] }, status: { phase: 'Pending' } })
    h.pass(590)
    h.remove('cluster', RESOURCE.pods, { metadata: { name: 'pod', namespace: 'shop' } })
    h.pass(10)
    h.remove('metacontroller', RESOURCE.jobs, mover)
  }],
  ['a Job that turns up after its Restore has ended', h => { h.remove('metacontroller', RESOURCE.jobs, restoring(h, { phase: 'Failed', completionTime: '2026-11-21T10:00:00Z' })) }],
  ['one that was begun when the data was to be removed already', h => { removalAsked(h); h.pass(5); h.remove('metacontroller', RESOURCE.jobs, restoring(h, { phase: 'Running', backup: 'nightly-1' })) }],
  ['one that was begun before', h => { const mover = restoring(h, { phase: 'Running', backup: 'nightly-1' }); h.pass(5); removalAsked(h); h.remove('metacontroller', RESOURCE.jobs, mover) }, /deleted running Job/],
  ['one that starts while it is given up', h => startedAtLast(h, 5)],
  ['one that starts while the deletion is on its way', h => startedAtLast(h, 20)],
  ['one that has started before', h => startedAtLast(h, 30), /deleted running Job shop\/data-job of Restore again/],
  ['one whose Restore goes on', h => { h.remove('metacontroller', RESOURCE.jobs, restoring(h, { phase: 'Running' })) }, /deleted running Job shop\/data-job of Restore again/],
  ['one that ran long before its Restore ended', h => { const mover = restoring(h, { phase: 'Running' }); h.pass(7200); h.put('metacontroller', RESOURCE.restores, { kind: 'Restore', metadata: { name: 'again', namespace: 'shop' }, spec: {}, status: { phase: 'Failed', completionTime: '2026-11-21T12:00:00Z' } }); h.remove('metacontroller', RESOURCE.jobs, mover) }, /deleted running Job/],
  ['one that may be resumed any moment', h => { h.remove('metacontroller', RESOURCE.jobs, suspended(h, 500)) }, /deleted running Job shop\/data-job of BackupRepository main/],
  ['one that was to be stopped, and waits for a pod on a dead node', h => { h.remove('metacontroller', RESOURCE.jobs, stopped(h, 120)) }],
  ['one that may be stopped any moment', h => { h.remove('metacontroller', RESOURCE.jobs, stopped(h, 100)) }, /deleted running Job shop\/data-job of BackupRepository main/],
  ['a Job without a recorded result is made anew', h => { const mover = begun(h); h.remove('user', RESOURCE.jobs, mover); h.put('metacontroller', RESOURCE.jobs, mover) }],
])
