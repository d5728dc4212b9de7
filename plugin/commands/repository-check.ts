import { ANNOTATION } from '../../lib/api.ts'
import { parseTime, timestamp } from '../../lib/timestamps.ts'
import type { BackupRepository } from '../../schemas/generated/types.ts'
import { amend } from '../actions/amendment.ts'
import { command } from '../cli/command.ts'
import { EXIT } from '../cli/exit-code.ts'
import { DRY_RUN, WAIT } from '../cli/flags.ts'
import { REPOSITORY } from '../api/kinds.ts'
import { parseName } from '../cli/reference-name.ts'
import { followCheck } from '../actions/repository-check.ts'

export default command({
  positionals: { name: { type: 'string', demandOption: true, describe: 'Name of the repository' } },
  flags: { ...DRY_RUN, ...WAIT },
  run: async (context, args) => {
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const name = args.name.includes('/') ? parseName(args.name, [REPOSITORY]).name : args.name
    const repository = await client.get<BackupRepository>(REPOSITORY, { namespace, name })
    const { phase = 'New', message, lastCheckTime, failures = 0 } = repository.status ?? {}
    const since = timestamp(askedAt(client.serverTime() ?? context.now(), lastCheckTime))
    context.output.note(`Before: ${phase}${lastCheckTime ? `, checked ${lastCheckTime}` : ''}${message ? `: ${message}` : ''}`)
    await amend(context, repository, { change: { annotations: { [ANNOTATION.checkRequested]: since } }, verb: 'check requested', dryRun: args.dryRun })
    if (!args.wait || args.dryRun !== 'none') return EXIT.ok
    return followCheck(context, { name, namespace, timeout: args.timeout, since, failures })
  },
})

/** By the cluster's clock, and always after the last check: the hooks make a new one only for a newer request, and only that ends the waiting. */
const askedAt = (now: Date, lastCheckTime: string | undefined): Date => {
  const last = parseTime(lastCheckTime)
  return last === undefined || last < now.getTime() ? now : new Date(last + 1000)
}
