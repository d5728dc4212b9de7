import { ANNOTATION, type DeletionRequest } from '../../lib/api.ts'
import type { RequestFacts } from './facts.ts'

/**
 * Who wants the data removed and why; undefined when nobody does. Only a well-formed annotation, or the policy of a record
 * that is being deleted, destroys data: a malformed one is told by `malformedDeletion`.
 */
export function deletionRequest({ backup, finalizing }: RequestFacts): DeletionRequest | undefined {
  const asked = parse(backup.metadata.annotations?.[ANNOTATION.deleteRequested])
  if (asked) return asked
  if (!finalizing || !backup.metadata.deletionTimestamp || backup.spec.deletionPolicy !== 'Delete') return undefined
  return { requestedBy: 'deletionPolicy', reason: 'the record was deleted and spec.deletionPolicy is Delete' }
}

/** The text of a deletion annotation that is not understood. */
export function malformedDeletion({ backup }: RequestFacts): string | undefined {
  const text = backup.metadata.annotations?.[ANNOTATION.deleteRequested]
  return text !== undefined && !parse(text) ? text : undefined
}

/** Who wants the run stopped and why; undefined when nobody does. Any text will do: stopping destroys nothing. */
export function cancelRequest({ backup }: RequestFacts): DeletionRequest | undefined {
  const text = backup.metadata.annotations?.[ANNOTATION.cancelRequested]
  return text === undefined ? undefined : (parse(text) ?? { requestedBy: 'user', reason: text.slice(0, 200) || 'no reason given' })
}

function parse(text: string | undefined): DeletionRequest | undefined {
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as Partial<DeletionRequest> | null
    if (typeof value?.requestedBy !== 'string' || value.requestedBy === '') return undefined
    return { requestedBy: value.requestedBy.slice(0, 253), reason: String(value.reason ?? '').slice(0, 1024) }
  } catch {
    return undefined
  }
}
