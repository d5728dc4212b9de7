/** Large enough for compression to lose nothing by beginning anew with each block. */
const BLOCK = 4 << 20
const KEPT = 8
const free: Buffer[] = []

/**
 * The same stream in chunks of one size, the last one shorter. Programs' pipes give 64 KiB at a time, and what is done with
 * each chunk (a trip to another thread, a write) costs more than copying it.
 */
export async function* blocks(source: AsyncIterable<Uint8Array>, size = BLOCK): AsyncGenerator<Buffer> {
  let block = emptyBlock(size)
  let filled = 0
  for await (const chunk of source) {
    for (let offset = 0; offset < chunk.length;) {
      const taken = Math.min(size - filled, chunk.length - offset)
      block.set(chunk.subarray(offset, offset + taken), filled)
      filled += taken
      offset += taken
      if (filled < size) continue
      yield block
      block = emptyBlock(size)
      filled = 0
    }
  }
  if (filled > 0) yield block.subarray(0, filled)
}

/** Lets a block that nobody looks at any more be filled again: as garbage it costs more than what is done with it. */
export function recycle(block: Uint8Array): void {
  if (block instanceof Buffer && block.length === BLOCK && block.buffer.byteLength === BLOCK && free.length < KEPT) free.push(block)
}

function emptyBlock(size: number): Buffer {
  return (size === BLOCK ? free.pop() : undefined) ?? Buffer.allocUnsafeSlow(size)
}
