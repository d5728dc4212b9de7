import type { Task } from '../../schemas/generated/types.ts'
import type { Store } from '../stores/store.ts'

/** What every operation gets: the task, the store it speaks of, and the process around it. */
export interface Context {
  readonly task: Task
  readonly store: Store
  /** Environment with the secrets. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted on SIGTERM: children are stopped and nothing more becomes visible in the store. */
  readonly signal: AbortSignal
  /** One line for people. */
  readonly log: (line: string) => void
  readonly now: () => Date
  /** How long a lock of another run on the repository is waited for. @default an hour */
  readonly lockPatienceMilliseconds?: number
}
