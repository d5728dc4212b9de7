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

/**
 * Sizes of the parts of an upload: all alike for what the hint promises (some stores want that), at least 16 MiB; after
 * 5,000 parts they double every 1,000, so that even a stream of unknown length fits S3's 10,000 parts.
 */
export function* partSizes(sizeHint = 0): Generator<number> {
  let size = Math.max(16 * MIB, Math.ceil(sizeHint / 4500 / MIB) * MIB)
  for (let number = 1; ; number += 1) {
    if (number > 5000 && number % 1000 === 1) size = Math.min(size * 2, 1024 * MIB)
    yield size
  }
}

function next(sizes: Iterator<number>): number {
  const { value, done } = sizes.next()
  if (done) throw new Error('the sizes of parts ended')
  return value
}
