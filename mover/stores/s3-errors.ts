import { TransientError, UserError } from '../../lib/errors.ts'
import { ALIKE_GIB } from './parts.ts'

/** What is known about an error of the SDK: S3's own word, the HTTP status, Node's code. */
interface Known {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly errors?: readonly Known[]
}

const DENIED = new Set(['AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'AllAccessDisabled', 'AccountProblem', 'ExpiredToken',
  'InvalidToken', 'TokenRefreshRequired', 'CredentialsProviderError', 'Forbidden', '403', 'AuthorizationHeaderMalformed', 'InvalidSecurity'])
const FULL = new Set(['XMinioStorageFull', 'QuotaExceeded', 'XMinioAdminBucketQuotaExceeded', 'EntityTooLarge', 'InsufficientStorage'])

const NETWORK = new RegExp('^(ECONN|ENOTFOUND|ETIMEDOUT|EAI_|EPIPE|EHOST|ENET|CERT_|ERR_TLS|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO'
  + '|TimeoutError|RequestTimeout|NetworkingError|ERR_STREAM_PREMATURE)')

/** Said with 400 of bytes that were damaged, or cut off, on their way: sent again they may arrive. */
const SPOILT = new Set(['BadDigest', 'IncompleteBody', 'RequestTimeout', 'XAmzContentSHA256Mismatch'])

/** Our error for what S3 or the network answered. `target` names the store without any secret. What did not come from there passes through. */
export function s3Error(error: unknown, target: string): unknown {
  if (error instanceof UserError || error instanceof TransientError || !(error instanceof Error)) return error
  const known = error as Known
  const word = wordOf(known)
  const status = known.$metadata?.httpStatusCode
  if (word === 'NoSuchBucket') {
    return new UserError('BucketNotFound', `The bucket of ${target} does not exist. Create it, or correct the url of the destination.`, { cause: error })
  }
  if (word === 'NoSuchUpload') {
    return new TransientError('MoverFailed', `An upload to ${target} was taken away: by another attempt at the same object, or by a rule of the store. It will be tried again.`, { cause: error })
  }
  // S3 says this with 403.
  if (word === 'InvalidObjectState') {
    return new UserError('InvalidDestination', `${target} holds the object in a class that must be thawed before it can be read (${word}: ${known.message ?? ''}). `
      + 'Restore it in the store first (`aws s3api restore-object`, for all objects of the point), wait until that is done, and then try again.', { cause: error })
  }
  // Said by Cloudflare R2 when the upload is completed. What other stores mean by it is no matter of size, and their own word is told.
  if (word === 'InvalidPart') {
    return new UserError('InvalidDestination', `${target} refused the parts of an upload (${word}: ${known.message ?? ''}). A store that wants parts of one size (Cloudflare R2) `
      + `takes archives up to ${ALIKE_GIB} GiB; use strategy external for larger volumes, or another store.`, { cause: error })
  }
  if (SPOILT.has(word)) {
    return new TransientError('StoreUnreachable', `What was sent to ${target} did not arrive whole (${word}: ${known.message ?? ''}). It will be tried again.`, { cause: error })
  }
  // S3 says this with 403. The SDK mends it by itself where the answer tells the time.
  if (word === 'RequestTimeTooSkewed') return skewed(target, `${word}: ${known.message ?? ''}`, error)
  if (DENIED.has(word) || status === 401 || status === 403) {
    return new UserError('AccessDenied', `${target} refused the credentials (${word}: ${known.message ?? ''}). `
      + 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the secret, and the policy of the bucket.', { cause: error })
  }
  if (FULL.has(word) || status === 507) {
    return new UserError('StoreFull', `${target} has no room left (${word}: ${known.message ?? ''}). Enlarge it, or delete backups and let the prune job run.`, { cause: error })
  }
  if (status !== undefined && status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status)) {
    return new UserError('InvalidDestination', `${target} does not accept the request (${word}: ${known.message ?? ''}). Check endpoint, region and url.`, { cause: error })
  }
  if (status === undefined && !NETWORK.test(word) && !NETWORK.test(known.name ?? '')) return error
  return new TransientError('StoreUnreachable', `${target} cannot be reached (${word}: ${known.message ?? ''}). `
    + 'Check the endpoint, DNS and network policies.', { cause: error })
}

/** A node whose clock is wrong has good credentials; another node, or this one once its time is right, comes through. `said`: the store's words. */
export function skewed(target: string, said: string, cause?: unknown): TransientError {
  return new TransientError('StoreUnreachable', `${target} refuses requests from a clock that is so far from its own (${said}). `
    + 'Correct the time of the node that the pod runs on (NTP), or of the store. It will be tried again.', { cause })
}

/**
 * Whether an upload that was cut off cannot be looked for or taken away: a key that may write need not be allowed to list uploads; a
 * bucket's lifecycle rule then does this work.
 */
export function isNoUpload(error: unknown): boolean {
  return isNoSuchKey(error) || isUnsupported(error) || ['AccessDenied', 'NoSuchUpload'].includes(wordOf(error as Known))
}

/** Whether S3 says that the object, not its bucket, is absent. */
export function isNoSuchKey(error: unknown): boolean {
  const word = wordOf(error as Known)
  return word === 'NoSuchKey' || word === 'NotFound'
}

/** Whether the key was taken when it had to be free. */
export function isTaken(error: unknown): boolean {
  return wordOf(error as Known) === 'PreconditionFailed' || (error as Known).$metadata?.httpStatusCode === 412
}

/** Whether the store does not know what was asked of it. */
export function isUnsupported(error: unknown): boolean {
  return wordOf(error as Known) === 'NotImplemented' || (error as Known).$metadata?.httpStatusCode === 501
}

function wordOf(error: Known): string {
  return error.code ?? error.errors?.[0]?.code ?? (error.name === undefined || error.name === 'Error' ? 'Error' : error.name)
}
