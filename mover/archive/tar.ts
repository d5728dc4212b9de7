import type { Writable } from 'node:stream'
import { TransientError, UserError } from '../../lib/errors.ts'
import { start, stopped, type Child, type ChildOptions } from '../run/child.ts'
import type { Context } from '../run/context.ts'
import { orRoot } from '../run/root.ts'

/** What survives: everything that GNU tar knows of a file, names as bytes, holes, times to the nanosecond. */
const COMMON = ['--blocking-factor=128', '--numeric-owner', '--xattrs', '--xattrs-include=*', '--acls', '--quoting-style=escape']
const CREATE = [
  '--create', '--format=posix', '--one-file-system', '--sort=name', '--ignore-failed-read',
  // Reading changes atime, and ctime cannot be restored; without them the same tree gives (but for sparse files) the same archive.
  '--pax-option=delete=atime,delete=ctime,exthdr.name=%d/PaxHeaders/%f',
  '--anchored', '--no-wildcards', '--exclude=./lost+found',
]
const EXTRACT = ['--extract', '--same-permissions', '--delay-directory-restore']

/** What tar said about files that it could not take or give exactly. */
export interface TarErrors {
  readonly count: number
  readonly samples: readonly string[]
}

export interface Tree {
  readonly path: string
  /** Whether to look for holes: only where the file system can be relied on for them (see holes.ts). */
  readonly sparse: boolean
}

/** A tar of a tree, and what it complained of (complete once the output has ended). */
export function createTar(context: Context, { path, sparse }: Tree): { readonly output: AsyncIterable<Buffer>; readonly errors: () => TarErrors } {
  const errors = errorCounter(context, unreadable)
  const child = tar(context, [...CREATE, ...sparse ? ['--sparse'] : [], ...COMMON, '--directory', path, '--file', '-', '.'], { onErrorLine: errors.line })
  return { output: wholeOutput(context, child, errors), errors: errors.result }
}

/**
 * Unpacks a tar into a folder. Resolves when every file is there; `errors` are attributes that could not be set.
 * A user who is not root cannot give files away: they then belong to the mover.
 */
export async function extractTar(context: Context, path: string, source: AsyncIterable<Uint8Array>): Promise<TarErrors> {
  const errors = errorCounter(context, line => /: Cannot set |: Warning: /.test(line))
  const owner = process.getuid?.() === 0 ? '--same-owner' : '--no-same-owner'
  const child = tar(context, [...EXTRACT, owner, ...COMMON, '--directory', path, '--file', '-'], { onErrorLine: errors.line, stdin: 'pipe' })
  void ended(child.stdout)
  const fed = feed(child, source)
  fed.catch(() => child.stop())
  const code = await child.exit
  if (context.signal.aborted) throw stopped()
  // A source that failed has the better word than tar, which then only saw its input end.
  await fed
  if (code !== 0 && !onlyRootFolder(errors.lines())) throw extractFailure(code, errors.lines())
  return errors.result()
}

/** Whether the files of a tar are in a folder just as they are in the tar. The time of the folder itself, which is set last, does not count. */
export async function compareTar(context: Context, path: string, source: AsyncIterable<Uint8Array>): Promise<boolean> {
  const child = tar(context, ['--compare', ...COMMON, '--directory', path, '--file', '-'], { stdin: 'pipe' })
  const lines: string[] = []
  const read = (async () => {
    for await (const chunk of child.stdout) if (lines.length < 100) lines.push(...String(chunk).split('\n').filter(line => line !== ''))
  })()
  const fed = feed(child, source, false)
  fed.catch(() => child.stop())
  const [code] = await Promise.all([child.exit, read])
  if (context.signal.aborted) throw stopped()
  await fed
  return code === 0 || (code === 1 && lines.every(line => /^\.\/?: Mod time differs$/.test(line)))
}

/** Version of the tar in use, for manifests. */
export async function tarVersion(context: Context): Promise<string> {
  const child = tar(context, ['--version'])
  let text = ''
  for await (const chunk of child.stdout) text += String(chunk)
  await child.exit
  return /\d+\.\d+\S*/.exec(text.split('\n')[0] ?? '')?.[0] ?? 'unknown'
}

