import { childName } from '../../lib/names.ts'

/** Claim that holds a volume until its data is whole. */
export function temporaryName(restore: string, target: string): string {
  return childName(restore, 'tmp', target)
}

/** Job that fills a volume; attempt 2 asks again when the result of the first was lost. */
export function jobName(restore: string, target: string, attempt: 1 | 2 = 1): string {
  return childName(restore, attempt === 1 ? 'restore' : 'restore2', target)
}
