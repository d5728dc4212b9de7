/** A stream of random numbers that a seed decides whole. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  below(below: number): number
  /** True with this probability; takes a number even for 0 and 1, so that a changed probability moves nothing else. */
  chance(probability: number): boolean
  /** One of a list that is not empty. */
  pick<T>(items: readonly T[]): T
  /** The same items in another order. */
  shuffled<T>(items: readonly T[]): T[]
  /** A stream of its own: what is drawn from it changes nothing here. */
  fork(name: string): Random
}

/** The stream of a seed. */
export function random(seed: number, name = ''): Random {
  let state = hash(`${seed}/${name}`)
  const next = (): number => {
    // mulberry32: 32 bits of state are plenty for some thousands of draws a stream.
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: probability => next() < probability,
    pick: items => items[below(items.length)] as (typeof items)[number],
    shuffled: items => items.map(item => ({ item, rank: next() })).sort((a, b) => a.rank - b.rank).map(({ item }) => item),
    fork: other => random(seed, `${name}/${other}`),
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0
  return value
}
