import { Problem } from './problem.ts'

/** Takes a function to be called when the caller closes the connection. */
type OnGone = (gone: () => void) => void

/** Acts once after a time; answers how to call that off. */
export type After = (milliseconds: number, act: () => void) => () => void

export interface Deadline {
  readonly milliseconds: number
  readonly after: After
}

/** The timers of this process. */
export const realTimer: After = (milliseconds, act) => {
  const timer = setTimeout(act, milliseconds)
  return () => clearTimeout(timer)
}

/**
 * Runs `work` and waits at most `milliseconds` for it, or until `gone` is called; then its signal is aborted, so that no
 * further effect begins, and Problem 503 is thrown. What had begun is fenced and repeatable: the next call finishes it.
 */
export async function withDeadline<Result>({ milliseconds, after }: Deadline, onGone: OnGone, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController()
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const end = (message: string): void => {
    reject(new Problem(503, 'DeadlineExceeded', { message: `${message}; nothing was lost, the next call goes on`, headers: { 'Retry-After': '5' } }))
    controller.abort()
  }
  const cancel = after(milliseconds, () => end(`no answer within ${milliseconds} ms, the Kubernetes API is slow`))
  onGone(() => end('the caller closed the connection'))
  try {
    return await Promise.race([work(controller.signal), expired])
  } finally {
    cancel()
  }
}
