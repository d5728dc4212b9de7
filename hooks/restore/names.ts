import { childName } from '../../lib/names.ts'

/** Claim that holds a volume until its data is whole. */
export function temporaryName(restore: string, target: string): string {
  return childName(restore, 'tmp', target)
}

/** Job that fills a volume. */
export function jobName(restore: string, target: string): string {
  return childName(restore, 'restore', target)
}
