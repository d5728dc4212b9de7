const MAGIC = 0xfd2fb528
const SKIPPABLE = 0x184d2a50
const DICTIONARY_ID_SIZES = [0, 1, 2, 4] as const
const CONTENT_SIZES = [0, 2, 4, 8] as const

/**
 * The same stream of zstd frames, cut so that no chunk reaches beyond the end of a frame. Node's decompressor drops what follows
 * a frame's end in the same chunk. What is no zstd passes as it is: the decompressor has the word for that.
 */
export async function* cutAtFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const find = endFinder()
  for await (const chunk of source) {
    for (let start = 0; start < chunk.length;) {
      const end = find(chunk, start)
      yield start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end)
      start = end
    }
  }
}

/** Gives where, in a chunk from an offset on, the current frame ends: the chunk's end if it goes on. To be asked for each byte once. */
function endFinder(): (chunk: Uint8Array, start: number) => number {
  const steps = frames()
  let step = steps.next().value
  let left = step.bytes
  let seen: number[] = []
  return (chunk, start) => {
    for (let offset = start; offset < chunk.length;) {
      const taken = Math.min(left, chunk.length - offset)
      if (step.look) seen.push(...chunk.subarray(offset, offset + taken))
      offset += taken
      left -= taken
      let ended = false
      while (left === 0) {
        ended ||= step.last === true
        step = steps.next(seen.reduceRight((number, byte) => number * 256 + byte, 0)).value
        left = step.bytes
        seen = []
      }
      if (ended) return offset
    }
    return chunk.length
  }
}

interface Step {
  readonly bytes: number
  /** Whether these bytes, as a little-endian number, are to be given back. */
  readonly look?: boolean
  /** Whether the frame ends with them. */
  readonly last?: boolean
}

/** The layout of zstd frames, one after the other (RFC 8878, section 3.1). */
function* frames(): Generator<Step, never, number> {
  for (;;) {
    const magic = yield { bytes: 4, look: true }
    if (magic === MAGIC) yield* frame()
    else if (magic - magic % 16 === SKIPPABLE) yield { bytes: yield { bytes: 4, look: true }, last: true }
    else yield { bytes: Infinity }
  }
}

function* frame(): Generator<Step, void, number> {
  const descriptor = yield { bytes: 1, look: true }
  const oneSegment = (descriptor & 0x20) !== 0
  const contentSize = CONTENT_SIZES[descriptor >> 6] || (oneSegment ? 1 : 0)
  yield { bytes: (oneSegment ? 0 : 1) + (DICTIONARY_ID_SIZES[descriptor & 3] ?? 0) + contentSize }
  for (let last = false; !last;) {
    const block = yield { bytes: 3, look: true }
    last = (block & 1) !== 0
    const repeated = (block >> 1 & 3) === 1
    yield { bytes: repeated ? 1 : block >> 3 }
  }
  yield { bytes: (descriptor & 4) === 0 ? 0 : 4, last: true }
}
