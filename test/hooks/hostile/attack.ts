import fc from 'fast-check'
import { mutated, OPERATIONS, ZONES, type Mutation } from './mutation.ts'
import { ODD_HEADERS, render } from './odd-values.ts'
import type { Scene } from './scene.ts'

/** One hostile request: which good one it is made from, and what is done to it. All numbers, so that it shrinks and can be replayed. */
export interface Attack {
  readonly scene: number
  readonly mutations: readonly Mutation[]
  readonly wire: keyof typeof WIRE
  readonly cut: number
  readonly headers: number
  /** Whether the parent is damaged in the API server too, not only on its way here. */
  readonly atRest: boolean
}

/** What can happen to bytes under way. */
const WIRE = {
  plain: bytes => bytes,
  truncated: (bytes, cut) => bytes.subarray(0, cut % bytes.length),
  noisy: (bytes, cut) => noisy(bytes, cut),
  marked: bytes => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
  wide: bytes => Buffer.from(bytes.toString('utf8'), 'utf16le'),
  trailing: bytes => Buffer.concat([bytes, Buffer.from('{}')]),
  spaced: bytes => Buffer.concat([Buffer.from(' \n\t'), bytes, Buffer.from(' '.repeat(100_000))]),
  ended: bytes => Buffer.concat([bytes, Buffer.alloc(3)]),
  twiceFirst: (bytes, cut) => around(bytes, `{${TWICE[cut % TWICE.length]},`, '}'),
  twiceLast: (bytes, cut) => around(bytes, '{', `,${TWICE[cut % TWICE.length]}}`),
} satisfies Readonly<Record<string, (bytes: Buffer, cut: number) => Buffer>>

/** Keys that are in the body already. */
const TWICE = ['"children":{}', '"related":{}', '"parent":null', '"finalizing":true', '"children":null', '"__proto__":{"polluted":true}', '"controller":1']

function around(bytes: Buffer, before: string, after: string): Buffer {
  return Buffer.concat([Buffer.from(before), bytes.subarray(1, -1), Buffer.from(after)])
}

function noisy(bytes: Buffer, cut: number): Buffer {
  const copy = Buffer.from(bytes)
  for (let index = 0; index < 1 + cut % 4; index += 1) copy[(cut * (index + 7)) % copy.length] = (cut >> index) & 0xff
  return copy
}

/** Attacks as fast-check generates them: most are well-formed JSON that lies. */
export const attacks: fc.Arbitrary<Attack> = fc.record({
  scene: fc.nat(10_000),
  mutations: fc.array(fc.record({
    op: fc.constantFrom(...Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[]),
    zone: fc.constantFrom(...ZONES),
    at: fc.nat(100_000),
    pick: fc.nat(100_000),
  }), { maxLength: 4, size: 'max' }),
  wire: fc.oneof({ weight: 12, arbitrary: fc.constant('plain' as const) }, { weight: 2, arbitrary: fc.constantFrom(...Object.keys(WIRE) as (keyof typeof WIRE)[]) }),
  cut: fc.nat(1_000_000),
  atRest: fc.boolean(),
  headers: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(ODD_HEADERS.length - 1) }),
})

/** The bytes to send, and what was done, for people. */
export function armed({ scene, mutations, wire, cut, headers, atRest }: Attack, scenes: readonly Scene[]): { scene: Scene; bytes: Buffer; headers: Readonly<Record<string, string>>; said: string } {
  const from = scenes[scene % scenes.length] as Scene
  const { body, said } = mutated(from.body, mutations)
  const bytes = WIRE[wire](Buffer.from(render(body) ?? ''), cut)
  const besides = ODD_HEADERS[headers] ?? {}
  return { scene: from, bytes, headers: besides, said: `${from.name}: ${[...said, wire, JSON.stringify(besides), atRest ? 'at rest' : 'under way'].join('; ')}` }
}
