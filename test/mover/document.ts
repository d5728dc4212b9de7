import assert from 'node:assert/strict'
import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { readFileSync } from 'node:fs'

const DOCUMENT = new URL('../../docs/format.md', import.meta.url)
/** The shell commands of docs/format.md, block by block. */
const blocks = [...readFileSync(DOCUMENT, 'utf8').matchAll(/^```sh\n([^]*?)^```$/gm)].map(match => match[1] ?? '')
const block = (mark: string) => {
  const found = blocks.filter(text => text.includes(mark))
  assert.equal(found.length, 1, `docs/format.md has one block with ${mark}`)
  return found[0] ?? ''
}

const UNPACK = block('unpack | tar --extract')
const STREAM = block('unpack | psql')

/** What a stranger runs to see whether a point is whole. It defines `field` and `unpack` for the others. */
export const VERIFY = block('field() {')

/** What unpacks a tar, after it was found whole, into a folder. */
export function unpackInto(target: string): string {
  assert.ok(UNPACK.includes('/mnt/new-volume'))
  return VERIFY + UNPACK.replaceAll('/mnt/new-volume', target)
}

/** What gives a stream, after it was found whole, to a program in place of psql. */
export function streamTo(program: string): string {
  return VERIFY + STREAM.replace('psql', program)
}

/** Runs commands of the document beside a point, with nothing else in sight; the first that fails ends them. */
export function shell(folder: string, script: string): SpawnSyncReturns<Buffer> {
  return spawnSync('sh', ['-e', '-c', script], { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }, maxBuffer: 1 << 26 })
}
