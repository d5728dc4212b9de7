import { availableParallelism } from 'node:os'
import { pipeline } from 'node:stream'
import { promisify } from 'node:util'
import { constants, createGunzip, createZstdDecompress, gzip, zstdCompress } from 'node:zlib'
import { recycle } from '../run/blocks.ts'
import { cutAtFrames } from './frames.ts'
import type { Compression, Manifest } from './manifest.ts'

const CHUNK = 1 << 20
/** Each block in flight takes its own size twice, in and out, so this bounds the memory. */
const AT_ONCE = Math.min(availableParallelism(), 4) + 1
const SUFFIX: Readonly<Record<Compression, string>> = { zstd: '.zst', gzip: '.gz', none: '' }

/** Name of the data object: `data.tar.zst`, `data.stream.gz`… */
export function dataName(kind: Manifest['kind'], compression: Compression): string {
  return `data.${kind}${SUFFIX[compression]}`
}

/** Every name that a data object may have. */
export const DATA_NAMES: readonly string[] = (['tar', 'stream'] as const).flatMap(kind => Object.values(SUFFIX).map(suffix => `data.${kind}${suffix}`))

/**
 * Compresses a stream, several blocks at a time on as many threads. Each chunk of the source becomes a frame (zstd) or member
 * (gzip) of its own, with its checksum; all programs read them one after the other as one stream. So give large chunks, such as those of `blocks`,
 * which are recycled.
 */
export async function* compress(source: AsyncIterable<Uint8Array>, compression: Compression): AsyncGenerator<Uint8Array> {
  if (compression === 'none') return yield* source
  const flying: Promise<Buffer>[] = []
  let begun = false
  for await (const block of source) {
    begun = true
    const compressed = compressBlock(block, compression)
    // A failure is met when its turn comes; until then it is not unhandled.
    compressed.then(() => recycle(block), () => undefined)
    if (flying.push(compressed) >= AT_ONCE) yield await flying.shift() as Buffer
  }
  if (!begun) flying.push(compressBlock(Buffer.alloc(0), compression))
  for (const compressed of flying) yield await compressed
}

/** The inverse, of any sequence of frames. It fails on damaged input with an error whose code begins with Z_ or ZSTD_. */
export function decompress(source: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'zstd': return pipeline(cutAtFrames(source), createZstdDecompress({ chunkSize: CHUNK }), () => undefined)
    case 'gzip': return pipeline(source, createGunzip({ chunkSize: CHUNK }), () => undefined)
    case 'none': return source
  }
}

function compressBlock(block: Uint8Array, compression: 'zstd' | 'gzip'): Promise<Buffer> {
  // Room for what cannot be compressed: one chunk of output, so that nothing is copied.
  const chunkSize = block.length + (block.length >> 8) + 1024
  if (compression === 'gzip') return promisify(gzip)(block, { chunkSize, level: 6 })
  return promisify(zstdCompress)(block, { chunkSize, params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } })
}
