import type { BackupPolicy } from '../../schemas/generated/types.ts'
import { amend } from './amendment.ts'
import { command, type Command } from '../cli/command.ts'
import { EXIT } from '../cli/exit-code.ts'
import { DRY_RUN } from '../cli/flags.ts'
import { POLICY } from '../api/kinds.ts'
import { parseName } from '../cli/reference-name.ts'

/** The command that pauses policies, or lets them go on. Saying it twice is no error. */
export const suspension = (suspend: boolean): Command => command({
  positionals: { name: { type: 'string', array: true, demandOption: true, describe: 'Names of the policies' } },
  flags: DRY_RUN,
  run: async (context, args) => {
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const names = args.name.map(name => name.includes('/') ? parseName(name, [POLICY]).name : name)
    const policies = await Promise.all(names.map(name => client.get<BackupPolicy>(POLICY, { namespace, name })))
    for (const policy of policies) {
      if ((policy.spec.suspend ?? false) === suspend) context.output.note(`Policy "${policy.metadata.name}" is ${suspend ? 'paused' : 'not paused'} already.`)
      else await amend(context, policy, { change: { spec: { suspend } }, verb: suspend ? 'paused' : 'resumed', dryRun: args.dryRun })
    }
    return EXIT.ok
  },
})
