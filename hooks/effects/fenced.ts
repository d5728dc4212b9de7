import { TransientError } from '../../lib/errors.ts'
import type { KubeObject } from '../hook.ts'
import type { Answer, Kubernetes } from '../kubernetes.ts'
import type { Target } from './effect.ts'
import { resourcePath, type ResourceKind } from '../resource-path.ts'

/** The target as it is now; undefined when it is gone, or when a namesake with another UID stands in its place. */
export async function readTarget(api: Kubernetes, kind: ResourceKind, target: Target): Promise<KubeObject | undefined> {
  const found = await readNamed(api, resourcePath(kind, target))
  return found?.metadata.uid === target.uid ? found : undefined
}

/** Any object by its path; undefined when it is absent. */
export async function readNamed(api: Kubernetes, path: string): Promise<KubeObject | undefined> {
  const answer = await api.call({ method: 'GET', path })
  if (answer.outcome === 'ok') return answer.object
  if (answer.outcome === 'absent') return undefined
  throw conflict(answer)
}

/**
 * Merges `patch` into exactly the object that was read: the same UID and the same resourceVersion.
 * Throws TransientError when it has changed since; the effect is then repeated on what it has become.
 */
export async function patchFenced(api: Kubernetes, read: KubeObject, patch: { readonly metadata?: object; readonly spec?: object }): Promise<KubeObject> {
  const { name, namespace, uid, resourceVersion } = read.metadata
  const path = resourcePath(read.kind as ResourceKind, { name, namespace })
  const answer = await api.call({ method: 'PATCH', path, body: { ...patch, metadata: { ...patch.metadata, uid, resourceVersion } } })
  if (answer.outcome !== 'ok') throw conflict(answer)
  return answer.object
}

/** Deletes the target and no namesake; with a resourceVersion only as it was then. An absent one is what was wanted. */
export async function deleteFenced(api: Kubernetes, kind: ResourceKind, target: Target & { readonly resourceVersion?: string }): Promise<void> {
  const found = await readTarget(api, kind, target)
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) return
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: target.uid, resourceVersion: target.resourceVersion }, propagationPolicy: 'Background' }
  const answer = await api.call({ method: 'DELETE', path: resourcePath(kind, target), body })
  if (answer.outcome === 'conflict' || answer.outcome === 'terminating') throw conflict(answer)
}

/** The error of an answer that was not `ok`: somebody else was quicker. */
export function conflict(answer: Answer): TransientError {
  return new TransientError('ApiConflict', `${answer.outcome === 'ok' ? 'unexpected answer' : answer.message}; it is tried again on what the object is now`)
}
