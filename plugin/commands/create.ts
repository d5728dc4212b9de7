import { API_VERSION, LABEL, MANAGED_BY } from '../../lib/api.ts'
import { manualRunName } from '../../lib/names.ts'
import type { Backup, BackupRepository } from '../../schemas/generated/types.ts'
import { MAX_VOLUMES, selectClaimsByText } from '../actions/claims.ts'
import type { Client } from '../api/client.ts'
import { command } from '../cli/command.ts'
import { createAndPrint } from '../actions/creation.ts'
import { EXIT } from '../cli/exit-code.ts'
import { Failure, usageFailure } from '../cli/failure.ts'
import { DRY_RUN, STRATEGIES, WAIT, WRITE_OUTPUT } from '../cli/flags.ts'
import { followRun } from '../actions/follow.ts'
import { BACKUP, REPOSITORY } from '../api/kinds.ts'
import { customSpec, HOW_FLAGS, moverSpec } from '../actions/how.ts'

const flags = {
  pvc: { type: 'string', array: true, requiresArg: true, describe: 'Claim to back up; may be repeated or be a list a,b' },
  selector: { alias: 'l', type: 'string', requiresArg: true, describe: 'Back up the claims with these labels' },
  all: { type: 'boolean', default: false, describe: 'Back up all claims of the namespace' },
  strategy: { type: 'string', choices: STRATEGIES, default: 'tar', requiresArg: true, describe: 'How: snapshot, external (restic), tar, or custom (your command after --)' },
  repository: { type: 'string', requiresArg: true, describe: 'BackupRepository to write to; every strategy but snapshot needs it' },
  'deletion-policy': { type: 'string', choices: ['Retain', 'Delete'], default: 'Retain', requiresArg: true, describe: 'What kubectl delete backup does with the data' },
  ...HOW_FLAGS, ...WRITE_OUTPUT, ...DRY_RUN, ...WAIT,
} as const

export default command({
  positionals: { name: { type: 'string', describe: 'Name of the Backup; default is manual-TIME' } },
  flags,
  run: async (context, args) => {
    checkUsage(args)
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const [volumes] = await Promise.all([volumesOf(client, namespace, args), requireRepository(client, namespace, args.repository)])
    const name = args.name ?? manualRunName('backup', context.now())
    const object: Backup = {
      apiVersion: API_VERSION,
      kind: 'Backup',
      metadata: { name, namespace, labels: { [LABEL.managedBy]: MANAGED_BY } },
      spec: {
        strategy: args.strategy,
        volumes: [...volumes],
        ...args.repository !== undefined && { repositoryRef: { kind: 'BackupRepository', name: args.repository } },
        ...args.snapshotClass !== undefined && { snapshotClassName: args.snapshotClass },
        ...customSpec(args.image, args['--'], args.restoreCommand),
        allowEmpty: args.allowEmpty,
        ...moverSpec(args),
        deletionPolicy: args.deletionPolicy as 'Retain' | 'Delete',
      },
    }
    await createAndPrint(context, BACKUP, { object, flags: args })
    if (!args.wait || args.dryRun !== 'none') return EXIT.ok
    return followRun(context, { kind: BACKUP, name, namespace, timeout: args.timeout })
  },
})

interface Wanted {
  readonly pvc?: readonly string[]
  readonly selector?: string
  readonly all: boolean
  readonly strategy: string
  readonly repository?: string
  readonly image?: string
  readonly '--'?: readonly string[]
}

const checkUsage = ({ pvc, selector, all, strategy, repository, image, '--': words = [] }: Wanted): void => {
  const ways = [pvc !== undefined && pvc.length > 0, selector !== undefined, all].filter(Boolean).length
  if (ways !== 1) throw usageFailure('say what to back up with one of --pvc NAME, -l SELECTOR and --all')
  if (strategy === 'snapshot' && repository !== undefined) throw usageFailure('strategy snapshot keeps its data in the CSI driver: leave --repository out, or take --strategy external or tar')
  if (strategy !== 'snapshot' && repository === undefined) throw usageFailure(`strategy ${strategy} needs --repository NAME (kubectl backup repository list shows them)`)
  if (strategy === 'custom' && (image === undefined || words.length === 0)) throw usageFailure('strategy custom needs --image and the command after --')
  if (strategy !== 'custom' && words.length > 0) throw usageFailure(`a command after -- goes with --strategy custom, not with ${strategy}`)
}

const volumesOf = async (client: Client, namespace: string, { pvc, selector }: Wanted): Promise<readonly string[]> => {
  const wanted = [...new Set((pvc ?? []).flatMap(text => text.split(',')).filter(name => name !== ''))]
  const claims = (await selectClaimsByText(client, namespace, selector)).map(claim => claim.metadata.name)
  const missing = wanted.filter(name => !claims.includes(name))
  if (missing.length > 0) throw new Failure(`persistentvolumeclaims ${missing.map(name => `"${name}"`).join(', ')} not found in namespace "${namespace}"`, EXIT.notFound)
  const chosen = wanted.length > 0 ? wanted : claims
  if (chosen.length === 0) throw new Failure(`no claim in namespace "${namespace}"${selector === undefined ? '' : ` has labels ${selector}`}: see kubectl get pvc -n ${namespace} --show-labels`)
  if (chosen.length > MAX_VOLUMES) throw new Failure(`${chosen.length} claims match, and one backup holds ${MAX_VOLUMES} at most: narrow the selector`)
  return chosen
}

const requireRepository = async (client: Client, namespace: string, name: string | undefined): Promise<void> => {
  if (name !== undefined) await client.get<BackupRepository>(REPOSITORY, { namespace, name })
}
