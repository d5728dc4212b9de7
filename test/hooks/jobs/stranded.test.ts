import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hangingFinding, strandedFinding } from '../../../hooks/jobs/stranded.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { job } from './pods.ts'

const at = (time: string) => new Date(`2026-11-21T${time}Z`)
const pod = (phase: string, deletionTimestamp: string | undefined = '2026-11-21T02:10:00Z', nodeName: string | undefined = 'node-1'): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod-1', namespace: 'shop', ...(deletionTimestamp && { deletionTimestamp }) }, spec: { ...(nodeName && { nodeName }) }, status: { phase },
})

const pods: readonly [string, readonly KubeObject[], string, boolean][] = [
  ['a pod that nobody deletes', [pod('Running', '')], '23:00:00', false],
  ['a pod whose grace is over just now', [pod('Running')], '02:11:59', false],
  ['a pod that should have ended two minutes ago', [pod('Running')], '02:12:01', true],
  ['a pod that never started', [pod('Pending')], '02:12:01', true],
  ['a pod that has no node', [pod('Pending', undefined, '')], '02:12:01', false],
  ['a pod that has ended and is held by a finalizer', [pod('Failed')], '23:00:00', false],
  ['an older pod beside one that runs', [pod('Running', ''), pod('Running')], '02:12:01', true],
  ['no pod', [], '23:00:00', false],
]

for (const [what, found, now, expected] of pods) {
  test(`${what} is ${expected ? '' : 'not '}stranded`, () => assert.equal(strandedFinding(found, at(now)) !== undefined, expected))
}

test('who reads of it learns the node, and what to do with it', () => {
  assert.deepEqual(strandedFinding([pod('Running')], at('02:15:00')), {
    reason: 'NodeLost',
    message: 'node node-1 does not answer: pod pod-1 should have ended at 2026-11-21T02:10:00Z; start the node, or if it is off for certain: kubectl delete node node-1',
  })
})

const limited = (of: KubeObject): KubeObject => ({ ...of, spec: { activeDeadlineSeconds: 3600 } })
const jobs: readonly [string, KubeObject, string, boolean][] = [
  ['a Job that goes on', limited(job()), '23:00:00', false],
  ['a Job that is being stopped', job('FailureTarget', 'DeadlineExceeded'), '02:11:59', false],
  ['a Job that should have been stopped long ago', job('FailureTarget', 'DeadlineExceeded'), '02:12:01', true],
  ['a failed Job', job('Failed'), '23:00:00', false],
  ['a Job that has succeeded, and waits for a former pod', limited(job('SuccessCriteriaMet')), '03:01:59', false],
  ['the same when its time is over', limited(job('SuccessCriteriaMet')), '03:02:01', true],
  ['the same when it has no deadline', job('SuccessCriteriaMet'), '23:00:00', false],
]

for (const [what, found, now, expected] of jobs) {
  test(`${what} ${expected ? 'hangs' : 'does not hang'}`, () => assert.equal(hangingFinding(found, [], at(now))?.reason, expected ? 'DeadlineExceeded' : undefined))
}

test('a Job that hangs names its node, or where to look', () => {
  const hanging = job('FailureTarget')
  assert.match(hangingFinding(hanging, [pod('Running')], at('03:00:00'))?.message ?? '', /^Job job had to end by 2026-11-21T02:10:00Z and waits for a pod that does not; node node-1 does not answer/)
  assert.match(hangingFinding(hanging, [], at('03:00:00'))?.message ?? '', /kubectl describe job job /)
})
