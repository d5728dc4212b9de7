import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'

/** Counts and hashes what passes. `sha256` may be asked once, after the end. */
export interface Meter {
  readonly stream: Transform
  bytes(): number
  sha256(): string
}

/** A stream that lets everything pass and knows its length and hash. `observe` sees each chunk too. */
export function meter(observe?: (chunk: Buffer) => void): Meter {
  const hash = createHash('sha256')
  let bytes = 0
  const stream = new Transform({
    highWaterMark: 1 << 20,
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      observe?.(chunk)
      done(null, chunk)
    },
  })
  return { stream, bytes: () => bytes, sha256: () => hash.digest('hex') }
}
