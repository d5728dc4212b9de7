import { Worker } from 'node:worker_threads'
import type { Coverage } from './coverage/collect.ts'
import type { Finding } from './guard.ts'
import type { Blow } from './scenarios/exhaustive.ts'
import type { SeedResult } from './seed.ts'

/** Something a thread can do by itself. */
export type Task =
  | { readonly type: 'seed'; readonly seed: number }
  /** A story by its place in the list, without a blow and under all invariants. */
  | { readonly type: 'story'; readonly story: number }
  /** A scenario by its place in the list, with one blow. */
  | { readonly type: 'blow'; readonly scenario: number; readonly blow: Blow }

/** What a thread is told: a task, or to say what it has executed. */
export type Order = Task | { readonly type: 'coverage' }

export type Result =
  | { readonly type: 'seed'; readonly result: SeedResult }
  | { readonly type: 'story'; readonly story: number; readonly problem?: Finding; readonly marks: readonly string[] }
  | { readonly type: 'blow'; readonly scenario: number; readonly blow: Blow; readonly problem?: Finding; readonly marks: readonly string[] }

export interface PoolOptions {
  readonly threads: number
  readonly take: (result: Result) => void
  /** No further task is begun once this is true. */
  readonly enough?: () => boolean
  /** Told at the end of what each thread has executed. */
  readonly covered?: (coverage: Coverage) => void
}

/** Does all tasks on several threads, or on this one when it is to be one. What comes out of a task does not depend on the thread. */
export async function runPool(tasks: Iterator<Task>, { threads, take, enough = () => false, covered }: PoolOptions): Promise<void> {
  if (threads === 1 && covered === undefined) return await runHere(tasks, { take, enough })
  const work = (): Promise<void> => new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { covered: covered !== undefined } })
    const end = (): void => void worker.terminate().then(() => resolve())
    const feed = (): void => {
      const next = enough() ? undefined : tasks.next()
      if (next !== undefined && next.done !== true) worker.postMessage(next.value)
      else if (covered !== undefined) worker.postMessage({ type: 'coverage' })
      else end()
    }
    worker.on('message', (answer: Result | { readonly type: 'coverage'; readonly coverage: Coverage }) => {
      if (answer.type === 'coverage') { covered?.(answer.coverage); end() } else { take(answer); feed() }
    })
    worker.on('error', reject)
    feed()
  })
  await Promise.all(Array.from({ length: threads }, work))
}

async function runHere(tasks: Iterator<Task>, { take, enough }: Required<Pick<PoolOptions, 'take' | 'enough'>>): Promise<void> {
  const { perform } = await import('./perform.ts')
  for (let next = enough() ? undefined : tasks.next(); next !== undefined && next.done !== true; next = enough() ? undefined : tasks.next()) take(await perform(next.value))
}
