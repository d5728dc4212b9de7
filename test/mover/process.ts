import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Result, Task } from '../../schemas/generated/types.ts'

const MAIN = new URL('../../mover/main.ts', import.meta.url).pathname

export interface Ended {
  readonly code: number | null
  readonly result: Result | undefined
  readonly errors: string
  readonly milliseconds: number
}

/** The mover as a process of its own with its children, as in its pod. With `killAfter` all of them get SIGKILL after so many milliseconds. */
export async function moverProcess(folder: string, task: Task, { env = {}, killAfter, preload }: ProcessOptions = {}): Promise<Ended> {
  const log = join(folder, 'termination-log')
  rmSync(log, { force: true })
  const started = performance.now()
  const child = spawn(process.execPath, [...preload === undefined ? [] : ['--import', preload], MAIN], {
    env: { ...process.env, RESTIC_CACHE_DIR: join(folder, 'cache'), HOLDFAST_TERMINATION_LOG: log, ...env, HOLDFAST_TASK: JSON.stringify(task) },
    stdio: ['ignore', 'ignore', 'pipe'], detached: true,
  })
  let errors = ''
  child.stderr.on('data', chunk => { errors += String(chunk) })
  const stop = new AbortController()
  const killed = killAfter === undefined ? undefined : sleep(killAfter, undefined, { signal: stop.signal }).then(() => process.kill(-(child.pid ?? 0), 'SIGKILL')).catch(() => undefined)
  const [code] = await once(child, 'close') as [number | null]
  stop.abort()
  await killed
  const result = existsSync(log) ? JSON.parse(readFileSync(log, 'utf8')) as Result : undefined
  return { code, result, errors, milliseconds: performance.now() - started }
}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly killAfter?: number
  /** A module that is loaded before the mover. */
  readonly preload?: string
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = state + 0x6d2b79f5 >>> 0
    let mixed = Math.imul(state ^ state >>> 15, state | 1)
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61)
    return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296
  }
}
