import { LABEL } from '../../lib/api.ts'
import { labelValue } from '../../lib/names.ts'
import type { Backup, KubeObject, Restore } from '../../schemas/generated/types.ts'
import { command } from '../cli/command.ts'
import { EXIT } from '../cli/exit-code.ts'
import { Failure, usageFailure } from '../cli/failure.ts'
import { BACKUP, POD, REPOSITORY, RESTORE, type Kind } from '../api/kinds.ts'
import { containersOf, printLogs } from '../actions/logs.ts'
import { parseName } from '../cli/reference-name.ts'

export default command({
  positionals: { name: { type: 'string', demandOption: true, describe: 'Name of a backup, or restore/NAME while that runs, or repository/NAME' } },
  flags: {
    follow: { alias: 'f', type: 'boolean', default: false, describe: 'Go on printing until the movers end' },
    volume: { type: 'string', requiresArg: true, describe: 'Only the mover of this claim' },
    tail: { type: 'number', requiresArg: true, describe: 'Only this many lines at the end of each log' },
    timestamps: { type: 'boolean', default: false, describe: 'With the time of each line' },
  },
  run: async (context, args) => {
    const { kind, name } = parseName(args.name, [BACKUP, RESTORE, REPOSITORY])
    if (args.tail !== undefined && !(Number.isInteger(args.tail) && args.tail >= 0)) throw usageFailure('--tail must be a number of lines')
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const object = await client.get(kind, { namespace, name })
    const labelSelector = [...selectorsOf(kind, name), ...args.volume ? [`${LABEL.volume}=${labelValue(args.volume)}`] : []].join(',')
    const pods = await client.list<KubeObject>(POD, { namespace, labelSelector })
    const containers = pods.toSorted(byAge).flatMap(containersOf)
    if (containers.length === 0) throw new Failure(whyNone(object), EXIT.notFound)
    await printLogs(context, client, { containers, ...args })
    return EXIT.ok
  },
})

/** Movers of a restore have the label of the backup that they read, too. */
const selectorsOf = (kind: Kind, name: string): readonly string[] => {
  if (kind === BACKUP) return [`${LABEL.backup}=${labelValue(name)}`, `!${LABEL.restore}`]
  return [`${kind === RESTORE ? LABEL.restore : LABEL.repository}=${labelValue(name)}`]
}

const byAge = (a: KubeObject, b: KubeObject): number =>
  (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') || a.metadata.name.localeCompare(b.metadata.name)

/** How long there are pods to read logs of. */
const KEPT: Readonly<Record<string, string>> = {
  Backup: 'those of a run are kept for a day, those of a deletion for 15 minutes',
  Restore: 'they go when it ends; follow the next one while it runs, with -f',
  BackupRepository: 'those of a check are kept for 15 minutes',
}

const whyNone = (object: KubeObject): string => {
  const { status } = object as Backup | Restore
  const snapshot = (object as Backup).spec.strategy === 'snapshot'
  const why = snapshot ? 'its strategy is snapshot, which runs no mover' : `its mover has not started, or its pods are gone (${KEPT[object.kind] ?? ''})`
  const said = status?.message === undefined ? '' : ` Its status says: ${status.message}`
  return `${object.kind} "${object.metadata.name}" has no logs: ${why}.${said}`
}
