import type { BackupPolicySpec, BackupSpec, Destination } from '../../../schemas/generated/types.ts'
import { TOOLS_IMAGE } from '../kit/objects.ts'

/** One policy with volumes of its own, which is backed up and restored again and again while faults happen. */
export interface Lane {
  readonly name: string
  readonly claims: readonly string[]
  readonly spec: Partial<BackupPolicySpec>
  /** Backups are made by the schedule; others are asked for one by one. */
  readonly scheduled: boolean
}

/** Every run ends within minutes, whatever happens to it. */
export const MOVER = { backoffLimit: 4, timeoutSeconds: 240, startupTimeoutSeconds: 120 } as const

/** Every strategy, to a bucket and to a claim, one volume and two, by hand and by schedule, with and without retention. */
export function lanesOf(bucket: Destination, vault: Destination): readonly Lane[] {
  return [
    lane('snapshot', 2, { strategy: 'snapshot' }),
    lane('external', 2, { strategy: 'external', destination: bucket }),
    lane('tar', 1, { strategy: 'tar', destination: bucket, retention: { maxBackups: 3 } }),
    lane('custom', 1, {
      strategy: 'custom', destination: bucket, image: TOOLS_IMAGE,
      custom: { command: ['tar', '--format=posix', '-C', '/data', '-c', '.'], restoreCommand: ['tar', '-C', '/data', '-x', '-p', '--same-owner'] },
    }),
    { ...lane('minutely', 1, { strategy: 'tar', destination: vault, schedule: '* * * * *' }), scheduled: true },
  ]
}

function lane(name: string, volumes: number, spec: Partial<BackupPolicySpec>): Lane {
  const claims = Array.from({ length: volumes }, (_, index) => `${name}-${index}`)
  return { name, claims, spec: { selector: { matchLabels: { lane: name } }, failedHistoryLimit: 100, mover: MOVER, ...spec }, scheduled: false }
}

/** What a Backup of a lane is, when it is asked for by hand. */
export function backupOf({ name, claims, spec }: Lane, repository: string | undefined): BackupSpec {
  const { strategy = 'tar', image, custom, mover } = spec
  return {
    policy: name, strategy, volumes: [...claims], mover,
    ...(image !== undefined && { image }), ...(custom !== undefined && { custom }),
    ...(repository !== undefined && { repositoryRef: { kind: 'BackupRepository', name: repository } }),
  }
}
