import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnoseJob, diagnosePod, podlessSince } from '../../../hooks/jobs/diagnose.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { ended, event, pod, waiting } from './pods.ts'

const unschedulable = (message: string) => pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] })
const config = (message: string, of = {}) => waiting('CreateContainerConfigError', message, of)

const cases: readonly [string, KubeObject, KubeObject[], string | undefined, RegExp?][] = [
  ['a new pod', pod({ phase: 'Pending' }), [], undefined],
  ['a pod that is being set up', waiting('ContainerCreating', ''), [], undefined],
  ['a mover that runs, whatever happened before', pod({ containerStatuses: [{ name: 'mover', state: { running: {} } }] }), [event('FailedMount', 'x')], undefined],
  ['a mover that has ended', ended(1), [event('FailedMount', 'x')], undefined],
  ['no such image', waiting('ErrImagePull', 'manifest unknown'), [], 'ImagePullFailed', /mover:1.*manifest unknown.*registry/],
  ['an image that is backed off from', waiting('ImagePullBackOff', ''), [], 'ImagePullFailed'],
  ['an image that may not be pulled', waiting('ErrImageNeverPull', 'absent'), [], 'ImagePullFailed'],
  ['an image name that is none', waiting('InvalidImageName', 'couldn\'t parse'), [], 'ImagePullFailed'],
  ['the image of the user\'s command', waiting('ImagePullBackOff', '', { name: 'producer', init: true }), [], 'ImagePullFailed', /container producer/],
  ['no secret', config('secret "store" not found'), [], 'SecretNotFound', /"store"/],
  ['no key', config('couldn\'t find key AWS_ACCESS_KEY_ID in Secret shop/store'), [], 'SecretKeyMissing', /"store" has no key AWS_ACCESS_KEY_ID/],
  ['a secret of the user\'s command', config('secret "db" not found', { name: 'producer', init: true }), [], 'SecretNotFound', /"db"/],
  ['any other container config', config('container has runAsNonRoot and image will run as root'), [], 'StartupTimeout', /runAsNonRoot/],
  ['a user image without a shell', waiting('CrashLoopBackOff', 'back-off', { name: 'producer', init: true, lastState: { terminated: { exitCode: 128, reason: 'StartError', message: 'no /bin/sh' } } }), [], 'ProducerFailed', /\/bin\/sh/],
  ['no node for it', unschedulable('0/3 nodes are available: 3 Insufficient memory.'), [], 'Unschedulable', /requests.*Insufficient memory/],
  ['volumes in two zones', unschedulable('0/3 nodes are available: 1 node(s) had volume node affinity conflict'), [], 'Unschedulable', /different nodes or zones/],
  ['a ReadWriteOncePod volume in use', unschedulable('node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'), [], 'Unschedulable', /ReadWriteOncePod/],
  ['no such claim', unschedulable('persistentvolumeclaim "data" not found'), [], 'VolumeNotFound', /"data"/],
  ['a claim that is not bound', unschedulable('pod has unbound immediate PersistentVolumeClaims'), [], 'VolumeNotBound'],
  ['an event of the scheduler before the condition', pod({}), [event('FailedScheduling', '0/1 nodes are available: 1 node(s) were unschedulable')], 'Unschedulable', /cordoned/],
  ['a mount that fails', pod({}), [event('FailedMount', 'mount.nfs: access denied')], 'MountFailed', /access denied/],
  ['a volume attached elsewhere', pod({}), [event('FailedAttachVolume', 'Multi-Attach error for volume "pv"')], 'VolumeInUse', /another node/],
  ['a sandbox that cannot be made', pod({}), [event('FailedCreatePodSandBox', 'no IP left')], 'StartupTimeout', /no IP left/],
  ['an event that says nothing about the start', pod({}), [event('Unhealthy', 'x')], undefined],
  ['the newest event that says something', pod({}), [event('Unhealthy', 'x'), event('FailedMount', 'new'), event('FailedMount', 'old')], 'MountFailed', /new/],
  ['a container\'s own state before events', waiting('ErrImagePull', 'gone'), [event('FailedMount', 'x')], 'ImagePullFailed'],
]

for (const [what, thePod, events, reason, message] of cases) {
  test(`${what} → ${reason ?? 'nothing'}`, () => {
    const found = diagnosePod(thePod, events)
    assert.equal(found?.reason, reason)
    if (message) assert.match(found?.message ?? '', message)
  })
}

test('a message is one line of at most 300 characters', () => {
  const found = diagnosePod(pod({}), [event('FailedMount', 'long\n'.repeat(500))])
  assert.ok(found && found.message.length <= 300 && !found.message.includes('\n'))
})

const JOB: KubeObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'nightly-1-backup-data', namespace: 'shop' } }
const created = 'Error creating: pods "a-b" is forbidden: '
const jobs: readonly [string, KubeObject[], string | undefined, RegExp?][] = [
  ['nothing happened', [], undefined],
  ['other events', [event('BackoffLimitExceeded', 'x')], undefined],
  ['Pod Security refuses it', [event('FailedCreate', `${created}violates PodSecurity "restricted:latest": runAsNonRoot != true`)], 'PodForbidden', /^violates PodSecurity.*runAs: user/],
  ['a quota refuses it', [event('FailedCreate', `${created}exceeded quota: q, requested: pods=1`)], 'PodForbidden', /^exceeded quota.*ResourceQuota/],
  ['another admission refuses it', [event('FailedCreate', `${created}denied by policy`)], 'PodForbidden', /denied by policy/],
]

for (const [what, events, reason, message] of jobs) {
  test(`a Job without a pod: ${what} → ${reason ?? 'nothing'}`, () => {
    const found = diagnoseJob(JOB, events)
    assert.equal(found?.reason, reason)
    if (message) assert.match(found?.message ?? '', message)
  })
}

test('a Job without a pod that somebody has suspended, whatever the events say → how to resume it', () => {
  const found = diagnoseJob({ ...JOB, spec: { suspend: true } } as KubeObject, [event('FailedCreate', `${created}denied by policy`)] as never)
  assert.equal(found?.reason, 'StartupTimeout')
  assert.match(found?.message ?? '', /Job nightly-1-backup-data was suspended.*kubectl patch job nightly-1-backup-data -n shop -p/)
})

const MADE = '2026-11-21T02:00:00Z'
const refusal = (firstTimestamp?: string): KubeObject => ({ ...event('FailedCreate', 'x'), ...(firstTimestamp && { firstTimestamp }) } as KubeObject)
const podless: readonly [string, { readonly started: boolean; readonly events: readonly KubeObject[] }, string | undefined][] = [
  ['nobody has taken it up', { started: false, events: [] }, MADE],
  ['it was taken up, so its pod is lost', { started: true, events: [event('Other', 'x')] }, undefined],
  ['its pod is refused', { started: true, events: [refusal('2026-11-21T03:00:10Z'), refusal('2026-11-21T03:00:00Z')] }, '2026-11-21T03:00:00Z'],
  ['refused nobody knows when', { started: true, events: [refusal()] }, MADE],
  ['a pod of its former namesake was refused', { started: true, events: [refusal('2026-11-20T02:00:00Z')] }, MADE],
]

for (const [what, { started, events }, since] of podless) {
  test(`a Job without a pod waits since ${since ?? 'no time'}: ${what}`, () => {
    const job: KubeObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job', creationTimestamp: MADE }, status: started ? { startTime: MADE } : {} }
    assert.equal(podlessSince(job, events), since)
  })
}
