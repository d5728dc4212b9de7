import type { Backup, BackupPolicySpec } from '../../schemas/generated/types.ts'
import type { Environment } from '../e2e/kit/environment.ts'
import { listObjects } from '../e2e/kit/api.ts'
import { applyObjects, execute, kubectl, Unexpected, until } from '../e2e/kit/kubectl.ts'
import { policy, POSTGRES_IMAGE, secret } from '../e2e/kit/objects.ts'
import { assertRows, contentHash, writeContent } from './content.ts'
import { CLAIM, databaseObjects, databaseReady } from './database.ts'

export const STRATEGIES = ['snapshot', 'external', 'tar', 'custom'] as const
export type Strategy = (typeof STRATEGIES)[number]

/** What the demo proves for one strategy. Times are from the slot (or command) to Completed. */
export interface StrategyReport {
  readonly strategy: Strategy
  readonly backup: string
  readonly bytes: number
  readonly files: number
  readonly sha256Before: string
  readonly sha256After: string
  readonly restored: boolean
  readonly secondsBackup: number
  readonly secondsRestore: number
}

/** Database → cron slot → backup → volume destroyed → restore → same hash and rows. `say` reports progress. */
export async function proveStrategy(strategy: Strategy, environment: Environment, say: (text: string) => void): Promise<StrategyReport> {
  const namespace = `demo-${strategy}`
  await startDatabase(namespace, environment)
  const sha256Before = await contentHash(namespace)
  say('database filled, waiting for the cron slot')
  await applyObjects([policy('minutely', policySpec(strategy, environment))], namespace)
  const backup = await slotBackup(namespace)
  await backupCommand(['policy', 'pause', 'minutely', '-n', namespace])
  say(`${backup.metadata.name} completed; destroying the volume`)
  await destroy(namespace)
  const started = Date.now()
  await backupCommand(['restore', backup.metadata.name, '-n', namespace, '--volume', CLAIM, '--wait', '--timeout', '5m'])
  const secondsRestore = (Date.now() - started) / 1000
  await applyObjects(databaseObjects(environment.storageClassName), namespace)
  await databaseReady(namespace)
  const sha256After = await contentHash(namespace)
  await assertRows(namespace)
  say(`restored in ${secondsRestore.toFixed(1)} s; ${sha256After === sha256Before ? 'the data is the same' : 'THE DATA DIFFERS'}`)
  return {
    strategy, backup: backup.metadata.name, bytes: backup.status?.bytes ?? 0, files: backup.status?.files ?? 0,
    sha256Before, sha256After, restored: sha256After === sha256Before, secondsBackup: secondsOf(backup), secondsRestore,
  }
}

async function startDatabase(namespace: string, environment: Environment): Promise<void> {
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found'])
  await kubectl(['create', 'namespace', namespace])
  const { accessKey, secretKey } = environment.store
  await applyObjects([
    secret('store', { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey, RESTIC_PASSWORD: 'demo-restic-password' }),
    ...databaseObjects(environment.storageClassName),
  ], namespace)
  await databaseReady(namespace)
  await writeContent(namespace)
}

function policySpec(strategy: Strategy, environment: Environment): Partial<BackupPolicySpec> {
  const base = { strategy, schedule: '* * * * *', selector: { matchLabels: { app: 'postgres' } }, retention: { maxBackups: 5 } }
  if (strategy === 'snapshot') return base
  const destination = {
    type: 's3' as const, url: `s3://${environment.store.bucket}/demo-${Date.now().toString(36)}`, endpoint: environment.store.endpoint, credentialsSecret: 'store',
  }
  return strategy === 'custom' ? { ...base, destination, image: POSTGRES_IMAGE, custom: CUSTOM } : { ...base, destination }
}

/** The dump and the files beside it as one tar stream; the restored volume gets both, and the server loads the dump when it starts. */
const CUSTOM = {
  command: ['/bin/sh', '-ec', 'pg_dump -h postgres -U postgres > /tmp/dump.sql; tar --format=posix -C /data -c files -C /tmp dump.sql'],
  restoreCommand: ['tar', '-C', '/data', '-xp', '--numeric-owner'],
  env: [{ name: 'PGPASSWORD', secretKeyRef: { name: 'postgres', key: 'PGPASSWORD' } }],
}

async function slotBackup(namespace: string): Promise<Backup> {
  return until(`a completed backup from a slot in ${namespace}`, async () => {
    const all = await listObjects<Backup>('backups', namespace)
    const failed = all.find(({ status }) => status?.phase === 'Failed' || status?.phase === 'PartiallyFailed')
    if (failed !== undefined) throw new Unexpected(`backup ${namespace}/${failed.metadata.name}: ${JSON.stringify(failed.status)}`)
    return all.find(backup => backup.spec.slot !== undefined && backup.status?.phase === 'Completed')
  }, 240)
}

async function destroy(namespace: string): Promise<void> {
  await kubectl(['-n', namespace, 'delete', 'statefulset', 'postgres', '--cascade=foreground'])
  await kubectl(['-n', namespace, 'delete', 'pod', '-l', 'app=postgres', '--ignore-not-found'])
  await kubectl(['-n', namespace, 'delete', 'pvc', CLAIM])
}

async function backupCommand(args: readonly string[]): Promise<void> {
  const outcome = await execute('kubectl', ['backup', ...args])
  if (outcome.code !== 0) throw new Error(`kubectl backup ${args.join(' ')}: exit ${outcome.code}: ${outcome.stderr}`)
}

function secondsOf(backup: Backup): number {
  return (Date.parse(backup.status?.completionTime ?? '') - Date.parse(backup.status?.startTime ?? '')) / 1000
}
