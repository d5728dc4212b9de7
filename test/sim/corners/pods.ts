import type { Obstacle } from '../cluster/pod-start.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { TEST_IMAGES } from '../../images.ts'
import { isGone, type Step } from '../scenarios/scenario.ts'
import { pathOf, STAGE } from '../scenarios/stage.ts'
import { backup, backupObject, until, write } from '../scenarios/steps.ts'
import type { World } from '../world.ts'
import type { Corner, CornerStep } from './corner.ts'
import { act, apply, backupEnds, claim, ends, faults, KILLED, moverFails, noMore, patched, pod, removed, runs, stranger, tornAway, volumeIs, wait } from './steps.ts'

const SOON = { mover: { startupTimeoutSeconds: 30 } }

/** Pods that never run: the run fails for what the kubelet, the scheduler or admission says. */
export const POD_CORNERS: readonly Corner[] = [
  { name: 'job.container/imagePull', marks: ['reason/ImagePullFailed'], repository: true, steps: [write('data'), faults('imagePullStuck'), ...backupEnds('tar', { reason: 'ImagePullFailed' }, SOON)] },
  { name: 'job.container/secretNotFound', marks: ['reason/SecretNotFound'], repository: true, steps: [write('data'), removed('Secret', 'store'), ...backupEnds('tar', { reason: 'SecretNotFound' }, SOON)] },
  {
    name: 'job.container/secretKeyMissing', marks: ['reason/SecretKeyMissing'], repository: true,
    steps: [write('data'), patched('Secret', 'store', { data: { RESTIC_PASSWORD: null } }), ...backupEnds('external', { reason: 'SecretKeyMissing' }, SOON)],
  },
  {
    name: 'job.container/config', marks: ['reason/StartupTimeout'], repository: true,
    steps: [write('data'), held('mover', 'CreateContainerConfigError', 'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root'), ...backupEnds('tar', { reason: 'StartupTimeout' }, SOON)],
  },
  {
    name: 'job.container/noShell', marks: ['reason/ProducerFailed'], repository: true,
    steps: [write('data'), held('producer', 'RunContainerError', 'failed to create containerd task: exec: "/bin/sh": stat /bin/sh: no such file or directory'), ...backupEnds('custom', { reason: 'ProducerFailed' }, SOON)],
  },
  {
    name: 'reason/MountFailed', repository: true,
    steps: [write('data'), told('FailedMount', 'MountVolume.SetUp failed for volume "data" : rpc error: code = DeadlineExceeded'), ...backupEnds('tar', { reason: 'MountFailed' }, SOON)],
  },
  {
    name: 'a volume that is attached to another node', marks: ['reason/VolumeInUse'], repository: true,
    steps: [write('data'), told('FailedAttachVolume', 'Multi-Attach error for volume "data" Volume is already exclusively attached to one node'), ...backupEnds('tar', { reason: 'VolumeInUse' }, SOON)],
  },
  {
    name: 'a node that cannot set the pod up', marks: ['reason/StartupTimeout'], repository: true,
    steps: [write('data'), told('FailedCreatePodSandBox', 'failed to set up network for sandbox'), ...backupEnds('tar', { reason: 'StartupTimeout' }, SOON)],
  },
  {
    name: 'a Secret that cannot be mounted', marks: ['reason/SecretNotFound'], repository: true,
    steps: [write('data'), told('FailedMount', 'MountVolume.SetUp failed for volume "keys" : secret "keys" not found'), ...backupEnds('tar', { reason: 'SecretNotFound' }, SOON)],
  },
  {
    name: 'a warning that tells nothing', marks: ['reason/StartupTimeout'], repository: true,
    steps: [write('data'), told('DNSConfigForming', 'Nameserver limits were exceeded, some nameservers have been omitted'), ...backupEnds('tar', { reason: 'StartupTimeout' }, SOON)],
  },
  {
    name: 'pods that Pod Security refuses', marks: ['reason/PodForbidden'], repository: true,
    steps: [write('data'), forbidden('violates PodSecurity "restricted:latest": runAsNonRoot != true'), ...backupEnds('tar', { reason: 'PodForbidden' }, SOON)],
  },
  {
    name: 'pods that a webhook refuses', marks: ['reason/PodForbidden'], repository: true,
    steps: [write('data'), forbidden('admission webhook "policy.example.com" denied the request: no'), ...backupEnds('tar', { reason: 'PodForbidden' }, SOON)],
  },
  {
    name: 'a claim that is torn away before its mover has a node', marks: ['reason/VolumeNotFound'], repository: true, steps: [
      write('data'), faults('podUnschedulable'), apply(backupObject('first', 'tar', SOON)), until('its mover waits', 'Job', 'first-backup-data', object => (object?.status as { active?: number } | undefined)?.active === 1),
      act(world => tornAway(world, claimNamed(world, 'data'))), faults(), ends('Backup', 'first', { phase: 'Failed', reason: 'VolumeNotFound' }),
    ],
  },
  {
    name: 'a failed mover whose pods are gone', marks: ['reason/MoverFailed'], repository: true, steps: [
      write('data'), moverFails('backup', KILLED), apply(backupObject('first', 'tar', { mover: { backoffLimit: 0 } })), failedJob('first-backup-data'), act(podsTorn), ends('Backup', 'first', { phase: 'Failed', reason: 'MoverFailed' }),
    ],
  },
  {
    name: 'a volume whose mover never starts makes room for the others', marks: ['reason/AllVolumesFailed'], repository: true, steps: [
      write('data'), write('other'), act(({ cluster }) => { cluster.mishaps.start = pod => pod.metadata.name.includes('-other') ? STUCK : undefined }), faults('moverHangs'),
      apply(backupObject('first', 'tar', { mover: { startupTimeoutSeconds: 30, timeoutSeconds: 200 }, volumes: ['data', 'other'] })), volumeIs('Backup', 'first', { pvc: 'other', phase: 'Failed' }), wait(30),
      until('its mover is gone', 'Job', 'first-backup-other', isGone), volumeIs('Backup', 'first', { pvc: 'data', phase: 'Running' }), ends('Backup', 'first', { phase: 'Failed', reason: 'AllVolumesFailed' }),
    ],
  },
  {
    name: 'a mover goes to the node of the pod that uses the volume', repository: true, steps: [write('data'), pod('shop', 'data'), runs('shop'), ...backup('first', 'tar'), pinned('first-backup-data')],
  },
  {
    name: 'likewise where the volume is of the pod itself', repository: true, steps: [
      claim('shop-data', {}), write('shop-data'), apply(ofItself('shop', 'data')), runs('shop'), apply(backupObject('first', 'tar', { volumes: ['shop-data'] })), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }), pinned('first-backup-shop-data'),
    ],
  },
  {
    name: 'a command gets its environment', repository: true, steps: [
      write('data'), apply(backupObject('first', 'custom', { custom: { command: ['cat', '/data/file'], env: [{ name: 'LEVEL', value: '3' }, { name: 'PASSWORD', secretKeyRef: { name: 'store', key: 'RESTIC_PASSWORD' } }] } })), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  { name: 'reason/Unschedulable', repository: true, steps: [write('data'), faults('podUnschedulable'), ...backupEnds('tar', { reason: 'Unschedulable' }, SOON)] },
  {
    name: 'reason/PodForbidden', repository: true,
    steps: [write('data'), apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '0' } } }), ...backupEnds('tar', { reason: 'PodForbidden' }, SOON)],
  },
  { name: 'a mover whose name is taken', marks: ['reason/TargetExists'], repository: true, steps: [write('data'), apply(stranger('first-backup-data')), ...backupEnds('tar', { reason: 'TargetExists' }, SOON)] },
  {
    name: 'a mover whose name is taken for a while', repository: true, steps: [
      write('data'), apply(stranger('first-backup-data')), ...backupEnds('tar', { phase: 'Running', reason: 'Running' }), wait(30), removed('Job', 'first-backup-data'), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'a mover that a quota refuses', marks: ['reason/StartupTimeout'], repository: true,
    steps: [write('data'), noMore('jobs.batch'), ...backupEnds('tar', { reason: 'StartupTimeout' }, SOON)],
  },
  {
    name: 'a pod that starts late is waited for', repository: true,
    steps: [write('data'), faults('imagePullStuck'), ...backupEnds('tar', { phase: 'Running', reason: 'Running' }), { step: 'wait', seconds: 30 }, faults(), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' })],
  },
]

const STUCK: Obstacle = { event: { reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "data" : timed out', component: 'kubelet' }, againMilliseconds: 60_000 }

/** Waits until a Job has failed for good. */
function failedJob(name: string): Step {
  return until(`Job ${name} has failed`, 'Job', name, object => object?.status?.conditions?.some(({ type, status }) => type === 'Failed' && status === 'True') === true)
}

function podsTorn(world: World): void {
  for (const pod of world.api.all('v1/pods', STAGE.namespace)) tornAway(world, pod)
}

function claimNamed({ api }: World, name: string): KubeObject {
  return api.read(pathOf(STAGE.namespace, { kind: 'PersistentVolumeClaim', name })) as KubeObject
}

/** A Job whose pod runs on a certain node. */
function pinned(name: string): Step {
  return until('it was sent to that node', 'Job', name, object => JSON.stringify(object?.spec).includes('"affinity"'))
}

/** A pod with a volume that is made for it alone. */
function ofItself(name: string, volume: string): object {
  const containers = [{ name: 'main', image: TEST_IMAGES.tools, command: ['sleep', '1d'] }]
  const volumeClaimTemplate = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, volumes: [{ name: volume, ephemeral: { volumeClaimTemplate } }] } }
}

/** No pod of a Job is admitted. */
function forbidden(message: string): CornerStep {
  return act(({ cluster }) => { cluster.mishaps.refusal = message })
}

/** This container cannot be made. */
function held(container: string, reason: string, message: string): CornerStep {
  return obstructed({ hold: { container, reason, message }, againMilliseconds: 60_000 })
}

/** An event is all that is seen. */
function told(reason: string, message: string): CornerStep {
  return obstructed({ event: { reason, message, component: 'kubelet' }, againMilliseconds: 60_000 })
}

function obstructed(obstacle: Obstacle): CornerStep {
  return act(({ cluster }) => { cluster.mishaps.start = () => obstacle })
}
