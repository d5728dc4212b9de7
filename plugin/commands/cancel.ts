import { ANNOTATION, type DeletionRequest } from '../../lib/api.ts'
import { isActive } from '../../lib/phases.ts'
import type { Backup } from '../../schemas/generated/types.ts'
import { amend } from '../actions/amendment.ts'
import { command } from '../cli/command.ts'
import { EXIT } from '../cli/exit-code.ts'
import { Failure } from '../cli/failure.ts'
import { DRY_RUN } from '../cli/flags.ts'
import { BACKUP } from '../api/kinds.ts'
import { PROGRAM } from '../cli/program.ts'
import { parseName } from '../cli/reference-name.ts'

export default command({
  positionals: { name: { type: 'string', array: true, demandOption: true, describe: 'Names of the backups' } },
  flags: {
    reason: { type: 'string', default: 'kubectl backup cancel', requiresArg: true, describe: 'Why, for the record' },
    ...DRY_RUN,
  },
  run: async (context, args) => {
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const names = args.name.map(name => parseName(name, [BACKUP]).name)
    const backups = await Promise.all(names.map(name => client.get<Backup>(BACKUP, { namespace, name })))
    backups.forEach(requireActive)
    const asked: DeletionRequest = { requestedBy: 'user', reason: args.reason }
    for (const backup of backups) {
      const change = { annotations: { [ANNOTATION.cancelRequested]: JSON.stringify(asked) } }
      await amend(context, backup, { change, verb: 'cancel requested', dryRun: args.dryRun })
    }
    return EXIT.ok
  },
})

const requireActive = (backup: Backup): void => {
  if (isActive(backup)) return
  const { name, namespace } = backup.metadata
  throw new Failure(`backup "${name}" is ${backup.status?.phase}, so there is nothing to cancel. To remove it: ${PROGRAM} delete ${name} -n ${namespace}`)
}
