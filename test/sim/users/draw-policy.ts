import type { BackupPolicySpec, Destination, Mover } from '../../../schemas/generated/types.ts'
import type { Random } from '../random.ts'

export type Strategy = 'snapshot' | 'external' | 'tar' | 'custom'

const SCHEDULES = ['* * * * *', '*/2 * * * *', '*/3 * * * *', '*/5 * * * *', '*/5 * * * *', '*/10 * * * *', '0 * * * *', '7,37 * * * *', '*/4 1-23 * * *', '30 2 * * *', '0 0 1 * *']
const ZONES = ['Etc/UTC', 'Etc/UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu']

/** Spec of a policy that is in order, on its strategy and place. */
export function drawSpec(random: Random, { strategy, place }: { readonly strategy: Strategy; readonly place: Place | undefined }): BackupPolicySpec {
  return {
    selector: random.chance(0.8) ? { matchLabels: { app: 'shop' } } : { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
    strategy,
    ...(strategy !== 'snapshot' && place),
    ...(strategy === 'custom' && drawCustom(random)),
    ...drawTimes(random),
    ...drawKeeping(random),
    ...(random.chance(0.7) && { mover: drawMover(random) }),
    ...(random.chance(0.3) && { allowEmpty: true }),
    ...(random.chance(0.2) && { pruneSchedule: random.pick(['*/30 * * * *', '0 * * * *', '15 4 * * *']) }),
  } as BackupPolicySpec
}

/** Where the data goes, as a policy says it. */
export type Place = { readonly destination: Destination } | { readonly repositoryRef: { readonly kind: 'BackupRepository' | 'ClusterBackupRepository'; readonly name: string } }

/** When it runs. */
export function drawTimes(random: Random): Partial<BackupPolicySpec> {
  return {
    ...(random.chance(0.9) && { schedule: random.pick(SCHEDULES) }),
    ...(random.chance(0.5) && { timeZone: random.pick(ZONES) }),
    ...(random.chance(0.3) && { jitterSeconds: random.pick([1, 30, 240, 900]) }),
    ...(random.chance(0.25) && { startingDeadlineSeconds: random.pick([10, 60, 600, 3600]) }),
    ...(random.chance(0.1) && { suspend: true }),
  }
}

/** How long things are kept. */
export function drawKeeping(random: Random): Partial<BackupPolicySpec> {
  const retention = random.pick([undefined, { maxBackups: 1 }, { maxBackups: 2 }, { maxBackups: 3 }, { maxAge: '30m' }, { maxAge: '2h' }, { maxBackups: 2, maxAge: '1h30m' }])
  return { ...(retention && { retention }), ...(random.chance(0.4) && { failedHistoryLimit: random.below(3) }) }
}

/** How movers run. Times are short, so that every deadline is met in some seeds. */
export function drawMover(random: Random): Mover {
  return {
    ...(random.chance(0.5) && { backoffLimit: random.below(4) }),
    ...(random.chance(0.7) && { timeoutSeconds: random.pick([30, 120, 900]) }),
    ...(random.chance(0.5) && { startupTimeoutSeconds: random.pick([10, 60, 300]) }),
    ...(random.chance(0.6) && { parallelism: 1 + random.below(2) }),
    ...(random.chance(0.3) && { compression: random.pick(['zstd', 'gzip', 'none'] as const) }),
    ...(random.chance(0.3) && { runAs: random.pick(['root', 'user'] as const) }),
  }
}

function drawCustom(random: Random): Pick<BackupPolicySpec, 'image' | 'custom'> {
  return { image: 'postgres:17', custom: { command: ['pg_dumpall'], ...(random.chance(0.5) && { restoreCommand: ['psql'] }) } }
}
