import { API_VERSION, LABEL, MANAGED_BY } from '../../lib/api.ts'
import { UserError } from '../../lib/errors.ts'
import { manualRunName } from '../../lib/names.ts'
import { skipRuleOf } from '../../lib/volume-choice.ts'
import type { Backup, BackupRepository, Destination } from '../../schemas/generated/types.ts'
import { MAX_VOLUMES, selectClaimsByText, volumesAmong, type Claim } from '../actions/claims.ts'
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
  positionals: { name: { type: 'string', describe: 'Name of the Backup; default is backup-manual-TIME' } },
  flags,
  run: async (context, args) => {
    checkUsage(args)
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const [claims, repository] = await Promise.all([claimsOf(client, namespace, args), findRepository(client, namespace, args.repository)])
    const volumes = args.pvc === undefined ? volumesAmong(claims, repository?.spec, context.output) : namedVolumes(claims, repository?.spec)
    if (volumes.length > MAX_VOLUMES) throw new Failure(`${volumes.length} claims match, and one backup holds ${MAX_VOLUMES} at most: narrow the selector`)
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

/** The claims that are named, in that order, or that match. */
const claimsOf = async (client: Client, namespace: string, { pvc, selector }: Wanted): Promise<readonly Claim[]> => {
  const claims = await selectClaimsByText(client, namespace, selector)
  const wanted = [...new Set((pvc ?? []).flatMap(text => text.split(',')).filter(name => name !== ''))]
  const missing = wanted.filter(name => !claims.some(claim => claim.metadata.name === name))
  if (missing.length > 0) throw new Failure(`persistentvolumeclaims ${missing.map(name => `"${name}"`).join(', ')} not found in namespace "${namespace}"`, EXIT.notFound)
  const chosen = pvc === undefined ? claims : wanted.flatMap(name => claims.filter(claim => claim.metadata.name === name))
  if (chosen.length === 0) throw new Failure(`no claim in namespace "${namespace}"${selector === undefined ? '' : ` has labels ${selector}`}: see kubectl get pvc -n ${namespace} --show-labels`)
  return chosen
}

/** What was named is never passed over in silence: it is backed up, waited for, or refused. */
const namedVolumes = (claims: readonly Claim[], place: Destination | undefined): readonly string[] => {
  for (const claim of claims) {
    const rule = skipRuleOf(claim, place)
    if (rule !== undefined && !rule.passing) {
      throw new UserError('UnsupportedVolume', `claim "${claim.metadata.name}" cannot be backed up: it is ${rule.reason}. Leave it out of --pvc`)
    }
  }
  return claims.map(claim => claim.metadata.name)
}

const findRepository = async (client: Client, namespace: string, name: string | undefined): Promise<BackupRepository | undefined> =>
  name === undefined ? undefined : client.get<BackupRepository>(REPOSITORY, { namespace, name })
