import { API_VERSION } from '../../../lib/api.ts'
import { TEST_IMAGES } from '../../images.ts'
import type { BackupPolicySpec, RestoreSpec } from '../../../schemas/generated/types.ts'

/** Image with sh, tar, restic, zstd, getfattr, getfacl and PostgreSQL; made by test/images.ts. */
export const TOOLS_IMAGE = TEST_IMAGES.tools
export const POSTGRES_IMAGE = TEST_IMAGES.postgres

export interface ClaimOptions {
  readonly size?: string
  readonly storageClassName?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly accessModes?: readonly string[]
}

/** A PersistentVolumeClaim; by default 1 Gi of the class that waits for its first consumer, labelled app=data. */
export function claim(name: string, options: ClaimOptions = {}): object {
  return {
    apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, labels: options.labels ?? { app: 'data' } },
    spec: {
      accessModes: options.accessModes ?? ['ReadWriteOnce'],
      storageClassName: options.storageClassName ?? 'holdfast-wait',
      resources: { requests: { storage: options.size ?? '1Gi' } },
    },
  }
}

/** A pod that runs a script as root with claims at /volumes/<claim> and ends. */
export function toolsPod({ name, script, claims }: { name: string; script: string; claims: readonly string[] }): object {
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { role: 'tools' } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      containers: [{
        name: 'main', image: TOOLS_IMAGE, imagePullPolicy: 'IfNotPresent', command: ['/bin/sh', '-ec', script],
        volumeMounts: claims.map((claimName, index) => ({ name: `v${index}`, mountPath: `/volumes/${claimName}` })),
      }],
      volumes: claims.map((claimName, index) => ({ name: `v${index}`, persistentVolumeClaim: { claimName } })),
    },
  }
}

/** A BackupPolicy over the claims labelled app=data. */
export function policy(name: string, spec: Partial<BackupPolicySpec>): object {
  return { apiVersion: API_VERSION, kind: 'BackupPolicy', metadata: { name }, spec: { selector: { matchLabels: { app: 'data' } }, ...spec } }
}

/** A Restore. */
export function restore(name: string, spec: RestoreSpec): object {
  return { apiVersion: API_VERSION, kind: 'Restore', metadata: { name }, spec }
}

/** A Secret of text values. */
export function secret(name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData }
}
