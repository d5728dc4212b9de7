import type { Backup } from '../schemas/generated/types.ts'
import { ANNOTATION, type DeletionRequest } from './api.ts'
import { plainText } from './plain-text.ts'

/** Who asked by annotation to have the data of a Backup removed; undefined when nobody did, or when what is written there is not understood. */
export const deletionAsked = ({ metadata }: Pick<Backup, 'metadata'>): DeletionRequest | undefined =>
  readRequest(metadata.annotations?.[ANNOTATION.deleteRequested])

/** The text of a deletion annotation that is not understood, by which nothing is removed. */
export const misunderstood = (backup: Pick<Backup, 'metadata'>): string | undefined => {
  const text = backup.metadata.annotations?.[ANNOTATION.deleteRequested]
  return text !== undefined && deletionAsked(backup) === undefined ? text : undefined
}

/** JSON `{requestedBy, reason}`; undefined for any other text. */
export const readRequest = (text: string | undefined): DeletionRequest | undefined => {
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as Partial<DeletionRequest> | null
    const requestedBy = typeof value?.requestedBy === 'string' ? plainText(value.requestedBy).slice(0, 253) : ''
    if (requestedBy === '') return undefined
    return { requestedBy, reason: plainText(String(value?.reason ?? '')).slice(0, 1024) }
  } catch {
    return undefined
  }
}
