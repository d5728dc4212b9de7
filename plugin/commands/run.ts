import { setTimeout as sleep } from 'node:timers/promises'
import { backupFromPolicy } from '../../lib/backup-record.ts'
import { manualRunName } from '../../lib/names.ts'
import { repositoryOf } from '../../lib/repository-record.ts'
import type { BackupPolicy, BackupRepository } from '../../schemas/generated/types.ts'
import { MAX_VOLUMES, selectClaims, volumesAmong, type Claim } from '../actions/claims.ts'
import type { Client } from '../api/client.ts'
import { command } from '../cli/command.ts'
import { createAndPrint } from '../actions/creation.ts'
import { EXIT } from '../cli/exit-code.ts'
import { Failure } from '../cli/failure.ts'
import { DRY_RUN, WAIT, WRITE_OUTPUT } from '../cli/flags.ts'
import { followRun } from '../actions/follow.ts'
import { BACKUP, POLICY, REPOSITORY } from '../api/kinds.ts'
import type { Output } from '../output/terminal.ts'
import { PROGRAM } from '../cli/program.ts'

export default command({
  positionals: { policy: { type: 'string', demandOption: true, describe: 'Name of the policy' } },
  flags: {
    name: { type: 'string', requiresArg: true, describe: 'Name of the Backup; default is POLICY-manual-TIME' },
    ...WRITE_OUTPUT, ...DRY_RUN, ...WAIT,
  },
  run: async (context, args) => {
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const policy = await client.get<BackupPolicy>(POLICY, { namespace, name: args.policy })
    const [claims, repository] = await Promise.all([claimsOf(client, policy), repositoryFor(client, policy, context.output)])
    const volumes = volumesAmong(claims, repository?.spec, context.output)
    requireFewer(policy, volumes)
    if (policy.spec.suspend) context.output.note(`Policy "${args.policy}" is paused; this run is made all the same.`)
    const name = args.name ?? manualRunName(args.policy, context.now())
    const backup = backupFromPolicy({ policy, volumes, name, repositoryName: repository?.metadata.name })
    await createAndPrint(context, BACKUP, { object: backup, flags: args })
    if (!args.wait || args.dryRun !== 'none') return EXIT.ok
    return followRun(context, { kind: BACKUP, name, namespace, timeout: args.timeout })
  },
})

/** The claims that the policy's selector matches now. */
const claimsOf = async (client: Client, policy: BackupPolicy): Promise<readonly Claim[]> => {
  const { name, namespace = '' } = policy.metadata
  const claims = await selectClaims(client, namespace, policy.spec.selector)
  if (claims.length === 0) {
    throw new Failure(`policy "${name}" selects no claim in namespace "${namespace}": compare its spec.selector with `
      + `kubectl get pvc -n ${namespace} --show-labels`)
  }
  return claims
}

const requireFewer = ({ metadata: { name } }: BackupPolicy, { length }: readonly string[]): void => {
  if (length <= MAX_VOLUMES) return
  throw new Failure(`policy "${name}" selects ${length} claims, and one backup holds ${MAX_VOLUMES} at most: make several policies with narrower selectors`)
}

const repositoryFor = async (client: Client, policy: BackupPolicy, output: Output): Promise<BackupRepository | undefined> => {
  const choice = repositoryOf(policy)
  if (choice === undefined) return undefined
  const { name, namespace } = policy.metadata
  const find = () => client.find<BackupRepository>(REPOSITORY, { namespace, name: choice.name })
  const own = policy.spec.repositoryRef !== undefined && !choice.cluster
  const repository = await (own ? find() : awaitRepository(client, policy, find))
  if (repository === undefined) {
    throw new Failure(own
      ? `repository "${choice.name}" of policy "${name}" does not exist in namespace "${namespace}": make it with ${PROGRAM} repository create ${choice.name}`
      : `repository "${choice.name}" of policy "${name}" was not made yet: see ${PROGRAM} describe policy/${name} -n ${namespace} for the reason`)
  }
  if (repository.status?.phase !== 'Ready') {
    const { phase = 'New', message = '' } = repository.status ?? {}
    output.note(`Repository "${choice.name}" is ${phase}${message && `: ${message}`}. The run waits for it.`)
  }
  return repository
}

const REPOSITORY_SECONDS = 20

type Find = () => Promise<BackupRepository | undefined>

/** The hooks make the record of an inline destination soon after the policy. Once they have seen the policy, there is nothing to wait for. */
const awaitRepository = async (client: Client, policy: BackupPolicy, find: Find): Promise<BackupRepository | undefined> => {
  const { name, namespace } = policy.metadata
  let seen: BackupPolicy | undefined = policy
  for (let second = 0; second < REPOSITORY_SECONDS && seen !== undefined; second += 1) {
    const settled = seen.status?.observedGeneration === seen.metadata.generation
    const repository = await find()
    if (repository !== undefined || settled) return repository
    await sleep(1000)
    seen = await client.find<BackupPolicy>(POLICY, { namespace, name })
  }
  return undefined
}
