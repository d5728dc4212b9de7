import type { BackupRepository } from '../../schemas/generated/types.ts'
import type { Context } from '../cli/context.ts'
import { EXIT, type ExitCode } from '../cli/exit-code.ts'
import { fullName, REPOSITORY } from '../api/kinds.ts'
import { PROGRAM } from '../cli/program.ts'
import { waitFor, type Observation } from './wait.ts'

export interface FollowedCheck {
  readonly name: string
  readonly namespace: string
  /** `--timeout`. */
  readonly timeout: string
  /** Only the outcome of a check asked for at this time counts; without it any outcome does. */
  readonly since?: string
  /** `status.failures` when it was asked for: a failed check moves no time, but this number. */
  readonly failures?: number
}

/** How soon after the asking a rule that is broken is believed: until then the hooks may not have looked at what was mended just now. */
const SETTLED_MS = 5000

/** Waits until a check of the repository has passed (0) or failed. */
export const followCheck = async (context: Context, followed: FollowedCheck): Promise<ExitCode> => {
  const { name, namespace, timeout } = followed
  const client = await context.client()
  const start = context.now().getTime()
  return waitFor(context, {
    what: fullName(REPOSITORY, name),
    timeout,
    look: async () => {
      const repository = await client.get<BackupRepository>(REPOSITORY, { namespace, name })
      return observeRepository(repository, { ...followed, settled: context.now().getTime() - start >= SETTLED_MS })
    },
    resume: `The check goes on in the cluster; to look again: ${PROGRAM} describe repository/${name} -n ${namespace}`,
  })
}

/** What a repository looks like to someone who waits for its check. Without `since` any outcome that is of its present spec ends the waiting. */
export const observeRepository = (repository: BackupRepository, asked: Asked = {}): Observation => {
  const { phase = 'New', message, reason, lastCheckTime = '' } = repository.status ?? {}
  const text = `${phase}${reason && reason !== phase ? ` (${reason})` : ''}${message ? `: ${message}` : ''}`
  if (phase === 'Ready' && isCurrent(repository) && lastCheckTime >= (asked.since ?? '')) return { text, code: EXIT.ok }
  if (phase === 'Failed' && isCurrent(repository) && isAnswer(repository, asked)) return { text, code: EXIT.failed }
  return { text: phase === 'Ready' || phase === 'Failed' ? `${text}; the new check is not over` : text }
}

interface Asked extends Pick<FollowedCheck, 'since' | 'failures'> {
  readonly settled?: boolean
}

const isCurrent = ({ status, metadata: { generation } }: BackupRepository): boolean =>
  status?.observedGeneration === undefined || generation === undefined || status.observedGeneration >= generation

/** A repository that breaks a rule has no count of failures, for no check is made of it: there is nothing to wait for. */
const isAnswer = ({ status }: BackupRepository, { since, failures, settled = false }: Asked): boolean =>
  since === undefined || (status?.failures ?? 0) !== failures || (status?.failures === undefined && settled)
