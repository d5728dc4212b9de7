import { TransientError } from '../../../lib/errors.ts'
import type { Store } from '../../../mover/stores/store.ts'
import type { Fault } from './faults.ts'

const broken = () => new TransientError('StoreUnreachable', 'the test broke the connection')

/** Nothing is done, and that is said. */
export const refuses: Fault = ({ operation }) => {
  if (operation === 'list') return failing([])
  throw broken()
}

/** Nothing is done, but all is said to be well. */
export const pretends: Fault = async ({ operation, args }) => {
  if (operation !== 'put') return operation === 'create' ? true : operation === 'sweep' ? 0 : undefined
  let bytes = 0
  for await (const chunk of args[1] as AsyncIterable<Uint8Array>) bytes += chunk.length
  return { bytes }
}

/** All is done, but said to have failed: the outcome is unknown. */
export const deniesSuccess: Fault = async ({ real }) => {
  await real()
  throw broken()
}

/** A read whose byte at a place is not what was stored. */
export const flips = (place: (length: number) => number): Fault => reads(content => {
  const at = place(content.length)
  content[at] = (content[at] ?? 0) ^ 0x01
  return content
})

/** A read that ends before it should, and says nothing of it. */
export const truncates = (keep: (length: number) => number): Fault => reads(content => content.subarray(0, keep(content.length)))

/** A read that gives some bytes that are not the object's, and then fails. */
export const babbles: Fault = ({ operation }) => operation === 'get' ? Promise.resolve(failing([Buffer.from('garbage in place of what was stored')])) : failing([])

/** A write whose bytes are changed on their way, and which is said to be well. */
export const storesWrong: Fault = ({ args, real }) => {
  const source = args[1] as AsyncIterable<Uint8Array>
  const original = source[Symbol.asyncIterator].bind(source)
  Object.defineProperty(source, Symbol.asyncIterator, { value: () => flipFirst({ [Symbol.asyncIterator]: original }) })
  return real()
}

/** A listing as it was: it shows what has gone since, and not what has come. */
export const stale: Fault = ({ args, before }) => before.list(args[0] as string)

/** Each object of a listing takes its time. */
export const slow: Fault = ({ real }) => slowly(real() as ReturnType<Store['list']>)

function reads(change: (content: Buffer) => Buffer): Fault {
  return async ({ real }) => {
    const source = await real() as Awaited<ReturnType<Store['get']>>
    if (source === undefined) return undefined
    const chunks: Uint8Array[] = []
    for await (const chunk of source) chunks.push(chunk)
    return (async function* () { yield change(Buffer.concat(chunks)) })()
  }
}

async function* failing<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
  throw broken()
}

async function* flipFirst(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first = true
  for await (const chunk of source) {
    const copy = Buffer.from(chunk)
    if (first && copy.length > 0) copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 0x01
    first &&= copy.length === 0
    yield copy
  }
}

async function* slowly<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const item of source) {
    await new Promise(resolve => setTimeout(resolve, 5))
    yield item
  }
}
