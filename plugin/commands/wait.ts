import { command } from '../cli/command.ts'
import { WAIT } from '../cli/flags.ts'
import { followRun } from '../actions/follow.ts'
import { BACKUP, RESTORE } from '../api/kinds.ts'
import { parseName } from '../cli/reference-name.ts'

export default command({
  positionals: { name: { type: 'string', demandOption: true, describe: 'Name of a backup, or restore/NAME' } },
  flags: { timeout: { ...WAIT.timeout, describe: 'Give up waiting after this time, for example 10m; 0 is never' } },
  run: async (context, args) => {
    const { kind, name } = parseName(args.name, [BACKUP, RESTORE])
    return followRun(context, { kind, name, namespace: await context.namespace(), timeout: args.timeout })
  },
})
