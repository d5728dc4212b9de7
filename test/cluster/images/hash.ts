import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A short hash of words and of the contents of files. */
export function hashOf(words: readonly string[], files: readonly string[] = []): string {
  const hash = createHash('sha256').update(JSON.stringify(words))
  for (const file of files) hash.update(createHash('sha256').update(readFileSync(file)).digest())
  return hash.digest('hex').slice(0, 12)
}
