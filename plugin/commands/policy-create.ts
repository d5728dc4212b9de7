import { API_VERSION } from '../../lib/api.ts'
import type { BackupPolicy, BackupPolicySpec } from '../../schemas/generated/types.ts'
import { command } from '../cli/command.ts'
import { createAndPrint } from '../actions/creation.ts'
import { DESTINATION_FLAGS, destinationOf } from '../actions/destination.ts'
import { EXIT } from '../cli/exit-code.ts'
import { usageFailure } from '../cli/failure.ts'
import { DRY_RUN, STRATEGIES, WAIT, WRITE_OUTPUT } from '../cli/flags.ts'
import { followPolicy } from '../actions/follow-policy.ts'
import { customSpec, HOW_FLAGS, moverSpec } from '../actions/how.ts'
import { POLICY } from '../api/kinds.ts'
import { parseSelector } from '../actions/selector-text.ts'

const flags = {
  selector: { alias: 'l', type: 'string', requiresArg: true, describe: 'Claims to back up, by their labels' },
  all: { type: 'boolean', default: false, describe: 'Back up all claims of the namespace' },
  strategy: { type: 'string', choices: STRATEGIES, default: 'tar', requiresArg: true, describe: 'How: snapshot, external (restic), tar, or custom (your command after --)' },
  schedule: { type: 'string', requiresArg: true, describe: 'Five cron fields, for example "0 1 * * *"; without it the policy runs on demand' },
  'time-zone': { type: 'string', requiresArg: true, describe: 'IANA time zone of the schedule; default Etc/UTC' },
  'max-backups': { type: 'number', requiresArg: true, describe: 'Keep at most this many good restore points' },
  'max-age': { type: 'string', requiresArg: true, describe: 'Delete restore points older than this, for example 30d' },
  repository: { type: 'string', requiresArg: true, describe: 'BackupRepository to write to' },
  'cluster-repository': { type: 'string', requiresArg: true, describe: 'ClusterBackupRepository to write to' },
  suspend: { type: 'boolean', default: false, describe: 'Make it paused' },
  ...DESTINATION_FLAGS, ...HOW_FLAGS, ...WRITE_OUTPUT, ...DRY_RUN, ...WAIT,
} as const

export default command({
  positionals: { name: { type: 'string', demandOption: true, describe: 'Name of the policy' } },
  flags,
  run: async (context, args) => {
    if ((args.selector === undefined) === !args.all) throw usageFailure('say what to back up: either -l SELECTOR or --all')
    if (args.strategy === 'custom' && (args.image === undefined || !args['--']?.length)) throw usageFailure('strategy custom needs --image and the command after --')
    const spec: BackupPolicySpec = {
      selector: args.selector === undefined ? {} : parseSelector(args.selector),
      strategy: args.strategy,
      ...args.schedule !== undefined && { schedule: args.schedule },
      ...args.timeZone !== undefined && { timeZone: args.timeZone },
      ...args.suspend && { suspend: true },
      ...retentionOf(args),
      ...targetOf(args),
      ...args.snapshotClass !== undefined && { snapshotClassName: args.snapshotClass },
      ...customSpec(args.image, args['--'], args.restoreCommand),
      ...args.allowEmpty && { allowEmpty: true },
      ...moverSpec(args),
    }
    const namespace = await context.namespace()
    const object: BackupPolicy = { apiVersion: API_VERSION, kind: 'BackupPolicy', metadata: { name: args.name, namespace }, spec }
    await createAndPrint(context, POLICY, { object, flags: args })
    if (!args.wait || args.dryRun !== 'none') return EXIT.ok
    return followPolicy(context, { name: args.name, namespace, timeout: args.timeout })
  },
})

interface Target {
  readonly strategy: string
  readonly repository?: string
  readonly clusterRepository?: string
  readonly url?: string
}

const targetOf = (args: Target & Omit<Parameters<typeof destinationOf>[0], 'url'>): Pick<BackupPolicySpec, 'repositoryRef' | 'destination'> => {
  const { strategy, repository, clusterRepository, url } = args
  const given = [repository, clusterRepository, url].filter(value => value !== undefined).length
  if (strategy === 'snapshot' && given > 0) throw usageFailure('strategy snapshot keeps its data in the CSI driver: leave --repository, --cluster-repository and --url out, or take --strategy external or tar')
  if (strategy !== 'snapshot' && given !== 1) throw usageFailure(`strategy ${strategy} needs exactly one of --repository, --cluster-repository and --url`)
  if (repository !== undefined) return { repositoryRef: { kind: 'BackupRepository', name: repository } }
  if (clusterRepository !== undefined) return { repositoryRef: { kind: 'ClusterBackupRepository', name: clusterRepository } }
  return url === undefined ? {} : { destination: destinationOf({ ...args, url }) }
}

const retentionOf = ({ maxBackups, maxAge }: { maxBackups?: number, maxAge?: string }): Pick<BackupPolicySpec, 'retention'> => {
  if (maxBackups !== undefined && !(Number.isInteger(maxBackups) && maxBackups >= 1)) throw usageFailure('--max-backups must be a whole number of at least 1')
  if (maxBackups === undefined && maxAge === undefined) return {}
  return { retention: { ...maxBackups !== undefined && { maxBackups }, ...maxAge !== undefined && { maxAge } } }
}
