import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { perform } from '../../../mover/operations/perform.ts'
import { failure } from '../../../mover/run/result.ts'
import { directoryStore } from '../../../mover/stores/directory.ts'
import type { Result, Task } from '../../../schemas/generated/types.ts'
import { bench, IN_MEMORY } from '../../mover/context.ts'
import { readResult } from '../../../hooks/jobs/result.ts'
import { placed } from '../cluster/rig.ts'
import { createEngine } from '../engine.ts'
import { createDisks } from './disks.ts'
import { startMover, type MoverEnd } from './mover.ts'
import { createStores } from './stores.ts'

/** Volumes, one store and movers that run to their end: the shipped ones, or the simulator's. */
export interface Movers extends Disposable {
  /** Runs a mover with this volume mounted. `nothing`: none is. */
  run(task: Omit<Task, 'namespace' | 'path' | 'store'>, around: { readonly disk: string; readonly password: boolean }): Promise<Result>
  /** What is on a volume, which is made when it is not there; '' is nothing. */
  write(disk: string, content: string): void
  read(disk: string): string | undefined
  /** Takes everything from the store. */
  empty(): void
  /** The restore points there are, as `volume/backup`. */
  points(): readonly string[]
}

const NAMESPACE = 'ns'

/** The shipped movers over folders. */
export function realMovers(): Movers {
  const { folder, store, context, [Symbol.dispose]: dispose } = bench(IN_MEMORY)
  const mounted = join(folder, 'volumes', 'data')
  mkdirSync(dirname(mounted))
  const at = (disk: string): string => join(folder, `disk-${disk}`)
  return {
    async run(task, { disk, password }) {
      const env = { ...process.env, RESTIC_CACHE_DIR: join(folder, 'cache'), RESTIC_PASSWORD: password ? 'secret' : undefined }
      const there = existsSync(at(disk))
      if (there) renameSync(at(disk), mounted)
      try {
        return await perform(context({ policy: undefined, path: mounted, ...task } as Partial<Task>, { env, store: directoryStore(store) }))
      } catch (error) {
        return failure(task.operation, error)
      } finally {
        if (there) renameSync(mounted, at(disk))
      }
    },
    write(disk, content) {
      rmSync(at(disk), { recursive: true, force: true })
      mkdirSync(at(disk))
      if (content !== '') writeFileSync(join(at(disk), 'file'), content)
    },
    read: disk => existsSync(at(disk)) ? existsSync(join(at(disk), 'file')) ? readFileSync(join(at(disk), 'file'), 'utf8') : '' : undefined,
    empty: () => rmSync(store, { recursive: true, force: true }),
    points: () => [...found(store, 'archive', /^(.+)\/manifest\.json$/), ...found(store, 'points', /^(.+)\.json$/)].sort(),
    [Symbol.dispose]: dispose,
  }
}

function found(store: string, folder: string, form: RegExp): readonly string[] {
  if (!existsSync(join(store, folder))) return []
  const names = readdirSync(join(store, folder), { recursive: true, encoding: 'utf8' })
  return names.flatMap(name => form.exec(name)?.[1] ?? [])
}

/** The simulator's movers without a fault, over what stands for folders. */
export function modelMovers(): Movers {
  const engine = createEngine(1, Date.parse('2026-11-21T02:00:00Z'))
  const [disks, stores] = [createDisks(), createStores()]
  const store = stores.at('a directory')
  return {
    async run(given, { disk, password }) {
      const task: Task = { namespace: NAMESPACE, path: '/volumes/data', store: { type: 'directory', path: '/repository/ns' }, ...given }
      let end: MoverEnd | undefined
      const random = engine.random.fork(`run ${engine.steps}`)
      startMover({ task, store, disks, disk, password, command: false, unreadable: 0, engine, random, faults: placed(engine, {}) }, { ended: ended => { end = ended } })
      await engine.run(engine.now() + 7_200_000)
      const result = readResult(end?.message)
      if (result === undefined) throw new Error(`a mover without faults ended without a word: ${JSON.stringify(end)}`)
      return result
    },
    write(disk, content) {
      disks.create(disk, content)
      disks.write(disk, content)
    },
    read: disk => disks.read(disk),
    empty: () => store.empty(engine.now()),
    points: () => store.points().filter(({ committed }) => committed).map(({ volume, backup }) => `${volume}/${backup}`).sort(),
    [Symbol.dispose]: () => undefined,
  }
}
