import { createHash } from 'node:crypto'

/** Counts and hashes what passes. `sha256` may be asked once, after the end. */
export interface Meter {
  readonly through: (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>
  bytes(): number
  sha256(): string
}

/** Lets a stream pass and knows its length and hash. `observe` sees each chunk too. */
export function meter(observe?: (chunk: Uint8Array) => void): Meter {
  const hash = createHash('sha256')
  let bytes = 0
  async function* through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk)
      bytes += chunk.length
      observe?.(chunk)
      yield chunk
    }
  }
  return { through, bytes: () => bytes, sha256: () => hash.digest('hex') }
}
