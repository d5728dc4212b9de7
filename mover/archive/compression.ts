import type { Duplex } from 'node:stream'
import { PassThrough } from 'node:stream'
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib'
import type { Compression, Manifest } from './manifest.ts'

const CHUNK = 1 << 18
const SUFFIX: Readonly<Record<Compression, string>> = { zstd: '.zst', gzip: '.gz', none: '' }

/** Name of the data object: `data.tar.zst`, `data.stream.gz`… */
export function dataName(kind: Manifest['kind'], compression: Compression): string {
  return `data.${kind}${SUFFIX[compression]}`
}

/** A stream that compresses what is written to it. zstd frames carry their own checksum. */
export function compressor(compression: Compression): Duplex {
  switch (compression) {
    case 'zstd': return createZstdCompress({ chunkSize: CHUNK, params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } })
    case 'gzip': return createGzip({ chunkSize: CHUNK, level: 6 })
    case 'none': return new PassThrough({ highWaterMark: CHUNK })
  }
}

/** The inverse. It fails on damaged input with an error whose code begins with Z_ or ZSTD_. */
export function decompressor(compression: Compression): Duplex {
  switch (compression) {
    case 'zstd': return createZstdDecompress({ chunkSize: CHUNK })
    case 'gzip': return createGunzip({ chunkSize: CHUNK })
    case 'none': return new PassThrough({ highWaterMark: CHUNK })
  }
}
