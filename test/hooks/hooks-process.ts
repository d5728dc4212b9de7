import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../hooks/main.ts', import.meta.url))

export interface HooksProcess {
  readonly child: ChildProcess
  readonly exited: Promise<number | null>
  /** The next line of its log. */
  line(): Promise<Record<string, unknown>>
}

/** Starts the real program; `flags` are Node's. */
export function startHooks(env: Record<string, string>, flags: readonly string[] = []): HooksProcess {
  const child = spawn(process.execPath, [...flags, MAIN], { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exited = new Promise<number | null>(resolve => child.once('exit', resolve))
  return { child, exited, line: async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown> }
}

/** The most memory that a process has had so far, in bytes. */
export function peakOf({ child }: HooksProcess): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024
}
