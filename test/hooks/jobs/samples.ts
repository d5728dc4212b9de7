import type { MoverJobOptions } from '../../../hooks/jobs/mover-job.ts'
import { storeOf } from '../../../hooks/jobs/store.ts'
import type { BackupRepositorySpec, Task } from '../../../schemas/generated/types.ts'

export const repositories = {
  s3: {
    type: 's3', url: 's3://backups/prod', endpoint: 'http://minio.minio:9000', region: 'eu-west-1',
    credentialsSecret: 'store', storageClass: 'STANDARD_IA',
  },
  pvc: { type: 'pvc', url: 'pvc://backups/deep/er', credentialsSecret: 'store' },
  nfs: { type: 'nfs', url: 'nfs://files.example.com/exports/backups' },
} as const satisfies Record<string, BackupRepositorySpec>

/** Options of an external backup to this repository, with some of them replaced. */
export function jobOptions(repository: BackupRepositorySpec, changes: Partial<MoverJobOptions> = {}, task: Partial<Task> = {}): MoverJobOptions {
  return {
    name: 'nightly-20261121-0200-backup-data', namespace: 'shop', labels: { 'holdfast.dev/backup': 'nightly-20261121-0200' },
    task: {
      operation: 'backup', strategy: 'external', namespace: 'shop', backup: 'nightly-20261121-0200', policy: 'nightly', volume: 'data',
      path: '/volumes/data', time: '2026-11-21T02:00:00Z', store: storeOf(repository, 'shop'), ...task,
    },
    repository, claim: { name: 'data', path: '/volumes/data', readOnly: true }, mover: undefined, resticPassword: 'required',
    settings: { moverImage: 'holdfast-mover:0.1.0', imagePullPolicy: 'IfNotPresent' }, ...changes,
  }
}

export const custom = {
  image: 'postgres:16',
  spec: {
    command: ['pg_dump', '-h', 'db', 'shop'],
    restoreCommand: ['psql', '-h', 'db', 'shop'],
    env: [{ name: 'PGUSER', value: 'shop' }, { name: 'PGPASSWORD', secretKeyRef: { name: 'db', key: 'password' } }],
  },
}

export const restoring = { name: 'data', path: '/volumes/data', readOnly: false }
