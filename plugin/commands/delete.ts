import { ANNOTATION, type DeletionRequest } from '../../lib/api.ts'
import { deletionAsked } from '../../lib/deletion-request.ts'
import { goodVolumes, heldVolumes, isLeaving, usableVolumes } from '../../lib/phases.ts'
import type { Backup } from '../../schemas/generated/types.ts'
import { amend } from '../actions/amendment.ts'
import { command } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { EXIT, type ExitCode } from '../cli/exit-code.ts'
import { usageFailure } from '../cli/failure.ts'
import { DRY_RUN, WAIT } from '../cli/flags.ts'
import { followDeletion } from '../actions/follow-deletion.ts'
import { BACKUP } from '../api/kinds.ts'
import { backupColumns } from '../output/columns.ts'
import { table } from '../output/table.ts'
import { parseName } from '../cli/reference-name.ts'

export default command({
  positionals: { name: { type: 'string', array: true, demandOption: true, describe: 'Names of the backups' } },
  flags: {
    yes: { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' },
    reason: { type: 'string', default: 'kubectl backup delete', requiresArg: true, describe: 'Why, for the record' },
    ...DRY_RUN, ...WAIT,
  },
  run: async (context, args) => {
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const names = [...new Set(args.name.map(name => parseName(name, [BACKUP]).name))]
    const doomed = await Promise.all(names.map(name => client.get<Backup>(BACKUP, { namespace, name })))
    const where = `namespace "${namespace}" of context "${client.connection.context}"`
    context.output.note(`These records and their data will be deleted, in ${where}:`)
    show(context, doomed, await client.list<Backup>(BACKUP, { namespace }))
    if (!args.yes && args.dryRun === 'none' && !await confirmed(context, doomed.length, where)) {
      context.output.note('Nothing was deleted.')
      return EXIT.failed
    }
    for (const backup of doomed) await request(context, backup, args)
    return args.wait && args.dryRun === 'none' ? waitForAll(context, doomed, args.timeout) : EXIT.ok
  },
})

interface Lost {
  /** Claims whose only good restore points are among those to be deleted. */
  readonly good: readonly string[]
  /** Others of which nothing at all can be restored any more: what is deleted is not whole, or its snapshot is lost for now. */
  readonly any: readonly string[]
}

/** What goes with the last restore points of their claims. */
export const lastPoints = (doomed: readonly Backup[], all: readonly Backup[]): Lost => {
  const gone = new Set(doomed.map(backup => backup.metadata.name))
  const kept = all.filter(backup => !gone.has(backup.metadata.name) && !isLeaving(backup))
  const good = without(doomed.flatMap(goodVolumes), kept.flatMap(goodVolumes))
  return { good, any: without(doomed.flatMap(heldVolumes), [...kept.flatMap(usableVolumes), ...good]) }
}

const without = (names: readonly string[], others: readonly string[]): readonly string[] =>
  [...new Set(names)].filter(name => !others.includes(name)).toSorted()

const show = ({ output, now }: Context, doomed: readonly Backup[], all: readonly Backup[]): void => {
  output.note(table(backupColumns({ now: now(), allNamespaces: false }).filter(column => !column.wide), doomed))
  const { good, any } = lastPoints(doomed, all)
  if (good.length > 0) output.note(`Warning: this removes the last good restore point of ${good.join(', ')}.`)
  if (any.length > 0) output.note(`Warning: this removes the last restore point of ${any.join(', ')}: it is not whole, but there is no other.`)
}

const confirmed = async ({ output }: Context, count: number, where: string): Promise<boolean> => {
  if (!output.interactive) throw usageFailure('deleting needs a yes, and there is no terminal to ask on: add --yes')
  const what = count === 1 ? 'this restore point' : `these ${count} restore points`
  return /^y(es)?$/i.test(await output.ask(`Delete ${what} and the data in ${where}? This cannot be undone. [y/N] `))
}

const request = async (context: Context, backup: Backup, { reason, dryRun }: { reason: string, dryRun: string }): Promise<void> => {
  const asked: DeletionRequest = { requestedBy: 'user', reason }
  if (deletionAsked(backup) !== undefined) {
    context.output.note(`Deletion of backup "${backup.metadata.name}" was already asked for.`)
    return
  }
  const change = { annotations: { [ANNOTATION.deleteRequested]: JSON.stringify(asked) } }
  await amend(context, backup, { change, verb: 'deletion requested', dryRun })
}

/** Each is told of; the first that did not go well decides. */
const waitForAll = async (context: Context, doomed: readonly Backup[], timeout: string): Promise<ExitCode> => {
  let worst: ExitCode = EXIT.ok
  for (const backup of doomed) {
    const code = await followDeletion(context, backup, timeout)
    if (worst === EXIT.ok) worst = code
    if (code === EXIT.timeout || code === EXIT.interrupted) break
  }
  return worst
}
