import { ANNOTATION } from '../../../lib/api.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { deadlines } from './deadlines.ts'
import { tryHistories } from './histories.ts'
import { START, type History } from './history.ts'
import { RESOURCE } from './resources.ts'
import { backup, job, policy } from './samples.ts'

interface Answered {
  readonly status: object
  readonly seconds: number
  readonly resync?: number
  readonly jobs?: readonly KubeObject[]
}

/** A Backup is looked at so many seconds after it was made. */
function look(h: History, parent: KubeObject, { status, seconds, resync, jobs = [] }: Answered): void {
  const children = { 'Job.batch/v1': Object.fromEntries(jobs.map(each => [`shop/${each.metadata.name}`, each])) }
  const mentioned = jobs.map(({ metadata: { name } }) => ({ kind: 'Job', metadata: { name } }))
  h.call({ kind: parent.kind.toLowerCase(), request: { parent, children }, answer: { status, children: mentioned, resyncAfterSeconds: resync }, at: START + seconds * 1000 })
}

const make = (h: History, about: Parameters<typeof backup>[0] = {}): KubeObject => h.put('user', RESOURCE.backups, backup(about))
const running = { phase: 'Running', startTime: '2026-11-21T10:00:00Z', volumes: [{ pvc: 'data', phase: 'Running' }] }
const refused = { ...running, conditions: [{ type: 'Stalled', status: 'True', reason: 'ApiRefused' }] }
const doomed = { [ANNOTATION.cancelRequested]: 'stop', [ANNOTATION.deleteRequested]: '{"requestedBy":"ann"}' }
const failed = { phase: 'Failed', volumes: [{ pvc: 'data', phase: 'Failed' }] }
const named = { ...failed, volumes: [{ pvc: 'data', phase: 'Failed', jobName: 'data-job' }] }

tryHistories(deadlines, [
  ['in the queue', h => look(h, make(h), { status: { phase: 'Queued' }, seconds: 500, resync: 100 })],
  ['in the queue for ever', h => look(h, make(h), { status: { phase: 'Queued' }, seconds: 700, resync: 60 }), /nightly-1 is Queued still, its time was over at 2026-11-21T10:10:00/],
  ['on its way', h => look(h, make(h), { status: running, seconds: 700, resync: 60 })],
  ['past its deadline', h => look(h, make(h, { spec: { mover: { timeoutSeconds: 60 } } }), { status: running, seconds: 700, resync: 60 }), /is Running still/],
  ['nobody is to wake it', h => look(h, make(h), { status: running, seconds: 10 }), /does not ask to be called at its deadline/],
  ['cancelled and going on', h => look(h, make(h, { annotations: { [ANNOTATION.cancelRequested]: 'stop' } }), { status: running, seconds: 10, resync: 5 }), /is Running, though it was cancelled/],
  ['cancelled, and the API server refuses what has to be done first', h => look(h, make(h, { annotations: { [ANNOTATION.cancelRequested]: 'stop' } }), { status: refused, seconds: 10, resync: 60 })],
  ['cancelled, refused, and not tried again soon', h => look(h, make(h, { annotations: { [ANNOTATION.cancelRequested]: 'stop' } }), { status: refused, seconds: 10, resync: 600 }), /is Running, though it was cancelled/],
  ['cancelled and to be removed when a Restore has ended that reads its namesake', h => look(h, make(h, { annotations: doomed }), { status: running, seconds: 10, resync: 15 })],
  ['cancelled and to be removed, and nobody looks again', h => look(h, make(h, { annotations: doomed }), { status: running, seconds: 10, resync: 600 }), /is Running, though it was cancelled/],
  ['cancelled and ended', h => look(h, make(h, { annotations: { [ANNOTATION.cancelRequested]: 'stop' } }), { status: failed, seconds: 10 })],
  ['a mover that is given up goes on until that is written down', h => { const parent = make(h); look(h, parent, { status: failed, seconds: 10, jobs: [h.put('metacontroller', RESOURCE.jobs, job(parent))] }) }],
  ['and until its name is written down too', h => { const parent = make(h, { status: failed as never }); look(h, parent, { status: failed, seconds: 10, jobs: [h.put('metacontroller', RESOURCE.jobs, job(parent))] }) }],
  ['a mover that was given up goes on', h => { const parent = make(h, { status: named as never }); look(h, parent, { status: named, seconds: 10, jobs: [h.put('metacontroller', RESOURCE.jobs, job(parent))] }) }, /Job data-job of a volume that was given up goes on/],
  ['a policy that is woken in time', h => look(h, h.put('user', RESOURCE.policies, policy()), { status: { nextScheduleTime: '2026-11-21T10:15:00Z' }, seconds: 0, resync: 900 })],
  ['a policy that is not woken', h => look(h, h.put('user', RESOURCE.policies, policy()), { status: { nextScheduleTime: '2026-11-21T10:15:00Z' }, seconds: 0 }), /waits for 2026-11-21T10:15:00Z and does not ask/],
  ['a policy that is woken late', h => look(h, h.put('user', RESOURCE.policies, policy()), { status: { nextScheduleTime: '2026-11-21T10:15:00Z' }, seconds: 0, resync: 3600 }), /asks to be called 3600 s after/],
])
