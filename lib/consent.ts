import type { BackupPolicy } from '../schemas/generated/types.ts'
import { ANNOTATION } from './api.ts'

/** What somebody has said about a deletion that is held. */
export interface Consent {
  /** So many may go in one pass. */
  readonly count: number
  /** Why what was said is not honoured. */
  readonly refusal: string | undefined
}

/** The consent to a large deletion: for the spec that it was given for, else the slip of a later edit would find it still there. */
export const consentIn = ({ metadata: { annotations, generation } }: BackupPolicy): Consent => {
  const said = annotations?.[ANNOTATION.allowDeletions]
  if (said === undefined) return { count: 0, refusal: undefined }
  const [, count, of] = /^([0-9]{1,6})@([0-9]{1,18})$/.exec(said) ?? []
  if (count === undefined) return { count: 0, refusal: `annotation ${ANNOTATION.allowDeletions} is not honoured, it has to be COUNT@GENERATION` }
  if (Number(of) === generation) return { count: Number(count), refusal: undefined }
  return { count: 0, refusal: `annotation ${ANNOTATION.allowDeletions} is not honoured, it was given for generation ${of} of the spec and this is generation ${generation}` }
}

/** What to write there to let so many go. */
export const consentTo = (count: number, { metadata: { generation } }: BackupPolicy): string => `${count}@${generation}`
