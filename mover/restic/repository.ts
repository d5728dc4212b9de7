import { UserError } from '../../lib/errors.ts'
import type { Task } from '../../schemas/generated/types.ts'

/** How restic names the repository of a store. */
export interface ResticAddress {
  readonly repository: string
  /** Options that every call needs. */
  readonly options: readonly string[]
}

/** Folder of the store that is the restic repository. */
export const FOLDER = 'restic'

/** Address of the repository in a store. */
export function addressOf(store: Task['store']): ResticAddress {
  // A cache of files that are as near as the cache itself only costs.
  if (store.type === 'directory') return { repository: `${store.path}/${FOLDER}`, options: ['--no-cache'] }
  const host = store.endpoint?.replace(/\/+$/, '') ?? 'https://s3.amazonaws.com'
  const path = [store.bucket, store.prefix, FOLDER].filter(part => part !== undefined && part !== '').join('/')
  return {
    repository: `s3:${host}/${path}`,
    options: [
      ...(store.region === undefined ? [] : ['--option', `s3.region=${store.region}`]),
      ...(store.endpoint === undefined ? [] : ['--option', 's3.bucket-lookup=path']),
      ...(store.storageClass === undefined ? [] : ['--option', `s3.storage-class=${store.storageClass}`]),
    ],
  }
}

/** Throws when the secret has no password for restic. */
export function requirePassword(env: Readonly<Record<string, string | undefined>>): void {
  if (env.RESTIC_PASSWORD) return
  throw new UserError('SecretKeyMissing', 'Strategy external needs the key RESTIC_PASSWORD in the credentials secret of the repository. '
    + 'Choose a long random password, and keep a copy: without it nobody can read the backups.')
}
