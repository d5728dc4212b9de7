import { lstatSync } from 'node:fs'
import type { Context } from './context.ts'
import { namesIn } from './folder.ts'

/** Folders of a volume that are another file system: mounted there, or a subvolume of btrfs. */
export interface Crossings {
  readonly count: number
  /** What is to be told of the first few. */
  readonly samples: readonly string[]
}

const SAID = 'another file system is mounted here, or a subvolume begins; it is not in the restore point'
const SAMPLES = 5
/** Views of a file server's own snapshots (ZFS; NetApp and other NFS): what is in them is no data of the volume. */
const SNAPSHOTS = new Set(['.zfs', '.snapshot'])

/**
 * Finds what `--one-file-system` leaves out, of which neither tar nor restic says a word. Looks at folders only; what cannot be looked at
 * is left to them to tell. Lets other work run between folders.
 */
export async function crossingsOf(context: Context, path: string): Promise<Crossings> {
  const root = Buffer.from(path)
  const device = deviceOf(root)
  const folders: Buffer[] = [root]
  const samples: string[] = []
  let count = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    context.signal.throwIfAborted()
    for (const inner of foldersIn(folder, root)) {
      const found = deviceOf(inner)
      if (found === device) folders.push(inner)
      if (found === undefined || found === device || SNAPSHOTS.has(lastOf(inner))) continue
      count += 1
      if (samples.length < SAMPLES) samples.push(`.${inner.subarray(root.length).toString()}`.slice(0, 200) + `: ${SAID}`)
    }
    await new Promise(resolve => setImmediate(resolve))
  }
  if (count > 0) context.log(`${count} folder${count === 1 ? '' : 's'} left out: ${samples.join('; ')}`)
  return { count, samples }
}

/** What went wrong, with the crossings first: they are few, and leave out most. */
export function withCrossings(errors: Crossings, crossings: Crossings): Crossings {
  const shown = crossings.samples.slice(0, errors.count > 0 ? SAMPLES - 2 : SAMPLES)
  return { count: errors.count + crossings.count, samples: [...shown, ...errors.samples].slice(0, SAMPLES) }
}

/** Whether this was said of a folder that is another file system. */
export function isCrossing(sample: string): boolean {
  return sample.endsWith(SAID)
}

/** With a slash at its end a folder is entered, so that what is mounted upon a first look (NFS crossmnt, autofs) is seen. */
function deviceOf(folder: Buffer): number | undefined {
  try {
    return lstatSync(Buffer.concat([folder, Buffer.from('/')])).dev
  } catch {
    return undefined
  }
}

function foldersIn(folder: Buffer, root: Buffer): readonly Buffer[] {
  const found: Buffer[] = []
  try {
    for (const { name, directory } of namesIn(folder)) {
      if (!directory || (folder === root && name.toString('latin1') === 'lost+found')) continue
      found.push(Buffer.concat([folder, Buffer.from('/'), name]))
    }
  } catch {}
  return found
}

function lastOf(folder: Buffer): string {
  return folder.subarray(folder.lastIndexOf(0x2f) + 1).toString('latin1')
}
