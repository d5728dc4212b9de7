import { ANNOTATION } from '../../lib/api.ts'
import { consentTo } from '../../lib/consent.ts'
import type { BackupPolicy } from '../../schemas/generated/types.ts'
import { amend } from '../actions/amendment.ts'
import { retentionHeld } from '../actions/retention-held.ts'
import { command } from '../cli/command.ts'
import { EXIT } from '../cli/exit-code.ts'
import { Failure, usageFailure } from '../cli/failure.ts'
import { DRY_RUN } from '../cli/flags.ts'
import { POLICY } from '../api/kinds.ts'

export default command({
  positionals: { name: { type: 'string', demandOption: true, describe: 'Name of the policy' } },
  flags: {
    count: { type: 'number', demandOption: true, requiresArg: true, describe: 'How many deletions to allow in one pass, as the condition RetentionHeld says; an edit of the spec ends it' },
    ...DRY_RUN,
  },
  run: async (context, args) => {
    if (!Number.isInteger(args.count) || args.count < 1) throw usageFailure('--count must be a whole number of at least 1')
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const policy = await client.get<BackupPolicy>(POLICY, { namespace, name: args.name })
    const held = retentionHeld(policy, 'RetentionHeld')
    if (held === undefined) throw new Failure(`policy "${args.name}" holds no deletions back, so there is nothing to release`)
    // A consent is for one spec, and nobody has said yet what retention would delete by the new one.
    if (held.observedGeneration !== policy.metadata.generation) throw new Failure(`policy "${args.name}" was edited since it said what it holds back; try again in a moment`)
    context.output.note(held.message)
    const change = { annotations: { [ANNOTATION.allowDeletions]: consentTo(args.count, policy) } }
    await amend(context, policy, { change, verb: `allowed to delete up to ${args.count} restore points`, dryRun: args.dryRun })
    return EXIT.ok
  },
})
