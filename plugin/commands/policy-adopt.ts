import { ANNOTATION } from '../../lib/api.ts'
import type { BackupPolicy } from '../../schemas/generated/types.ts'
import { amend } from '../actions/amendment.ts'
import { retentionHeld } from '../actions/retention-held.ts'
import { command } from '../cli/command.ts'
import { EXIT } from '../cli/exit-code.ts'
import { Failure } from '../cli/failure.ts'
import { DRY_RUN } from '../cli/flags.ts'
import { POLICY } from '../api/kinds.ts'

export default command({
  positionals: { name: { type: 'string', demandOption: true, describe: 'Name of the policy' } },
  flags: DRY_RUN,
  run: async (context, args) => {
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const policy = await client.get<BackupPolicy>(POLICY, { namespace, name: args.name })
    const held = retentionHeld(policy, 'OlderThanPolicy')
    if (held === undefined) throw new Failure(`policy "${args.name}" does not say that it keeps restore points which are older than itself, so there is nothing to adopt`)
    context.output.note(held.message)
    const change = { annotations: { [ANNOTATION.adoptBackups]: policy.metadata.uid ?? '' } }
    await amend(context, policy, { change, verb: 'adopted the older restore points', dryRun: args.dryRun })
    return EXIT.ok
  },
})