function tar(context: Context, args: readonly string[], more: Pick<ChildOptions, 'onErrorLine' | 'stdin'> = {}): Child {
  return start({ command: 'tar', args, env: { ...context.env, LC_ALL: 'C', TAR_OPTIONS: undefined }, signal: context.signal, ...more })
}

/** Ends only after tar has ended well; throws otherwise, so that a cut archive is never taken for a whole one. */
async function* wholeOutput(context: Context, child: Child, errors: ReturnType<typeof errorCounter>): AsyncGenerator<Buffer> {
  try {
    yield* child.stdout
    const code = await child.exit
    if (context.signal.aborted) throw stopped()
    // 1: files changed while they were read, which on a live volume is so.
    if (code > 1) throw createFailure(code, errors.lines())
  } finally {
    child.stop()
  }
}

function createFailure(code: number, lines: readonly string[]): TransientError {
  return new TransientError('MoverFailed', `tar ended with code ${code}: ${lines.slice(-3).join('; ') || 'it said nothing'}. The backup will be tried again.`)
}

/**
 * Gives tar the stream. tar stops at the archive's end mark and may close its input before our stream has ended; the rest
 * is read all the same, because only its end tells whether the hash is right. A tar that failed ends this at once.
 */
async function feed(child: Child, source: AsyncIterable<Uint8Array>, endsEarly = true): Promise<void> {
  const { stdin } = child
  if (stdin === null) throw new Error('tar has no standard input')
  let failed = false
  stdin.on('error', () => undefined)
  // For a user who is not root a failure may be no more than the root folder's attributes: see onlyRootFolder.
  void child.exit.then(code => { failed = code !== 0 && endsEarly && process.getuid?.() === 0 }, () => { failed = true })
  for await (const chunk of source) {
    if (failed) return
    if (stdin.writable && !stdin.write(chunk)) await drained(stdin)
  }
  stdin.end()
}

/** Reads what nobody wants. How the child ended is told by its exit code. */
async function ended(output: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const _ of output) void _
  } catch {}
}

/** Until there is room again, or nobody reads any more. */
function drained(stdin: Writable): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      for (const event of ['drain', 'close', 'error']) stdin.off(event, done)
      resolve()
    }
    for (const event of ['drain', 'close', 'error']) stdin.on(event, done)
    if (stdin.destroyed) done()
  })
}

/** A user who does not own the volume's root folder cannot change its attributes; the data is whole all the same. */
function onlyRootFolder(lines: readonly string[]): boolean {
  const told = lines.filter(line => !/Exiting with failure status/.test(line))
  return process.getuid?.() !== 0 && told.length > 0 && told.every(line => /^\.\/?: Cannot (utime|change mode|change ownership)/.test(line))
}

function extractFailure(code: number, lines: readonly string[]): Error {
  const said = lines.filter(line => !/Exiting with failure status/.test(line)).slice(0, 3).join('; ')
  // A write that was cut short is all that tar says of a disk that was full in the middle of the last file.
  if (/No space left on device|Disk quota exceeded|Wrote only \d+ of \d+ bytes/.test(said)) {
    return new UserError('VolumeFull', `The new volume is too small for the data: ${said}. Restore into a larger one.`)
  }
  if (/Operation not permitted|Permission denied/.test(said)) {
    return new UserError('AccessDenied', `The mover may not write files as they were: ${said}. ${orRoot('Restore with mover.runAs: root.')}`)
  }
  return new TransientError('MoverFailed', `tar ended with code ${code} while unpacking: ${said || 'it said nothing'}.`)
}

/** A file that is left out, or whose content is not what the file system promised. A file that went away while we looked is no error. */
function unreadable(line: string): boolean {
  return (/: Warning: /.test(line) && !/No such file or directory/.test(line)) || /: File shrank by /.test(line)
}

function errorCounter(context: Context, isError: (line: string) => boolean) {
  const lines: string[] = []
  const samples: string[] = []
  let count = 0
  return {
    line: (raw: string): void => {
      const text = raw.replace(/^tar: /, '')
      if (lines.push(text) > 100) lines.shift()
      if (!isError(raw)) return
      count += 1
      if (samples.length < 5) samples.push(text.slice(0, 300))
      if (count <= 20) context.log(text)
    },
    lines: (): readonly string[] => lines,
    result: (): TarErrors => ({ count, samples }),
  }
}
