import { writeFileSync } from 'node:fs'
import { TransientError, UserError } from '../../lib/errors.ts'
import type { Result, Task } from '../../schemas/generated/types.ts'

/** The kubelet cuts a termination message here. */
const LIMIT = 4096

export const EXIT = { done: 0, bug: 1, user: 2, transient: 75 } as const

/** Result of an operation that threw. */
export function failure(operation: Task['operation'], error: unknown): Result {
  const known = error instanceof UserError || error instanceof TransientError
  const message = error instanceof Error ? error.message : String(error)
  return { operation, ok: false, reason: known ? error.reason : 'InternalError', message: known ? message : `Unexpected error: ${message}. Please report it.` }
}

/** Exit code of an operation that threw: 2 must not be retried, 75 may be, 1 is a bug. */
export function exitCode(error: unknown): number {
  if (error instanceof UserError) return EXIT.user
  return error instanceof TransientError ? EXIT.transient : EXIT.bug
}

/** Result as JSON of at most 4096 bytes of UTF-8; samples, then the list of deleted volumes, then the message are shortened. */
export function encodeResult(result: Result): string {
  const shorter: readonly ((result: Result) => Result)[] = [
    same => same,
    same => ({ ...same, errorSamples: same.errorSamples?.slice(0, 5).map(sample => cut(sample, 300)) }),
    same => ({ ...same, message: same.message === undefined ? undefined : cut(same.message, 1500) }),
    same => ({ ...same, errorSamples: same.errorSamples?.slice(0, 2).map(sample => cut(sample, 100)) }),
    ({ errorSamples: _, ...rest }) => rest,
    same => ({ ...same, message: same.message === undefined ? undefined : cut(same.message, 500) }),
    ({ deleted: _, ...rest }) => rest,
  ]
  let current = result
  for (const shorten of shorter) {
    current = shorten(current)
    const text = JSON.stringify(current)
    if (Buffer.byteLength(text) <= LIMIT) return text
  }
  return JSON.stringify({ operation: current.operation, ok: current.ok, reason: current.reason, handle: current.handle })
}

/** Writes the termination message. A failure to do so is only logged: the exit code still tells. */
export function writeResult(path: string, result: Result): void {
  try {
    writeFileSync(path, encodeResult(result))
  } catch (error) {
    process.stderr.write(`The result could not be written to ${path}: ${String(error)}\n`)
  }
}

/** Cuts by characters, so that no half character is left; a JSON-escaped character may take six bytes. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${[...text.slice(0, length - 1)].join('').replace(/[\ud800-\udbff]$/, '')}…`
}
