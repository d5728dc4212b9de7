/** What a tar stream holds. */
export interface Census {
  /** Bytes of regular files as their owner sees them: holes count, a second hard link does not. */
  readonly bytes: number
  /** Everything but directories. */
  readonly files: number
  readonly directories: number
}

/** A tar that no file system can have given. */
export class CensusError extends Error {
  override readonly name = 'CensusError'
}

const BLOCK = 512
/** Of one PAX header. The largest that a file needs are its extended attributes; tar keeps all of it in memory, and so do we. */
const LONGEST_HEADER = 64 << 20
/** Digits of a PAX record's length, and its space. */
const LENGTH_DIGITS = 21
const REGULAR = new Set(['0', '\0', '7', 'S'])

/**
 * Counts a tar stream as it passes by, fed with chunks of any size. Understands PAX and GNU headers as GNU tar writes them. With `ours`
 * it throws CensusError on what no backup of ours holds: names that are not below the volume's root, and other sorts of entries.
 */
export function censusTaker({ ours = false } = {}): { readonly feed: (chunk: Uint8Array) => void; readonly result: () => Census } {
  const state = new TarCounter(ours)
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
  private records: Records = {}
  private readonly ours: boolean

  constructor(ours: boolean) {
    this.ours = ours
  }

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
      this.records = paxRecords(Buffer.concat(this.pax))
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
    if ('xgLK'.includes(type) && size > LONGEST_HEADER) throw new CensusError(`it has a header of ${size} bytes, which no file needs`)
    if (type === 'x') {
      this.pax = []
      this.paxLeft = size
      this.skip = padded(size)
      return
    }
    if (this.ours) requireOurs(header, type, this.records)
    const stored = numeric(this.records.size) ?? size
    this.skip = padded(stored)
    if (!'gLK'.includes(type)) this.count(type, numeric(this.records['GNU.sparse.realsize']) ?? numeric(this.records['GNU.sparse.size']) ?? stored)
    this.records = {}
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

/** What a PAX header says of the entry after it. */
type Records = Readonly<Record<string, string>>

const TOLD = new Set(['size', 'GNU.sparse.realsize', 'GNU.sparse.size', 'path', 'linkpath', 'GNU.sparse.name'])

/** The records of a PAX header that tell sizes and names. Records are `<length> <key>=<value>\n`, and values may hold any bytes. */
function paxRecords(data: Buffer): Records {
  const records: Record<string, string> = {}
  for (let offset = 0; offset < data.length;) {
    const space = data.subarray(offset, offset + LENGTH_DIGITS).indexOf(0x20) + offset
    const length = Number(data.toString('latin1', offset, space))
    if (space < offset || !(length > 0)) return records
    // Within the record only: looked for to the end, many records without one would take forever.
    const record = data.subarray(space + 1, offset + length - 1)
    const equals = record.indexOf(0x3d)
    const key = record.toString('latin1', 0, Math.max(0, equals))
    if (TOLD.has(key)) records[key] = record.toString('latin1', equals + 1)
    offset += length
  }
  return records
}

function numeric(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

/** Regular files, hard and symbolic links, devices, folders, FIFOs; GNU tar writes no other entries into a posix archive. */
const SORTS = '0\x001234567'
const HARD_LINK = '1'

function requireOurs(header: Buffer, type: string, records: Records): void {
  if (!SORTS.includes(type)) throw new CensusError(`it has an entry of the sort ${JSON.stringify(type)}, which no backup of ours makes`)
  const names = [records.path ?? nameIn(header), records['GNU.sparse.name'], ...type === HARD_LINK ? [records.linkpath ?? textAt(header, 157, 100)] : []]
  const bad = names.find(name => name !== undefined && !isBelow(name))
  if (bad !== undefined) throw new CensusError(`it has an entry for ${JSON.stringify(bad.slice(0, 200))}, which is not in the volume`)
}

function isBelow(name: string): boolean {
  return /^\.(\/|$)/.test(name) && !name.split('/').includes('..')
}

function nameIn(header: Buffer): string {
  const prefix = textAt(header, 345, 155)
  return `${prefix === '' ? '' : `${prefix}/`}${textAt(header, 0, 100)}`
}

function textAt(header: Buffer, offset: number, length: number): string {
  return header.toString('latin1', offset, offset + length).split('\0')[0] ?? ''
}

/** Octal, or base 256 for what does not fit. */
function numberAt(header: Buffer, offset: number, length: number): number {
  if (((header[offset] ?? 0) & 0x80) === 0) return Number.parseInt(header.toString('latin1', offset, offset + length), 8) || 0
  return Number(BigInt.asUintN(64, header.readBigUInt64BE(offset + length - 8)))
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK
}
