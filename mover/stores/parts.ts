import { UserError } from '../../lib/errors.ts'

const MIB = 1 << 20

/**
 * Cuts a stream into parts of the given sizes (the last one may be shorter). A part is given out only once the source has
 * yielded a further byte or has ended well: what remains when the source throws is never given out.
 */
export async function* parts(source: AsyncIterable<Uint8Array>, sizes: Iterator<number>): AsyncGenerator<Buffer> {
  let size = next(sizes)
  let part = Buffer.allocUnsafe(size)
  let filled = 0
  for await (const chunk of source) {
    for (let offset = 0; offset < chunk.length;) {
      if (filled === size) {
        yield part
        size = next(sizes)
        part = Buffer.allocUnsafe(size)
        filled = 0
      }
      const taken = Math.min(size - filled, chunk.length - offset)
      part.set(chunk.subarray(offset, offset + taken), filled)
      filled += taken
      offset += taken
    }
  }
  if (filled > 0) yield part.subarray(0, filled)
}

/** What S3 takes as one object, in at most 10,000 parts. */
const LARGEST = 5 << 20
/** So many parts are alike (some stores want all alike); the hint chooses sizes between these, which upload in about 80 MiB of memory. */
const ALIKE = 3000
const SMALLEST_FIRST = 20
const LARGEST_FIRST = 40
/** So much is stored in parts of one size, whatever the hint. */
export const ALIKE_GIB = Math.floor(ALIKE * SMALLEST_FIRST / 1024)
/** Then they double after every so many, up to a size that memory can hold. Both just let 10,000 hold the largest object. */
const DOUBLED = 500
const LARGEST_PART = 1024

/**
 * Sizes of the parts of an upload. The hint is not to be trusted: a volume on a shared file system shows what all others on it use, and a
 * stream has none. So it chooses only the size to begin with, and growth makes any stream fit. Throws when more comes than S3 takes.
 */
export function* partSizes(sizeHint = 0): Generator<number> {
  let size = Math.min(LARGEST_FIRST, Math.max(SMALLEST_FIRST, Math.ceil(sizeHint / (ALIKE * 0.9) / MIB)))
  for (let number = 1, left = LARGEST; left > 0; number += 1) {
    if (number > ALIKE && (number - ALIKE) % DOUBLED === 1) size = Math.min(size * 2, LARGEST_PART)
    yield Math.min(size, left) * MIB
    left -= size
  }
  throw new UserError('StoreFull', 'An object in S3 holds at most 5 TiB, and more came; nothing was stored. '
    + 'Use strategy external, which has no such limit, or spread the data over several volumes.')
}

function next(sizes: Iterator<number>): number {
  const { value, done } = sizes.next()
  if (done) throw new Error('the sizes of parts ended')
  return value
}
