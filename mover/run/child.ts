import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { createInterface } from 'node:readline'
import { TransientError, UserError } from '../../lib/errors.ts'

export interface ChildOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly cwd?: string
  /** Called with each line of standard error. */
  readonly onErrorLine?: (line: string) => void
  /** What is given to the child as standard input. @default nothing */
  readonly stdin?: 'ignore' | 'pipe'
}

export interface Child {
  /** To be read to its end: before that the child does not count as ended. */
  readonly stdout: AsyncIterable<Buffer>
  /** Only with stdin `pipe`. */
  readonly stdin: Writable | null
  /** Exit code once the child and its output have ended; 128 + signal when it was killed. Rejects only when it cannot be started. */
  readonly exit: Promise<number>
  readonly stop: () => void
}

/** How long a child may take to clean up after SIGTERM. */
const GRACE_MILLISECONDS = 5000

/** Starts a program. When the signal aborts it gets SIGTERM, and SIGKILL five seconds later. */
export function start(options: ChildOptions): Child {
  if (options.signal.aborted) throw stopped()
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: definedOnly(options.env),
    stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
  })
  const stop = () => terminate(child)
  options.signal.addEventListener('abort', stop, { once: true })
  const lines = readLines(child, options.onErrorLine)
  // Node throws away what nobody reads when the child exits (it resumes the stream); with this listener it is kept.
  const stdout = (child.stdout as Readable).on('readable', () => undefined)
  const exit = new Promise<number>((resolve, reject) => {
    child.once('error', cause => reject(notStarted(options.command, cause)))
    child.once('close', (code, signal) => resolve(code ?? 128 + signalNumber(signal)))
  }).finally(() => options.signal.removeEventListener('abort', stop))
  exit.catch(() => undefined)
  return { stdout, stdin: child.stdin, exit: Promise.all([exit, lines]).then(([code]) => code), stop }
}

/** What is kept of standard error: why a program ended stands last, what it complained of before may be without end. */
const FIRST_LINES = 20
const LAST_LINES = 200

/**
 * Runs a program to its end and gives its output, of standard error the first and the last lines. Meant for short outputs. Rejects with
 * MoverKilled when the signal aborted it.
 */
export async function run(options: ChildOptions): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const first: string[] = []
  const last: string[] = []
  const child = start({
    ...options,
    onErrorLine: line => {
      if (first.length < FIRST_LINES) first.push(line)
      else if (last.push(line) > LAST_LINES) last.shift()
      options.onErrorLine?.(line)
    },
  })
  const [code, stdout] = await Promise.all([child.exit, textOf(child.stdout)])
  if (options.signal.aborted) throw stopped()
  return { code, stdout, stderr: [...first, ...last].join('\n') }
}

/** The error of everything that SIGTERM cut short. */
export function stopped(): TransientError {
  return new TransientError('MoverKilled', 'The mover was asked to stop (SIGTERM) before it was done. Nothing unfinished is visible; the next attempt starts anew.')
}

async function textOf(output: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of output) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function readLines(child: ChildProcess, onLine: ((line: string) => void) | undefined): Promise<void> {
  const reader = createInterface({ input: child.stderr as Readable })
  reader.on('line', line => onLine?.(line))
  return new Promise(resolve => reader.once('close', resolve))
}

function terminate(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGKILL'), GRACE_MILLISECONDS).unref()
}

function notStarted(command: string, cause: NodeJS.ErrnoException): UserError | TransientError {
  if (cause.code === 'ENOENT') return new UserError('MoverFailed', `The program ${command} is not in the mover image. Use the mover image of this release.`, { cause })
  return new TransientError('MoverFailed', `The program ${command} could not be started: ${cause.message}.`, { cause })
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === 'SIGKILL' ? 9 : 15
}
