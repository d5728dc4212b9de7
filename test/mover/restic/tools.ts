import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../../../mover/run/context.ts'
import type { Task } from '../../../schemas/generated/types.ts'
import type { Bench } from '../context.ts'

const version = spawnSync('restic', ['version'], { encoding: 'utf8' }).stdout ?? ''
const [, major = '0', minor = '0'] = /restic (\d+)\.(\d+)/.exec(version) ?? []

/** Why restic cannot be tested here; undefined when it can. */
export const NO_RESTIC = Number(major) > 0 || Number(minor) >= 14 ? undefined : 'no restic 0.14 or newer on PATH'
/** restore --sparse came with 0.15. */
export const KEEPS_HOLES = Number(major) > 0 || Number(minor) >= 15

export const PASSWORD = 'correct-horse'

/** A context with the strategy external and its password. */
export function external(here: Bench, task: Partial<Task>, changes: Partial<Context> = {}): Context {
  const context = here.context({ strategy: 'external', ...task }, changes)
  return { ...context, env: { ...context.env, RESTIC_PASSWORD: PASSWORD, ...changes.env } }
}

/** An empty source as a volume is mounted, and an empty target. */
export function volumes({ folder }: Bench): { readonly source: string; readonly target: string } {
  const [source, target] = [join(folder, 'volumes', 'data'), join(folder, 'target')]
  mkdirSync(source, { recursive: true })
  mkdirSync(target)
  return { source, target }
}

/** What plain restic answers, as JSON. */
export function plainRestic<T>(here: Bench, ...args: readonly string[]): T {
  const { stdout, stderr, status } = spawnSync('restic', ['--json', '--no-cache', '--repo', join(here.store, 'restic'), ...args], {
    encoding: 'utf8', env: { ...process.env, RESTIC_PASSWORD: PASSWORD }, maxBuffer: 1 << 26,
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout || 'null') as T
}
