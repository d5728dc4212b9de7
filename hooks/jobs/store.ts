import { UserError } from '../../lib/errors.ts'
import { destinationClaim } from '../../lib/volume-choice.ts'
import type { BackupRepositorySpec, Task } from '../../schemas/generated/types.ts'

/** Where a directory destination (nfs, pvc) is mounted in the mover. */
export const REPOSITORY_PATH = '/repository'

/**
 * The store of a namespace in a repository, as movers want it. The namespace is always the last part, so that namespaces
 * never see each other's data.
 * @throws UserError InvalidDestination when the url does not have the form of its type
 */
export function storeOf(spec: BackupRepositorySpec, namespace: string): Task['store'] {
  if (spec.type === 's3') return s3Store(spec, namespace)
  const sub = spec.type === 'pvc' ? claimDestination(spec).subPath : ''
  return { type: 'directory', path: [REPOSITORY_PATH, sub, namespace].filter(Boolean).join('/') }
}

/** Claim and path inside it of a `pvc://claim/sub/path` destination. */
export function claimDestination(spec: BackupRepositorySpec): { claim: string; subPath: string } {
  const [, ...sub] = parts(spec, 'pvc')
  const claim = destinationClaim(spec)
  if (!claim) throw invalid(spec, 'pvc://claim-name/sub/path')
  return { claim, subPath: sub.join('/') }
}

/** Server and exported path of an `nfs://server/exported/path` destination. */
export function nfsDestination(spec: BackupRepositorySpec): { server: string; path: string } {
  const [server, ...path] = parts(spec, 'nfs')
  if (!server || path.length === 0) throw invalid(spec, 'nfs://server/exported/path')
  return { server, path: `/${path.join('/')}` }
}

function s3Store(spec: BackupRepositorySpec, namespace: string): Task['store'] {
  const [bucket, ...prefix] = parts(spec, 's3')
  // To a store a key is only a text, but others take such a part for no step at all.
  if (!bucket || prefix.includes('.')) throw invalid(spec, 's3://bucket/prefix')
  return {
    type: 's3',
    bucket,
    prefix: [...prefix, namespace].join('/'),
    ...(spec.endpoint && { endpoint: spec.endpoint }),
    ...(spec.region && { region: spec.region }),
    ...(spec.storageClass && { storageClass: spec.storageClass }),
  }
}

function parts(spec: BackupRepositorySpec, scheme: string): readonly string[] {
  if (!spec.url.startsWith(`${scheme}://`)) throw invalid(spec, `${scheme}://…`)
  const found = spec.url.slice(scheme.length + 3).split('/').filter(Boolean)
  // A step upwards leads to what is another's, also where it is only a text to the store: restic and others would take it.
  if (found.includes('..')) throw invalid(spec, `${scheme}://… without ..`)
  return found
}

function invalid(spec: BackupRepositorySpec, form: string): UserError {
  const message = `destination url ${JSON.stringify(spec.url)} is not of the form ${form}; correct spec.url of the repository`
  return new UserError('InvalidDestination', message)
}
