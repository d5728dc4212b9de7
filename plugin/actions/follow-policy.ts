import { repositoryOf } from '../../lib/repository-record.ts'
import type { BackupPolicy, BackupRepository } from '../../schemas/generated/types.ts'
import type { Client } from '../api/client.ts'
import { fullName, POLICY, REPOSITORY } from '../api/kinds.ts'
import type { Context } from '../cli/context.ts'
import { EXIT, type ExitCode } from '../cli/exit-code.ts'
import { PROGRAM } from '../cli/program.ts'
import { ready } from '../output/columns.ts'
import type { Followed } from './follow.ts'
import { observeRepository } from './repository-check.ts'
import { waitFor, type Observation } from './wait.ts'

/** Waits until a policy is found right and the place that it writes to usable (0), or one of them wrong. */
export const followPolicy = async (context: Context, { name, namespace, timeout }: Omit<Followed, 'kind'>): Promise<ExitCode> => {
  const client = await context.client()
  return waitFor(context, {
    what: fullName(POLICY, name),
    timeout,
    look: async () => observe(client, await client.get<BackupPolicy>(POLICY, { namespace, name })),
    resume: `To look again: ${PROGRAM} describe policy/${name} -n ${namespace}`,
  })
}

const observe = async (client: Client, policy: BackupPolicy): Promise<Observation> => {
  const condition = ready(policy)
  if (condition?.status === 'False') return { text: `is not ready: ${condition.reason}: ${condition.message}`, code: EXIT.failed }
  if (condition?.status !== 'True') return { text: 'is not looked at yet' }
  const choice = repositoryOf(policy)
  if (choice === undefined) return { text: `is ready: ${condition.message}`, code: EXIT.ok }
  const repository = await client.find<BackupRepository>(REPOSITORY, { namespace: policy.metadata.namespace, name: choice.name })
  // A policy is ready, too, whose runs would wait for a place that is wrong or was never looked at.
  const { text, code } = repository === undefined ? { text: 'not made yet' } : observeRepository(repository)
  if (code === EXIT.ok) return { text: `is ready: ${condition.message}`, code }
  return { text: `is ready, but its repository "${choice.name}" is ${text}`, ...code !== undefined && { code } }
}
