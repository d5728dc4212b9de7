import { ANNOTATION, type DeletionRequest } from '../../lib/api.ts'
import { deletionAsked, misunderstood, readRequest } from '../../lib/deletion-request.ts'
import { plainText } from '../../lib/plain-text.ts'
import type { RequestFacts } from './facts.ts'

/**
 * Who wants the data removed and why; undefined when nobody does. Only a well-formed annotation, or the policy of a record
 * that is being deleted, destroys data: a malformed one is told by `malformedDeletion`.
 */
export function deletionRequest({ backup, finalizing }: RequestFacts): DeletionRequest | undefined {
  const asked = deletionAsked(backup)
  if (asked) return asked
  if (!finalizing || !backup.metadata.deletionTimestamp || backup.spec.deletionPolicy !== 'Delete') return undefined
  return { requestedBy: 'deletionPolicy', reason: 'the record was deleted and spec.deletionPolicy is Delete' }
}

/** The text of a deletion annotation that is not understood. */
export function malformedDeletion({ backup }: RequestFacts): string | undefined {
  return misunderstood(backup)
}

/** Who wants the run stopped and why; undefined when nobody does. Any text will do: stopping destroys nothing. */
export function cancelRequest({ backup }: RequestFacts): DeletionRequest | undefined {
  const text = backup.metadata.annotations?.[ANNOTATION.cancelRequested]
  return text === undefined ? undefined : (readRequest(text) ?? { requestedBy: 'user', reason: plainText(text).slice(0, 200) || 'no reason given' })
}
