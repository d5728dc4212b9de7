import { TransientError } from '../../../lib/errors.ts'
import type { Store } from '../../../mover/stores/store.ts'
import type { Fault, Operation } from './faults.ts'

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

/** All is done, but the answer was lost; the client asked again, and was told that the key is taken. */
export const saysTaken: Fault = async ({ real }) => {
  await real()
  return false
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
export const storesWrong: Fault = ({ operation, args, real }) => {
  if (operation === 'create') {
    const content = args[1] as Uint8Array
    content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 0x01
    return real()
  }
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

/** A lie, and the calls that it can be told of. */
export interface Lie { readonly name: string; readonly of: readonly Operation[]; readonly does: Fault; readonly onlyAlways?: boolean }

/** Every lie there is: see the faults below. */
export const LIES: readonly Lie[] = [
  { name: 'an error', of: ['put', 'create', 'get', 'head', 'list', 'delete', 'sweep'], does: refuses },
  { name: 'success that is none', of: ['put', 'create', 'delete'], does: pretends },
  { name: 'failure that is none', of: ['put', 'create', 'delete'], does: deniesSuccess },
  { name: 'taken, for what it has just written,', of: ['create'], does: saysTaken },
  { name: 'the last byte flipped', of: ['get'], does: flips(length => length - 1) },
  { name: 'the first byte flipped', of: ['get'], does: flips(() => 0) },
  { name: 'a byte in the middle flipped', of: ['get'], does: flips(length => length >> 1) },
  { name: 'the last byte missing', of: ['get'], does: truncates(length => length - 1) },
  { name: 'half of it', of: ['get'], does: truncates(length => length >> 1) },
  { name: 'nothing of it', of: ['get'], does: truncates(() => 0) },
  { name: 'garbage, then an error', of: ['get', 'list'], does: babbles },
  { name: 'a listing of before', of: ['list'], does: stale, onlyAlways: true },
  { name: 'a slow listing', of: ['list'], does: slow, onlyAlways: true },
  { name: 'bytes changed as they are stored', of: ['put', 'create'], does: storesWrong },
]

/** What a mover may say of a store that lies. */
export const REASONS = ['StoreUnreachable', 'PointDamaged', 'RepositoryDamaged', 'MoverFailed', 'InvalidDestination']
