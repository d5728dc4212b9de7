import { opendirSync } from 'node:fs'

/** One name in a folder. */
export interface Name {
  /** As bytes, whatever they mean. */
  readonly name: Buffer
  readonly directory: boolean
  readonly file: boolean
}

/** The names in a folder, a few at a time: folders may hold millions. */
export function* namesIn(folder: Buffer): Generator<Name> {
  const opened = opendirSync(folder, { encoding: 'buffer' as BufferEncoding, bufferSize: 256 })
  try {
    for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
      yield { name: Buffer.from(entry.name as unknown as Uint8Array), directory: entry.isDirectory(), file: entry.isFile() }
    }
  } finally {
    opened.closeSync()
  }
}

/** How many names of every sort there are below a volume's root, without its lost+found. */
export async function countNames(path: string): Promise<number> {
  const root = Buffer.from(path)
  const folders = [root]
  let count = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { name, directory } of namesIn(folder)) {
      if (folder === root && name.toString('latin1') === 'lost+found') continue
      count += 1
      if (directory) folders.push(Buffer.concat([folder, Buffer.from('/'), name]))
    }
    await new Promise(resolve => setImmediate(resolve))
  }
  return count
}
