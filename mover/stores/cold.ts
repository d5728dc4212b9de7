import type { Task } from '../../schemas/generated/types.ts'

/** Whether what is stored as data must be thawed before it can be read. */
export function isCold({ storageClass }: Task['store']): boolean {
  return storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE'
}
