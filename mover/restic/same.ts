import { lstat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Context } from '../run/context.ts'
import { startRestic } from './command.ts'
import { treeCounts, type Counts } from './counts.ts'

/** One line of `restic ls --json`. */
interface Node {
  readonly type?: string
  readonly path?: string
  readonly size?: number
  readonly mtime?: string
}

export interface Tree {
  readonly handle: string
  /** Path of the volume's root in the snapshot. */
  readonly root: string
  /** Where the volume is mounted. */
  readonly target: string
}

/**
 * What is on a volume, if that is what a snapshot holds: as many files, and each of them under its name with its size and its time. Undefined
 * otherwise. A count alone does not tell: yesterday's database has as many files and bytes as today's.
 */
export async function sameTree(context: Context, { handle, root, target }: Tree): Promise<Counts | undefined> {
  const counts = await treeCounts(target)
  let files = 0
  const child = startRestic(context, ['ls', handle])
  let same = counts.files > 0
  for await (const line of createInterface({ input: Readable.from(child.stdout) })) {
    const node = same ? nodeOf(line) : undefined
    if (node?.type !== 'file') continue
    files += 1
    same = await isThere(node, root, target)
  }
  return await child.exit === 0 && same && files === counts.files ? counts : undefined
}

function nodeOf(line: string): Node | undefined {
  return line.startsWith('{') ? JSON.parse(line) as Node : undefined
}

/** A name that is no UTF-8 is told by restic with this in place of its bytes: such a file is only counted. */
const UNTOLD = '\uFFFD'

/** To the millisecond, which is what a time in JavaScript holds. */
async function isThere({ path = '', size = 0, mtime = '' }: Node, root: string, target: string): Promise<boolean> {
  if (!path.startsWith(`${root}/`)) return false
  if (path.includes(UNTOLD)) return true
  const found = await lstat(`${target}${path.slice(root.length)}`).catch(() => undefined)
  return found?.isFile() === true && found.size === size && Math.abs(found.mtimeMs - Date.parse(mtime)) < 2
}
