import type { Obstacle } from '../cluster/pod-start.ts'
import { write } from '../scenarios/steps.ts'
import type { Corner, CornerStep } from './corner.ts'
import { act, apply, backupEnds, ends, faults, noMore, patched, removed, stranger, wait } from './steps.ts'

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
