import { isTerminal } from '../../lib/phases.ts'
import type { Backup, KubeObject, Restore } from '../../schemas/generated/types.ts'
import type { Context } from '../cli/context.ts'
import { EXIT, type ExitCode } from '../cli/exit-code.ts'
import { PROGRAM } from '../cli/program.ts'
import { BACKUP, fullName, type Kind } from '../api/kinds.ts'
import { size } from '../output/size.ts'
import { waitFor, type Observation } from './wait.ts'

export interface Followed {
  readonly kind: Kind
  readonly name: string
  readonly namespace: string
  /** `--timeout`. */
  readonly timeout: string
}

/** Waits for the end of a Backup or Restore. Completed is 0, PartiallyFailed or without some files `partial`, Failed `failed`; gone is `notFound`. */
export const followRun = async (context: Context, followed: Followed): Promise<ExitCode> => {
  const { kind, name, namespace, timeout } = followed
  const client = await context.client()
  const shown = kind === BACKUP ? name : `${kind.short}/${name}`
  return waitFor(context, {
    what: fullName(kind, name),
    timeout,
    look: async () => observeRun(await client.get<Backup | Restore>(kind, { namespace, name })),
    resume: `The ${kind.short} goes on in the cluster; to wait again: ${PROGRAM} wait ${shown} -n ${namespace}`,
  })
}

/** What a Backup or Restore looks like to someone who waits for its end. */
export const observeRun = (run: Backup | Restore): Observation => {
  const status = run.status
  const phase = status?.phase ?? 'New'
  const message = status?.message === undefined ? '' : `: ${status.message}`
  const done = [status?.volumesSummary && `${status.volumesSummary} volumes`, status?.bytes && size(status.bytes)].filter(Boolean)
  const detail = done.length > 0 ? ` (${done.join(', ')})` : ''
  if (phase === 'Deleting') return { text: `is being deleted${message}`, code: EXIT.failed }
  return { text: `${phase}${detail}${message}`, ...isTerminal(phase) && { code: lacksFiles(run) ? EXIT.partial : CODES[phase] ?? EXIT.failed } }
}

/** A Restore is Completed, too, when it has brought all that its point holds and the point lacks files: only the volume's reason tells. */
const lacksFiles = ({ status }: Backup | Restore): boolean =>
  status?.phase === 'Completed' && (status.volumes ?? []).some(({ reason }) => reason === 'UnreadableFiles')

const CODES: Readonly<Record<string, ExitCode>> = { Completed: EXIT.ok, PartiallyFailed: EXIT.partial, Failed: EXIT.failed }

/** Newest first by creation; equal ones by name, so that the order is always the same. */
export const newestFirst = <T extends KubeObject>(objects: readonly T[]): readonly T[] =>
  objects.toSorted((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '')
    || a.metadata.name.localeCompare(b.metadata.name))
