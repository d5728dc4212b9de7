import { TransientError, UserError } from '../lib/errors.ts'

export interface ProblemDetail {
  /** What, what was got, what to do next. */
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** Metacontroller puts an error into an Event and into its log; what a caller sent is quoted in some. */
const MESSAGE_MAX = 2000

/** A request that gets no 200. Metacontroller then leaves children and status untouched and tries again. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly reason: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, reason: string, { message, headers = {}, cause }: ProblemDetail) {
    super(message.length > MESSAGE_MAX ? `${message.slice(0, MESSAGE_MAX - 1)}…` : message, { cause })
    this.status = status
    this.reason = reason
    this.headers = headers
  }
}

/**
 * Any error as the answer that serves Metacontroller best. What time mends is a 429 with Retry-After: the next call comes
 * after exactly that time, whereas any other status backs off up to 1000 s. What a person must mend is a 422, whose text
 * Metacontroller shows in an Event of the object. Anything else is our bug: 500.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof TransientError) {
    const seconds = error.reason === 'ApiConflict' ? '1' : '5'
    return new Problem(429, error.reason, { message: error.message, headers: { 'Retry-After': seconds }, cause: error })
  }
  if (error instanceof UserError) return new Problem(422, error.reason, { message: error.message, cause: error })
  // V8 quotes what it could not parse, and that may hold what no log should.
  const message = error instanceof SyntaxError ? 'something that was read is not well-formed' : error instanceof Error ? error.message : String(error)
  return new Problem(500, 'InternalError', { message: `this is a bug in holdfast: ${message}`, cause: error })
}

/** Where an error was thrown, without its message. */
export function framesOf(error: unknown): string | undefined {
  const { stack } = error instanceof Error ? error : {}
  return stack?.split('\n').filter(line => line.startsWith('    at ')).join('\n')
}
