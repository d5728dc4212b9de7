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

/** Waits until a check of the repository has passed (0) or failed. */
export const followCheck = async (context: Context, followed: FollowedCheck): Promise<ExitCode> => {
  const { name, namespace, timeout } = followed
  const client = await context.client()
  return waitFor(context, {
    what: fullName(REPOSITORY, name),
    timeout,
    look: async () => observe(await client.get<BackupRepository>(REPOSITORY, { namespace, name }), followed),
    resume: `The check goes on in the cluster; to look again: ${PROGRAM} describe repository/${name} -n ${namespace}`,
  })
}

const observe = ({ status, metadata }: BackupRepository, { since, failures: before }: FollowedCheck): Observation => {
  const { phase = 'New', message, reason, lastCheckTime = '', observedGeneration, failures = 0 } = status ?? {}
  const current = observedGeneration === undefined || metadata.generation === undefined || observedGeneration >= metadata.generation
  const text = `${phase}${reason && reason !== phase ? ` (${reason})` : ''}${message ? `: ${message}` : ''}`
  if (phase === 'Ready' && current && lastCheckTime >= (since ?? '')) return { text, code: EXIT.ok }
  if (phase === 'Failed' && current && (since === undefined || failures !== before)) return { text, code: EXIT.failed }
  return { text: phase === 'Ready' || phase === 'Failed' ? `${text}; the new check is not over` : text }
}
