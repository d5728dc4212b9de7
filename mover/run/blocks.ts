/** Large enough for compression to lose nothing by beginning anew with each block. */
const BLOCK = 4 << 20

/**
 * The same stream in chunks of one size, the last one shorter. Programs' pipes give 64 KiB at a time, and what is done with
 * each chunk (a trip to another thread, a write) costs more than copying it.
 */
export async function* blocks(source: AsyncIterable<Uint8Array>, size = BLOCK): AsyncGenerator<Buffer> {
  let block = Buffer.allocUnsafeSlow(size)
  let filled = 0
  for await (const chunk of source) {
    for (let offset = 0; offset < chunk.length;) {
      const taken = Math.min(size - filled, chunk.length - offset)
      block.set(chunk.subarray(offset, offset + taken), filled)
      filled += taken
      offset += taken
      if (filled < size) continue
      yield block
      block = Buffer.allocUnsafeSlow(size)
      filled = 0
    }
  }
  if (filled > 0) yield block.subarray(0, filled)
}
