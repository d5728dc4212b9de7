import { ALLOWED } from './allowed.ts'
import type { Allowed, Skip } from './skip.ts'

export interface Verdict {
  /** What ends the run. */
  readonly refused: readonly string[]
  /** What a person is told at the end. */
  readonly told: readonly string[]
}

/**
 * Which skips are no pass. Where a node can run every program is there, so that a test which leaves itself out is broken or lost:
 * only what the list of the allowed names may. Elsewhere all are told.
 */
export function judge(skips: readonly Skip[], { able, allowed = ALLOWED }: { readonly able: boolean; readonly allowed?: readonly Allowed[] }): Verdict {
  const isAllowed = (skip: Skip): boolean => allowed.some(({ file, title, because }) => file === skip.file && title === skip.title && because === skip.because)
  const refused = able ? skips.filter(skip => !isAllowed(skip)) : []
  return { refused: refused.map(line), told: skips.filter(skip => !refused.includes(skip)).map(line) }
}

/** The lines that the reporter wrote. */
export function skipsOf(text: string): readonly Skip[] {
  return text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Skip)
}

function line({ file, title, because }: Skip): string {
  return `${file}: ${title}: ${because}`
}
