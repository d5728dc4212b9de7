import { lstatSync } from 'node:fs'
import { namesIn } from '../run/folder.ts'

/** What restic counts in a tree: regular files, each name of a hard link for itself, and their sizes. */
export interface Counts {
  readonly files: number
  readonly bytes: number
}

/** Counts a tree. Names are taken as bytes. Lets other work run between folders. */
export async function treeCounts(path: string): Promise<Counts> {
  let files = 0
  let bytes = 0
  const folders: Buffer[] = [Buffer.from(path)]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of namesIn(folder)) {
      const inner = Buffer.concat([folder, Buffer.from('/'), entry.name])
      if (entry.directory) folders.push(inner)
      if (!entry.file) continue
      files += 1
      bytes += lstatSync(inner).size
    }
    await new Promise(resolve => setImmediate(resolve))
  }
  return { files, bytes }
}
