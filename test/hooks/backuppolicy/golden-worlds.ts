import type { Backup, BackupPolicy, ClusterBackupRepository } from '../../../schemas/generated/types.ts'
import { backup, policy } from '../../lib/backups.ts'
import { claim, type World } from './request.ts'

const s3 = { type: 's3', url: 's3://bucket/prefix', endpoint: 'http://minio.minio:9000', credentialsSecret: 'backup-keys' } as const
const key = '0 2 * * *|Etc/UTC|false'
const seen = { observedGeneration: 1, activeSchedule: { key, since: '2026-11-01T00:00:00Z' } }
const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T02:00:00Z`
const slot = (number: number, phase = 'Completed'): Backup => {
  const one = backup(`nightly-202611${String(number).padStart(2, '0')}-0200`, phase, day(number), ['data-db-0', 'data-db-1'])
  return { ...one, spec: { ...one.spec, slot: day(number), missedSlots: 0 } }
}
const claims = [claim('data-db-0', { labels: { app: 'db' } }), claim('data-db-1', { labels: { app: 'db' } })]
const db = (spec: Partial<BackupPolicy['spec']>, status: BackupPolicy['status'] = seen) => policy({ spec: { selector: { matchLabels: { app: 'db' } }, destination: s3, ...spec }, status })
const company: ClusterBackupRepository = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'ClusterBackupRepository', metadata: { name: 'company' }, spec: { destination: s3, allowedNamespaces: ['shop'] } }

/** Requests whose answers are kept in golden/<name>.json, byte for byte. */
export const GOLDEN_WORLDS: Readonly<Record<string, { readonly now: string, readonly world: World }>> = {
  'first-sync': { now: '2026-11-01T00:00:01Z', world: { policy: policy({ spec: { destination: s3 } }), claims, repositories: [] } },
  'slot-due-tar': { now: '2026-11-21T02:00:00Z', world: { policy: db({}), claims, backups: [slot(20)] } },
  'slot-due-external': { now: '2026-11-21T02:00:00Z', world: { policy: db({ strategy: 'external', retention: { maxBackups: 2 }, mover: { resources: { limits: { memory: '1Gi' } } } }), claims, backups: [slot(18), slot(19), slot(20)] } },
  'slot-due-custom': { now: '2026-11-21T02:00:00Z', world: { policy: db({ strategy: 'custom', image: 'postgres:17', custom: { command: ['pg_dumpall'] } }), claims, backups: [slot(20)] } },
  'slot-due-snapshot': {
    now: '2026-11-21T02:00:00Z',
    world: { policy: db({ strategy: 'snapshot', destination: undefined, snapshotClassName: 'fast' }), claims, backups: [slot(20)], snapshotClasses: [{ apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass', metadata: { name: 'fast' } }] },
  },
  'catch-up-after-downtime': { now: '2026-11-21T09:30:00Z', world: { policy: db({}), claims, backups: [slot(15)] } },
  'run-going-on': { now: '2026-11-21T03:00:00Z', world: { policy: db({}), claims, backups: [slot(19), slot(20, 'Running')] } },
  'cluster-repository': { now: '2026-11-21T01:00:00Z', world: { policy: db({ destination: undefined, repositoryRef: { kind: 'ClusterBackupRepository', name: 'company' } }), claims, clusters: [company], repositories: [], backups: [slot(20)] } },
  'suspended': { now: '2026-11-21T09:30:00Z', world: { policy: db({ suspend: true, retention: { maxBackups: 1 } }), claims, backups: [slot(15), slot(16)] } },
  'bad-schedule': {
    now: '2026-11-21T09:30:00Z',
    world: { policy: db({ schedule: '0 0 30 2 *', retention: { maxBackups: 1 } }), claims, backups: [slot(15), slot(16)], cronJobs: [{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly-prune', namespace: 'shop', labels: { 'holdfast.dev/policy': 'nightly' } }, spec: { schedule: '0 5 * * 0' } }] },
  },
  'retention-held': { now: '2026-11-21T01:00:00Z', world: { policy: db({ retention: { maxBackups: 2 } }), claims, backups: Array.from({ length: 14 }, (_, index) => slot(index + 7)) } },
  'finalize': { now: '2026-11-21T03:00:00Z', world: { policy: db({}), claims, backups: [slot(19), slot(20, 'Running')], finalizing: true } },
}
