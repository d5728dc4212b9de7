import type { KubeObject } from '../../schemas/generated/types.ts'
import { MOVER_CONTAINER } from '../jobs/mover-container.ts'
import { LIFE_SECONDS, LINUX, moverOf, timeoutOf } from '../jobs/mover-job.ts'
import { podMetadata } from '../jobs/pod-metadata.ts'
import { moverSecurity, podSecurity } from '../jobs/security.ts'
import { restoreLabels } from './claims.ts'
import { namespaceOf, type VolumeInput } from './model.ts'
import { jobName, temporaryName } from './names.ts'

/**
 * The first consumer of a volume made from a snapshot: mounts it (or has it as a device), does nothing, ends. It runs as nobody and sets no fsGroup, which
 * would change the owner of every restored file.
 */
export function primeJob(input: VolumeInput): KubeObject {
  const { restore, facts: { plan } } = input
  const { mover } = restore.spec
  const labels = restoreLabels(input)
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: jobName(restore.metadata.name, plan.target), namespace: namespaceOf(restore), labels },
    spec: {
      backoffLimit: mover?.backoffLimit ?? 3,
      activeDeadlineSeconds: timeoutOf(mover),
      ttlSecondsAfterFinished: LIFE_SECONDS,
      template: { metadata: podMetadata(labels, false), spec: podSpec(input) },
    },
  }
}

function podSpec({ restore, facts: { plan }, settings }: VolumeInput): object {
  const mover = moverOf(restore.spec.mover, settings)
  return {
    restartPolicy: 'Never',
    nodeSelector: LINUX,
    activeDeadlineSeconds: timeoutOf(mover),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity('user', false),
    containers: [{
      name: MOVER_CONTAINER,
      image: settings.moverImage,
      imagePullPolicy: settings.imagePullPolicy,
      command: ['true'],
      ...(mover?.resources && { resources: mover.resources }),
      ...(plan.point?.volumeMode === 'Block'
        ? { volumeDevices: [{ name: 'data', devicePath: '/dev/volume' }] }
        : { volumeMounts: [{ name: 'data', mountPath: `/volumes/${plan.source}`, readOnly: true }] }),
      securityContext: moverSecurity('user', 'restore'),
    }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: temporaryName(restore.metadata.name, plan.target) } }],
  }
}
