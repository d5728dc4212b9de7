import type { Context } from './context.ts'

const EVERY_MILLISECONDS = 10_000

/** Says every ten seconds how far a transfer is. `done` gives the bytes so far. Dispose it at the end. */
export function reportProgress(context: Context, what: string, done: () => number): Disposable {
  let before = done()
  const timer = setInterval(() => {
    const now = done()
    const speed = (now - before) / (EVERY_MILLISECONDS / 1000)
    before = now
    context.log(`${what}: ${humanBytes(now)}, ${humanBytes(speed)}/s`)
  }, EVERY_MILLISECONDS)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

/** Bytes for people, in binary units: `1.5 GiB`. */
export function humanBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${units[power]}`
}
