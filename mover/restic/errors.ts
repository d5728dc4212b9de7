import { TransientError, UserError } from '../../lib/errors.ts'
import type { Context } from '../run/context.ts'
import { skewed } from '../stores/s3-errors.ts'

interface Failed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const FULL = /no space left on device|(disk|bucket) quota exceeded|minimum free (drive|disk) threshold|XMinioStorageFull|QuotaExceeded/i

/** Commands that free room: of a full store they are no way out by themselves, for they write before they remove. */
const FREES = new Set(['forget', 'prune'])
const TO_FREE = 'restic needs a little free room itself before it can remove anything. Free or add some; '
  + 'or, by hand, run `restic prune --max-repack-size 0`, and if that finds no room either, with `--unsafe-recover-no-free-space` (read its documentation first).'

/** Each predicate sees the exit code (10 to 12 since restic 0.17) and the text (all versions). The first that knows the failure wins. */
const KNOWN: readonly ((failed: Failed & { readonly command: string; readonly text: string }, where: string) => Error | undefined)[] = [
  ({ code, text }, where) => code === 12 || /wrong password or no key found/i.test(text)
    ? new UserError('WrongKey', `RESTIC_PASSWORD does not open the repository at ${where}. Put the password that it was made with into the credentials secret.`) : undefined,
  // Not every lock that cannot be made is somebody's: a store that is full or read-only has no room for ours, and waiting does not help.
  ({ code, text }, where) => code === 11 || /already locked/i.test(text)
    ? new TransientError('RepositoryLocked', `The repository at ${where} is locked by another run. It will be tried again; a lock without an owner expires after 30 minutes.`) : undefined,
  ({ code }, where) => code === 10 ? missing(where) : undefined,
  ({ text }, where) => /no matching ID found|no snapshot found|could not find the snapshot/i.test(text)
    ? new UserError('PointNotFound', `The snapshot is not in the repository at ${where}. \`kubectl backup list\` shows those there are.`) : undefined,
  ({ text }, where) => /ciphertext verification failed|is damaged|not found in (index|repository)|invalid data returned|hash mismatch/i.test(text)
    ? damaged(where, text) : undefined,
  ({ command, text }, where) => FULL.test(text)
    ? new UserError('StoreFull', `The store ${where} has no room left. ${FREES.has(command) ? TO_FREE : 'Enlarge it, or delete backups and let the prune job run.'}`) : undefined,
  ({ text }, where) => /NoSuchBucket|bucket does not exist/i.test(text)
    ? new UserError('BucketNotFound', `The bucket of ${where} does not exist. Create it, or correct the url of the destination.`) : undefined,
  // S3 says this with 403.
  ({ text }, where) => /not valid for the object's (storage class|access tier)|InvalidObjectState/i.test(text)
    ? new UserError('InvalidDestination', `${where} holds data in a class that must be thawed before it can be read: ${last(text)}. `
      + 'Restore it in the store first (`aws s3api restore-object`, for all objects below restic/data), wait until that is done, and then try again.') : undefined,
  ({ text }, where) => /RequestTimeTooSkewed|difference between the request time/i.test(text) ? skewed(where, last(text)) : undefined,
  ({ text }, where) => /Access Denied|InvalidAccessKeyId|SignatureDoesNotMatch|permission denied|read-only file system/i.test(text)
    ? new UserError('AccessDenied', `${where} refused access: ${last(text)}. Check the credentials secret and the permissions of the store.`) : undefined,
  ({ text }, where) => isUnreachable(text)
    ? new TransientError('StoreUnreachable', `${where} cannot be reached: ${last(text)}. Check the endpoint, DNS and network policies.`) : undefined,
  // After the network: what cannot be loaded for want of it counts as an error of the repository, too.
  ({ text }, where) => isPackGone(text) || /repository contains errors/i.test(text) ? damaged(where, text) : undefined,
  // Asked after every failure to open a repository, whatever the cause; it is the answer where nothing else is known.
  ({ text }, where) => /Is there a repository at the following location/i.test(text) ? missing(where) : undefined,
]

/** Our error for a restic that ended with a code that is not success. */
export function resticError(command: string, failed: Failed, context: Context): Error {
  const where = context.store.description
  const text = withoutFiles(`${failed.stderr}\n${failed.stdout.slice(-4000)}`)
  for (const knows of KNOWN) {
    const error = knows({ ...failed, command, text }, where)
    if (error !== undefined) return error
  }
  if (failed.code === 137) return new TransientError('OutOfMemory', `restic ${command} was killed, most likely for want of memory. Raise mover.resources.limits.memory.`)
  return new TransientError('MoverFailed', `restic ${command} ended with code ${failed.code}: ${last(text) || 'it said nothing'}.`)
}

/** Whether a text tells of a network that failed. */
export function isUnreachable(text: string): boolean {
  return /connection refused|no such host|i\/o timeout|dial tcp|connection reset|context deadline exceeded/i.test(text)
}

/** Whether a file of the repository that its index speaks of is not in the store: somebody, or a lifecycle rule, has deleted it. */
function isPackGone(text: string): boolean {
  return /(Load\(<(data|index|snapshot|tree)\/|StreamPack: |failed to load pack|pack [0-9a-f]{8,64}).*(does not exist|no such file|not found)/i.test(text)
}

function damaged(where: string, text: string): UserError {
  return new UserError('RepositoryDamaged', `The repository at ${where} is damaged: ${last(text)}. Run \`restic check --read-data\` on it; do not delete anything.`)
}

function missing(where: string): UserError {
  return new UserError('RepositoryMissing', `There is no restic repository at ${where}. Check the url of the destination.`)
}

/** Without what restic says of single files that it backs up: such a file does not end it, and its `permission denied` is not the store's. */
function withoutFiles(text: string): string {
  return text.split('\n').filter(line => !(/"message_type": ?"error"/.test(line) && /"during": ?"(archival|scan)"/.test(line))).join('\n')
}

/** Last line that says something, without its JSON wrapping. */
function last(text: string): string {
  const lines = text.split('\n').map(line => plain(line.trim())).filter(line => line !== '')
  return (lines.findLast(line => /fatal|error|failed|denied|refused/i.test(line)) ?? lines.at(-1) ?? '').replace(/^Fatal: /, '').slice(0, 400)
}

function plain(line: string): string {
  if (!line.startsWith('{')) return line
  try {
    const parsed = JSON.parse(line) as { readonly message?: string; readonly error?: { readonly message?: string } }
    return parsed.error?.message ?? parsed.message ?? ''
  } catch {
    return line
  }
}
