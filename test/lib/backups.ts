import type { Backup, BackupPolicy, Volume } from '../../schemas/generated/types.ts'

/** A policy for tests: daily tar backups to a claim. */
export const policy = (change: { spec?: Partial<BackupPolicy['spec']>, metadata?: Partial<BackupPolicy['metadata']>, status?: BackupPolicy['status'] } = {}): BackupPolicy => ({
  apiVersion: 'holdfast.dev/v1alpha1',
  kind: 'BackupPolicy',
  metadata: { name: 'nightly', namespace: 'shop', uid: 'uid-1', generation: 1, creationTimestamp: '2026-11-01T00:00:00Z', ...change.metadata },
  spec: { selector: {}, strategy: 'tar', schedule: '0 2 * * *', timeZone: 'Etc/UTC', destination: { type: 'pvc', url: 'pvc://backups' }, ...change.spec },
  ...(change.status !== undefined && { status: change.status }),
})

/** A Backup for tests, ended at `time`; volumes are `name` (Completed) or `name:Phase`. */
export const backup = (name: string, phase: string | undefined, time: string, volumes: readonly string[] = ['data']): Backup => {
  const parts = volumes.map((volume): Volume => {
    const [pvc = '', its = phase === 'Failed' ? 'Failed' : 'Completed'] = volume.split(':')
    return { pvc, phase: its as Volume['phase'] }
  })
  const ended = phase === 'Completed' || phase === 'PartiallyFailed' || phase === 'Failed' || phase === 'Deleting'
  return {
    apiVersion: 'holdfast.dev/v1alpha1',
    kind: 'Backup',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: time, labels: { 'holdfast.dev/policy': 'nightly' } },
    spec: { policy: 'nightly', strategy: 'tar', volumes: parts.map(({ pvc }) => pvc) },
    ...(phase !== undefined && { status: { phase: phase as 'New', volumes: parts, ...(ended && { completionTime: time }) } }),
  }
}

/** The same Backup with the snapshots of these volumes lost; of all when none is named. */
export const lost = (of: Backup, ...pvcs: readonly string[]): Backup => {
  const volumes = of.status?.volumes?.map((volume) => (pvcs.length === 0 || pvcs.includes(volume.pvc) ? { ...volume, reason: 'SnapshotLost' } : volume))
  return { ...of, status: { ...of.status, volumes: volumes ?? [] } }
}

/** The same Backup with a request to delete its data. */
export const leaving = (of: Backup): Backup =>
  ({ ...of, metadata: { ...of.metadata, annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"user","reason":"test"}' } } })
