/** One entry of a tar, as an enemy may make it. */
export interface TarEntry {
  readonly name: string
  readonly content?: string | Buffer
  /** Of the header: `0` file, `1` hard link, `2` symbolic link, `4` block device, `5` folder, `x` PAX… @default '0' */
  readonly type?: string
  readonly link?: string
  readonly mode?: number
  readonly device?: readonly [number, number]
  /** Size that the header tells, where it is not that of the content. */
  readonly claims?: number
  /** Records of a PAX header before it. */
  readonly pax?: Readonly<Record<string, string>>
}

const BLOCK = 512

/** The bytes of an entry with whatever name; no library writes such. */
export function tarEntry({ name, content = '', type = '0', link = '', mode = 0o644, device, claims, pax }: TarEntry): Buffer {
  const body = Buffer.from(content)
  const header = Buffer.alloc(BLOCK)
  header.write(name.slice(0, 100), 0, 'latin1')
  octal(header, mode, [100, 8])
  octal(header, 0, [108, 8])
  octal(header, 0, [116, 8])
  size(header, claims ?? body.length)
  octal(header, 0, [136, 12])
  header.write(type, 156)
  header.write(link.slice(0, 100), 157, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  octal(header, device?.[0] ?? 0, [329, 8])
  octal(header, device?.[1] ?? 0, [337, 8])
  header.fill(' ', 148, 156)
  octal(header, header.reduce((sum, byte) => sum + byte, 0), [148, 7])
  const records = pax === undefined ? Buffer.alloc(0) : tarEntry({ name: './PaxHeaders/x', type: 'x', content: paxHeader(pax) })
  return Buffer.concat([records, header, body, Buffer.alloc((BLOCK - body.length % BLOCK) % BLOCK)])
}

/** The mark at a tar's end. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK)
}

/** Records of a PAX header. */
export function paxHeader(records: Readonly<Record<string, string>>): string {
  return Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`
    const length = rest.length + String(rest.length + 1).length
    return `${String(rest.length + String(length).length)}${rest}`
  }).join('')
}

function octal(header: Buffer, value: number, [offset, length]: readonly [number, number]): void {
  header.write(`${value.toString(8).padStart(length - 1, '0')}\0`.slice(0, length), offset, 'latin1')
}

/** Octal, or base 256 for what does not fit. */
function size(header: Buffer, value: number): void {
  if (value < 8 ** 11) return octal(header, value, [124, 12])
  header.writeBigUInt64BE(BigInt(value), 128)
  header[124] = 0x80
}
