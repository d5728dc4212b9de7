import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Task } from '../../schemas/generated/types.ts'
import type { Context } from '../../mover/run/context.ts'
import { directoryStore } from '../../mover/stores/directory.ts'

export interface Bench extends Disposable {
  readonly folder: string
  /** Made by then. */
  readonly store: string
  readonly logs: string[]
  context(task: Partial<Task>, changes?: Partial<Context>): Context
}

/** Where files are in memory, so that nobody waits for a disk that others use; the usual place where there is no such one. */
export const IN_MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A folder of its own with a directory store, and contexts over it. */
export function bench(parent = tmpdir()): Bench {
  const folder = mkdtempSync(join(parent, 'holdfast-mover-'))
  const store = join(folder, 'store', 'ns')
  const logs: string[] = []
  const base = { operation: 'backup', strategy: 'tar', namespace: 'ns', backup: 'b1', policy: 'nightly', volume: 'data', store: { type: 'directory', path: store } } as const
  return {
    folder, store, logs,
    context: (task, changes) => ({
      task: { ...base, ...task }, store: directoryStore(store), env: { ...process.env, RESTIC_CACHE_DIR: join(folder, 'cache') },
      signal: new AbortController().signal, log: line => logs.push(line), now: () => new Date(), ...changes,
    }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export const IS_ROOT = process.getuid?.() === 0

/** For tests that restore owners, device nodes and the volume's own root folder. */
export const AS_ROOT = { skip: !IS_ROOT && 'restoring foreign owners needs root' }
