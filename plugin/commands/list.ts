import { LABEL } from '../../lib/api.ts'
import { labelValue } from '../../lib/names.ts'
import type { Backup, KubeObject, Restore } from '../../schemas/generated/types.ts'
import { command } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { usageFailure } from '../cli/failure.ts'
import { ALL_NAMESPACES, LIST_OUTPUT, SELECTOR } from '../cli/flags.ts'
import { newestFirst } from '../actions/follow.ts'
import { BACKUP, RESTORE } from '../api/kinds.ts'
import { place } from '../actions/listing.ts'
import { backupColumns, restoreColumns } from '../output/columns.ts'
import { printList } from '../output/print.ts'

const PHASES = ['New', 'Queued', 'Running', 'Completed', 'PartiallyFailed', 'Failed', 'Deleting'] as const

export default command({
  positionals: { kind: { type: 'string', choices: ['backups', 'restores'], default: 'backups', describe: 'What to list' } },
  flags: {
    policy: { type: 'string', requiresArg: true, describe: 'Only those of this policy' },
    pvc: { type: 'string', requiresArg: true, describe: 'Only backups that hold this claim' },
    phase: { type: 'string', choices: PHASES, requiresArg: true, describe: 'Only those in this phase' },
    ...SELECTOR, ...ALL_NAMESPACES, ...LIST_OUTPUT,
  },
  run: async (context, args) => {
    const { namespace, missing } = await place(context, args.allNamespaces)
    const view = { now: context.now(), allNamespaces: args.allNamespaces }
    const format = args.output
    if (args.kind === 'restores') {
      const restores = (await read<Restore>(context, namespace, args)).filter(restore => wanted(restore, args))
      return printList(context.output, restores, { format, columns: restoreColumns(view), empty: `No restores found${missing}.` })
    }
    const backups = (await read<Backup>(context, namespace, args)).filter(backup => wanted(backup, args))
    return printList(context.output, backups, { format, columns: backupColumns(view), empty: `No backups found${missing}.` })
  },
})

interface Filter {
  readonly kind: string
  readonly policy?: string
  readonly pvc?: string
  readonly phase?: string
  readonly selector?: string
}

const read = async <T extends KubeObject>(context: Context, namespace: string | undefined, filter: Filter): Promise<readonly T[]> => {
  const restores = filter.kind === 'restores'
  if (restores && filter.pvc !== undefined) throw usageFailure('--pvc goes with backups')
  const ofPolicy = filter.policy !== undefined && !restores ? `${LABEL.policy}=${labelValue(filter.policy)}` : undefined
  const labelSelector = [filter.selector, ofPolicy].filter(Boolean).join(',')
  return newestFirst(await (await context.client()).list<T>(restores ? RESTORE : BACKUP, { namespace, labelSelector }))
}

const wanted = (run: Backup | Restore, { policy, pvc, phase }: Filter): boolean =>
  (policy === undefined || run.spec.policy === policy)
  && (pvc === undefined || run.spec.volumes?.some(volume => volume === pvc) === true)
  && (phase === undefined || (run.status?.phase ?? 'New') === phase)
