import { TransientError, UserError } from '../../lib/errors.ts'
import { plainText } from '../../lib/plain-text.ts'
import { EXIT, type ExitCode } from './exit-code.ts'

/** An error that is told to the person as it is, without a stack, with its own exit code. Anything else thrown is a bug. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = EXIT.failed, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** Wrong arguments: nothing was sent to the cluster. */
export const usageFailure = (message: string): Failure => new Failure(message, EXIT.usage)

/** Text for stderr: `Error: …`; a bug keeps its stack, because somebody has to find it. */
export const describeFailure = (error: unknown): string => plainText(words(error))

const words = (error: unknown): string => {
  if (isTold(error)) return `Error: ${error.message}\n`
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `Error: this is a bug in kubectl-backup, please report it with the lines below\n${detail}\n`
}

export const exitCodeOf = (error: unknown): ExitCode => (error instanceof Failure ? error.exitCode : EXIT.failed)

/** Errors whose message is for people; lib/ throws its own. */
const isTold = (error: unknown): error is Error =>
  error instanceof Failure || error instanceof UserError || error instanceof TransientError
