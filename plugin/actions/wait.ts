import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../cli/context.ts'
import { durationFlag } from '../cli/duration.ts'
import { EXIT, type ExitCode } from '../cli/exit-code.ts'
import { Failure } from '../cli/failure.ts'
import { humanDuration } from '../output/age.ts'

/** What one look at the awaited object says. `code` ends the waiting. */
export interface Observation {
  readonly text: string
  readonly code?: ExitCode
}

export interface Awaited {
  /** `backup.holdfast.dev/nightly`. */
  readonly what: string
  look(): Promise<Observation>
  /** What goes on when nobody waits any more, and the command to wait again. */
  readonly resume: string
  /** `--timeout`. */
  readonly timeout: string
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 2000
/** An API server that is being upgraded, or a laptop between two networks, is away for minutes. */
const PATIENCE_MS = 5 * 60 * 1000

/**
 * Looks again and again until the end, with progress on stderr. An outage of the API server is waited out for five minutes.
 * @returns the code of the last observation, `timeout`, or `interrupted` after Ctrl-C.
 */
export const waitFor = async (context: Context, awaited: Awaited): Promise<ExitCode> => {
  const interruption = new AbortController()
  const interrupt = (): void => interruption.abort()
  process.once('SIGINT', interrupt)
  try {
    return await poll(context, awaited, interruption.signal)
  } finally {
    process.removeListener('SIGINT', interrupt)
  }
}

const poll = async (context: Context, awaited: Awaited, signal: AbortSignal): Promise<ExitCode> => {
  const { output } = context
  const start = context.now().getTime()
  const limit = durationFlag('timeout', awaited.timeout) * 1000
  const look = patient(context, awaited)
  let last = ''
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const { text, code } = await look()
    const elapsed = context.now().getTime() - start
    if (code !== undefined) return end(context, `${awaited.what} ${text} (after ${humanDuration(elapsed / 1000)})`, code)
    if (text !== last) output.progress(`${awaited.what} ${text}`)
    last = text
    if (limit > 0 && elapsed >= limit) return end(context, `Error: ${awaited.what} was not done within ${awaited.timeout}: ${text}. ${awaited.resume}`, EXIT.timeout)
    if (!await rest(limit > 0 ? Math.min(pause, limit - elapsed) : pause, signal)) return end(context, `Stopped waiting. ${awaited.resume}`, EXIT.interrupted)
  }
}

const end = ({ output }: Context, text: string, code: ExitCode): ExitCode => {
  output.note(text)
  return code
}

/** False when the signal came. */
const rest = async (milliseconds: number, signal: AbortSignal): Promise<boolean> => {
  if (signal.aborted) return false
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined)
  return !signal.aborted
}

const patient = ({ now }: Context, awaited: Awaited): () => Promise<Observation> => {
  let lostAt: number | undefined
  return async () => {
    try {
      const observation = await awaited.look()
      lostAt = undefined
      return observation
    } catch (error) {
      lostAt ??= now().getTime()
      if (isOutage(error) && now().getTime() - lostAt < PATIENCE_MS) return { text: `is not visible now: ${error.message}` }
      throw withResume(error, awaited)
    }
  }
}

const isOutage = (error: unknown): error is Failure => error instanceof Failure && error.exitCode === EXIT.failed

/** What is awaited goes on, unless it is not there: that is no question of looking again. */
const withResume = (error: unknown, { resume }: Awaited): unknown =>
  error instanceof Failure && error.exitCode !== EXIT.notFound ? new Failure(`${error.message}. ${resume}`, error.exitCode, { cause: error }) : error
