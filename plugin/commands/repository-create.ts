import { API_VERSION } from '../../lib/api.ts'
import type { BackupRepository } from '../../schemas/generated/types.ts'
import { command } from '../cli/command.ts'
import { createAndPrint } from '../actions/creation.ts'
import { DESTINATION_FLAGS, destinationOf } from '../actions/destination.ts'
import { EXIT } from '../cli/exit-code.ts'
import { DRY_RUN, WAIT, WRITE_OUTPUT } from '../cli/flags.ts'
import { REPOSITORY } from '../api/kinds.ts'
import { followCheck } from '../actions/repository-check.ts'

export default command({
  positionals: { name: { type: 'string', demandOption: true, describe: 'Name of the repository' } },
  flags: { ...DESTINATION_FLAGS, url: { ...DESTINATION_FLAGS.url, demandOption: true }, ...WRITE_OUTPUT, ...DRY_RUN, ...WAIT },
  run: async (context, args) => {
    const spec = destinationOf(args)
    const namespace = await context.namespace()
    const object: BackupRepository = { apiVersion: API_VERSION, kind: 'BackupRepository', metadata: { name: args.name, namespace }, spec }
    await createAndPrint(context, REPOSITORY, { object, flags: args })
    if (!args.wait || args.dryRun !== 'none') return EXIT.ok
    return followCheck(context, { name: args.name, namespace, timeout: args.timeout })
  },
})
