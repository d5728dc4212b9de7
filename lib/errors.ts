import type { Reason } from './reasons.ts'

/** The person can mend it: bad input, a missing secret, a wrong key. Trying again without a change cannot help. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly reason: Reason

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** Time may mend it: an unreachable store, a lock, a conflict. Trying again is right. Anything else thrown is a bug. */
export class TransientError extends Error {
  override readonly name = 'TransientError'
  readonly reason: Reason

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
