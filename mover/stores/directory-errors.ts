import { TransientError, UserError } from '../../lib/errors.ts'
import { orRoot } from '../run/root.ts'

/** Our error for what a file system answered. Errors that are ours already, or that did not come from the system, pass through. */
export function directoryError(error: unknown, root: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  const syscall = (error as NodeJS.ErrnoException | undefined)?.syscall
  if (code === undefined || syscall === undefined || !(error instanceof Error)) return error
  switch (code) {
    case 'ENOSPC': case 'EDQUOT': case 'EFBIG':
      return new UserError('StoreFull', `The backup destination ${root} is full (${code}). Enlarge it, or delete backups and let the prune job run.`, { cause: error })
    case 'EACCES': case 'EPERM': case 'EROFS':
      return new UserError('AccessDenied', `The mover may not write to the backup destination ${root} (${code}). `
        + `Mount it writable. ${orRoot('Let the mover\'s user write to it (mover.runAs: root, or fsGroup 65532).')}`, { cause: error })
    case 'ENOTDIR': case 'EEXIST':
      return new UserError('BucketNotFound', `The backup destination ${root} is not a folder. Correct the url of the destination.`, { cause: error })
    default:
      return new TransientError('StoreUnreachable', `The backup destination ${root} failed: ${error.message}. Check the volume or the NFS server.`, { cause: error })
  }
}

/** Whether the file or one of its folders is not there. */
export function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return code === 'ENOENT' || code === 'ENOTDIR'
}
