import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type BigIntStats } from 'node:fs'

/** One file of a tree, as strings that JSON can hold. */
export interface Entry {
  readonly type: string
  readonly mode: string
  readonly owner: string
  readonly mtimeNs: string
  readonly size?: string
  readonly sha256?: string
  readonly target?: string
  readonly device?: string
  /** Name of the first file of its group of hard links. */
  readonly linkOf?: string
  readonly xattrs?: Readonly<Record<string, string>>
  /** Whether it has large holes: less than half of its size is on disk. */
  readonly sparse?: boolean
}

const TYPES: readonly (readonly [string, (stats: BigIntStats) => boolean])[] = [
  ['file', stats => stats.isFile()], ['directory', stats => stats.isDirectory()], ['symlink', stats => stats.isSymbolicLink()],
  ['fifo', stats => stats.isFIFO()], ['character', stats => stats.isCharacterDevice()], ['block', stats => stats.isBlockDevice()],
]

/**
 * Everything that a backup must keep of a tree, by path as latin1 (so that any bytes survive JSON), sorted. lost+found at the
 * root is left out. Run as a program it prints the same as JSON: `node test/mover/tree.ts PATH`.
 */
export function treeOf(root: string): Readonly<Record<string, Entry>> {
  const xattrs = xattrsOf(root)
  const groups = new Map<string, string>()
  const entries: Record<string, Entry> = {}
  const visit = (path: string): void => {
    const bytes = Buffer.concat([Buffer.from(root), Buffer.from('/'), Buffer.from(path, 'latin1')])
    const stats = lstatSync(bytes, { bigint: true })
    entries[path] = { ...describe(bytes, stats), ...linkOf(groups, path, stats), ...(xattrs[path] && { xattrs: xattrs[path] }) }
    if (!stats.isDirectory()) return
    const names = readdirSync(bytes, { encoding: 'buffer' }).map(name => name.toString('latin1')).sort()
    for (const name of names) if (path !== '.' || name !== 'lost+found') visit(path === '.' ? name : `${path}/${name}`)
  }
  visit('.')
  return entries
}

function describe(path: Buffer, stats: BigIntStats): Entry {
  const type = TYPES.find(([, is]) => is(stats))?.[0] ?? 'other'
  const base = { type, mode: (stats.mode & 0o7777n).toString(8), owner: `${stats.uid}:${stats.gid}`, mtimeNs: String(stats.mtimeNs) }
  if (type === 'file') {
    const sparse = stats.size > 1_000_000n && stats.blocks * 512n < stats.size / 2n
    return { ...base, size: String(stats.size), sha256: hashOf(path), ...(sparse && { sparse }) }
  }
  if (type === 'symlink') return { ...base, target: readlinkSync(path, { encoding: 'buffer' }).toString('latin1') }
  return type === 'character' || type === 'block' ? { ...base, device: String(stats.rdev) } : base
}

function linkOf(groups: Map<string, string>, path: string, stats: BigIntStats): { linkOf?: string } {
  if (stats.nlink < 2n || stats.isDirectory()) return {}
  const first = groups.get(String(stats.ino)) ?? path
  groups.set(String(stats.ino), first)
  return { linkOf: first }
}

function hashOf(path: Buffer): string {
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(1 << 20)
  const file = openSync(path, 'r')
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) hash.update(buffer.subarray(0, read))
  closeSync(file)
  return hash.digest('hex')
}

/** By path, from one run of getfattr; empty where that is not installed. ACLs are xattrs too. */
function xattrsOf(root: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const { stdout } = spawnSync('getfattr', ['-R', '-P', '-h', '-d', '-m', '-', '-e', 'hex', '.'], { cwd: root, encoding: 'latin1', maxBuffer: 1 << 28 })
  const found: Record<string, Record<string, string>> = {}
  for (const block of (stdout ?? '').split('\n\n').filter(text => text.startsWith('# file: '))) {
    const [first = '', ...lines] = block.split('\n')
    const path = first.slice(8).replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))).replace(/^\.\//, '')
    found[path] = Object.fromEntries(lines.filter(line => line.includes('=')).map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]).sort())
  }
  return found
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(treeOf(process.argv[2] ?? '.'), null, 1)}\n`)
