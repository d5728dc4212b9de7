import { usageFailure } from './failure.ts'
import { BACKUP, OUR_KINDS, type Kind } from '../api/kinds.ts'

export interface Named {
  readonly kind: Kind
  readonly name: string
}

/**
 * Reads `NAME` or `TYPE/NAME`. A bare name is a Backup. TYPE is backup, restore, policy or repository, or what `-o name`
 * prints (`restore.holdfast.dev`). Throws a usage failure for a type that is not in `allowed`.
 */
export const parseName = (text: string, allowed: readonly Kind[] = OUR_KINDS): Named => {
  const slash = text.indexOf('/')
  if (slash < 0) return { kind: BACKUP, name: text }
  const word = text.slice(0, slash).toLowerCase()
  const kind = allowed.find(candidate => wordsOf(candidate).includes(word))
  const name = text.slice(slash + 1)
  if (kind !== undefined && name !== '') return { kind, name }
  const known = allowed.map(candidate => `${candidate.short}/NAME`).join(', ')
  throw usageFailure(`"${text}" is not understood here: give NAME of a backup, or one of ${known}`)
}

const wordsOf = (kind: Kind): readonly string[] =>
  [kind.short, kind.singular, kind.plural, `${kind.singular}.${kind.group}`, `${kind.plural}.${kind.group}`]
