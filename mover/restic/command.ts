import { setTimeout as sleep } from 'node:timers/promises'
import { TransientError } from '../../lib/errors.ts'
import { run, start, stopped, type Child } from '../run/child.ts'
import type { Context } from '../run/context.ts'
import { isUnreachable, resticError } from './errors.ts'
import { watchLocks } from './locks.ts'
import { addressOf } from './repository.ts'

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Call {
  readonly args: readonly string[]
  /** Exit codes that are not failures. @default [0] */
  readonly accept?: readonly number[]
  /** Whether a failure is none after all. @default none is */
  readonly forgiven?: (outcome: Outcome) => boolean
  readonly onErrorLine?: (line: string) => void
  /** The error that a failure is, where that differs from what it is of other commands. @default as of all commands */
  readonly failure?: (outcome: Outcome) => Error | undefined
  /** Whether it may do without a lock where none can be made: a store that is full, or whose keys may only read. @default false */
  readonly readsOnly?: boolean
  /** Repository other than the store's. */
  readonly repository?: string
}

/** A volume with a million unreadable files shall not fill the node's disk with log lines. */
const LOGGED_LINES = 100

/** A prune of a large repository takes its time, and the lock of one that was killed is stale after 30 minutes. */
const LOCK_PATIENCE_MILLISECONDS = 3_600_000
const LOCK_PAUSE_MILLISECONDS = 10_000
/** Longer than a living run leaves its lock as it is. */
const RENEWED_MILLISECONDS = 6 * 60_000

/**
 * Runs restic with JSON output. A failure becomes an error of ours that says what to do. While the repository is locked it
 * waits, in every version of restic, and removes the locks of dead runs: else a prune that was killed would stop all backups.
 */
export async function restic(context: Context, call: Call): Promise<Outcome> {
  const patience = context.lockPatienceMilliseconds ?? LOCK_PATIENCE_MILLISECONDS
  const pause = Math.min(LOCK_PAUSE_MILLISECONDS, patience / 10)
  const removeDead = watchLocks(context, Math.min(RENEWED_MILLISECONDS, patience / 10))
  for (let waited = 0; ; waited += pause) {
    try {
      return await once(context, call)
    } catch (error) {
      if (!isLocked(error) || waited >= patience) throw error
      if (waited === 0) context.log('the repository is locked by another run; waiting for it')
      await removeDead()
      await sleep(pause, undefined, { signal: context.signal })
    }
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof TransientError && error.reason === 'RepositoryLocked'
}

async function once(context: Context, call: Call): Promise<Outcome> {
  const { args, accept = [0], forgiven, onErrorLine, failure, readsOnly, repository } = call
  const address = addressOf(context.task.store)
  let logged = 0
  const outcome = await run({
    command: 'restic',
    args: ['--json', ...(repository === undefined ? address.options : []), ...args],
    env: resticEnv(context, repository ?? address.repository),
    signal: context.signal,
    onErrorLine: line => {
      if (logged++ < LOGGED_LINES) context.log(`restic: ${line.slice(0, 500)}`)
      onErrorLine?.(line)
    },
  })
  if (context.signal.aborted) throw stopped()
  if (readsOnly && outcome.code !== 0 && cannotLock(outcome)) {
    context.log('no lock can be made in the store, so the repository is read without one')
    return await once(context, { ...call, args: [...args.slice(0, 1), '--no-lock', ...args.slice(1)], readsOnly: false })
  }
  if (!accept.includes(outcome.code) && forgiven?.(outcome) !== true) throw failure?.(outcome) ?? resticError(args[0] ?? '', outcome, context)
  return outcome
}

/** Whether there is no room for a lock, or no right to make one. Somebody else's lock is another matter, and so is a store out of reach. */
function cannotLock({ code, stderr }: Outcome): boolean {
  return code !== 11 && /unable to create lock/i.test(stderr) && !/already locked/i.test(stderr) && !isUnreachable(stderr)
}

/** Starts restic with JSON output that is too long to be held at once. It waits for no lock. */
export function startRestic(context: Context, args: readonly string[]): Child {
  const { options, repository } = addressOf(context.task.store)
  return start({
    command: 'restic',
    args: ['--json', ...options, '--no-lock', ...args],
    env: resticEnv(context, repository),
    signal: context.signal,
    onErrorLine: line => context.log(`restic: ${line.slice(0, 500)}`),
  })
}

/** The JSON messages of an output, one a line. Lines that are not JSON are left out. */
export function messages(output: string): readonly Readonly<Record<string, unknown>>[] {
  return output.split('\n').flatMap(line => {
    try {
      const parsed: unknown = line.startsWith('{') ? JSON.parse(line) : undefined
      return parsed === undefined ? [] : [parsed as Record<string, unknown>]
    } catch {
      return []
    }
  })
}

/** Version of the restic in use, as [major, minor]. */
export async function resticVersion(context: Context): Promise<readonly [number, number]> {
  const { stdout } = await run({ command: 'restic', args: ['version'], env: context.env, signal: context.signal })
  const [, major, minor] = /restic (\d+)\.(\d+)/.exec(stdout) ?? []
  return [Number(major ?? 0), Number(minor ?? 0)]
}

/** Other RESTIC_ variables of the image or pod could point elsewhere and are not passed on. */
function resticEnv(context: Context, repository: string): Readonly<Record<string, string | undefined>> {
  const passed = Object.entries(context.env).filter(([name]) => !name.startsWith('RESTIC_') || name === 'RESTIC_PASSWORD' || name === 'RESTIC_CACHE_DIR')
  return { ...Object.fromEntries(passed), RESTIC_REPOSITORY: repository, RESTIC_PROGRESS_FPS: '0.1', TZ: 'UTC', LC_ALL: 'C' }
}
