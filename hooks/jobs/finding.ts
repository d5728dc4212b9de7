import { plainText } from '../../lib/plain-text.ts'
import type { Reason } from '../../lib/reasons.ts'

/** What is wrong, in one word and in a sentence that says what to do next. */
export interface Finding {
  readonly reason: Reason
  readonly message: string
}

/** Longest message that goes into a status: with 500 volumes a Backup must stay well below what the API server stores. */
export const MESSAGE_LIMIT = 300

/** Cuts a message to fit in a status; whitespace and what controls a terminal become one space. */
export function shorten(message: string, limit = MESSAGE_LIMIT): string {
  const line = plainText(message).replaceAll(/\s+/g, ' ').trim()
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`
}
