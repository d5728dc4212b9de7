import { TransientError } from '../lib/errors.ts'
import type { KubeObject, SyncRequest } from './hook.ts'
import type { Live } from './live.ts'

/**
 * The request with its parent as it is now. Metacontroller's cache may be minutes behind, and it replaces `status` whole: an
 * answer to an old parent would bring an old status back, and begin again what has ended.
 * Throws TransientError while the cache shows a parent that is gone, is another of the same name, or is not yet seen to be leaving; also
 * while it shows another spec, since what else was sent, such as the claims that a selector finds, was chosen by that one.
 */
export async function withFreshParent(request: SyncRequest<KubeObject>, live: Live): Promise<SyncRequest<KubeObject>> {
  const { kind, metadata: { uid, name } } = request.parent
  const parent = await live.current(request.parent)
  if (parent === undefined || parent.metadata.uid !== uid) throw behind(`${kind} ${name} with UID ${uid} is gone`)
  const isLeaving = parent.metadata.deletionTimestamp !== undefined
  if (isLeaving && request.parent.metadata.deletionTimestamp === undefined) throw behind(`${kind} ${name} is being deleted`)
  if (parent.metadata.generation !== request.parent.metadata.generation) throw behind(`the spec of ${kind} ${name} was edited`)
  return { ...request, parent }
}

function behind(what: string): TransientError {
  return new TransientError('ApiConflict', `${what}, which Metacontroller has not seen yet; it is called again in a second`)
}
