/** What a tar stream holds. */
export interface Census {
  /** Bytes of regular files as their owner sees them: holes count, a second hard link does not. */
  readonly bytes: number
  /** Everything but directories. */
  readonly files: number
  readonly directories: number
}

const BLOCK = 512
const REGULAR = new Set(['0', '\0', '7', 'S'])

/** Counts a tar stream as it passes by, fed with chunks of any size. Understands PAX and GNU headers as GNU tar writes them. */
export function censusTaker(): { readonly feed: (chunk: Uint8Array) => void; readonly result: () => Census } {
  const state = new TarCounter()
  return { feed: chunk => state.feed(chunk), result: () => ({ bytes: state.bytes, files: state.files, directories: state.directories }) }
}

class TarCounter {
  bytes = 0
  files = 0
  directories = 0
  private readonly header = Buffer.alloc(BLOCK)
  private filled = 0
  private skip = 0
  private pax: Buffer[] | undefined
  private paxLeft = 0
  private sizes: Readonly<Record<string, number>> = {}

  feed(chunk: Uint8Array): void {
    for (let offset = 0; offset < chunk.length;) {
      offset += this.skip > 0 ? this.pass(chunk, offset) : this.collect(chunk, offset)
    }
  }

  /** Content and padding of an entry; that of a PAX header is kept. */
  private pass(chunk: Uint8Array, offset: number): number {
    const taken = Math.min(this.skip, chunk.length - offset)
    if (this.pax !== undefined && this.paxLeft > 0) {
      const kept = Math.min(taken, this.paxLeft)
      this.pax.push(Buffer.from(chunk.subarray(offset, offset + kept)))
      this.paxLeft -= kept
    }
    this.skip -= taken
    if (this.skip === 0 && this.pax !== undefined) {
      this.sizes = paxSizes(Buffer.concat(this.pax))
      this.pax = undefined
    }
    return taken
  }

  private collect(chunk: Uint8Array, offset: number): number {
    const taken = Math.min(BLOCK - this.filled, chunk.length - offset)
    this.header.set(chunk.subarray(offset, offset + taken), this.filled)
    this.filled += taken
    if (this.filled === BLOCK) {
      this.filled = 0
      this.entry(this.header)
    }
    return taken
  }

  private entry(header: Buffer): void {
    const type = String.fromCharCode(header[156] ?? 0)
    if (header[0] === 0 && type === '\0') return
    const size = numberAt(header, 124, 12)
    if (type === 'x') {
      this.pax = []
      this.paxLeft = size
      this.skip = padded(size)
      return
    }
    const stored = this.sizes.size ?? size
    this.skip = padded(stored)
    if (!'gLK'.includes(type)) this.count(type, this.sizes['GNU.sparse.realsize'] ?? this.sizes['GNU.sparse.size'] ?? stored)
    this.sizes = {}
  }

  private count(type: string, size: number): void {
    if (type === '5') {
      this.directories += 1
      return
    }
    this.files += 1
    if (REGULAR.has(type)) this.bytes += size
  }
}

/** The numeric records of a PAX header that tell sizes. Records are `<length> <key>=<value>\n`, and values may hold any bytes. */
function paxSizes(data: Buffer): Readonly<Record<string, number>> {
  const sizes: Record<string, number> = {}
  for (let offset = 0; offset < data.length;) {
    const space = data.indexOf(0x20, offset)
    const length = Number(data.toString('latin1', offset, space))
    if (space < 0 || !(length > 0)) return sizes
    const equals = data.indexOf(0x3d, space)
    const key = data.toString('latin1', space + 1, equals)
    if (key === 'size' || key === 'GNU.sparse.realsize' || key === 'GNU.sparse.size') {
      sizes[key] = Number(data.toString('latin1', equals + 1, offset + length - 1))
    }
    offset += length
  }
  return sizes
}

/** Octal, or base 256 for what does not fit. */
function numberAt(header: Buffer, offset: number, length: number): number {
  if (((header[offset] ?? 0) & 0x80) === 0) return Number.parseInt(header.toString('latin1', offset, offset + length), 8) || 0
  return Number(BigInt.asUintN(64, header.readBigUInt64BE(offset + length - 8)))
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK
}
