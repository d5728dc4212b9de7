import assert from 'node:assert/strict'
import test from 'node:test'
import { pause } from './node.ts'
import { faultRounds, shortfalls, type Struck } from './rounds.ts'
import type { Victim } from './victims.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const SETTINGS = { rounds: 50, seconds: 400, seed: 1 }

function victim(name: string, changes: Partial<Victim> = {}): Victim {
  return { name, strike: () => Promise.resolve(true), heal: () => Promise.resolve(), ...changes }
}

const fast = (seconds: number): Promise<void> => pause(seconds / 100)

/** A few rounds, a hundred times as fast. */
async function some(victims: readonly Victim[], rounds = 2): Promise<Struck> {
  return faultRounds({ rounds, seconds: 1, seed: 7 }, victims, { wait: fast })
}

function struck(count: number, names: readonly string[] = NAMES): Struck {
  return { rounds: Array.from({ length: count }, (_, index) => ({ victim: names[index % names.length] ?? '', at: index, downSeconds: 1 })), broken: [] }
}

const verdicts: readonly { says: string; of: Struck; seconds?: number; rounds?: number; expected: RegExp | undefined }[] = [
  { says: 'fifty rounds over all is enough', of: struck(50), expected: undefined },
  { says: 'no round at all is a fault', of: struck(0), expected: /^0 rounds in 1200 s, where 50 were to be/ },
  { says: 'as many as were asked for are enough', of: struck(16), rounds: 16, expected: undefined },
  { says: 'one fewer is a fault, however short the time was', of: struck(15), seconds: 1, rounds: 16, expected: /^15 rounds in 3 s, where 16 were to be$/ },
  { says: 'none is enough where none was asked for', of: struck(0), rounds: 0, expected: undefined },
  { says: 'who was spared is named, in few rounds and in many', of: struck(50, NAMES.slice(1)), expected: /^a was never struck/ },
  { says: 'a strike that is broken is a fault', of: { ...struck(50), broken: ['a cannot be struck: no such program'] }, expected: /no such program/ },
]
for (const { says, of, seconds = 400, rounds: wanted = 50, expected } of verdicts) {
  test(says, () => {
    const found = shortfalls(of, { settings: { ...SETTINGS, seconds, rounds: wanted }, victims: NAMES.map(name => victim(name)) })
    if (expected === undefined) assert.deepEqual(found, [])
    else assert.match(found.join('\n'), expected)
  })
}

test('a strike that throws is told, and another victim is struck in its place', async () => {
  const { rounds, broken } = await some([victim('broken', { strike: () => Promise.reject(new Error('no such program')) }), victim('a')])
  assert.deepEqual(rounds.map(({ victim: name }) => name), ['a', 'a'])
  assert.ok(broken.length > 0 && broken.every(text => text === 'broken cannot be struck: no such program'), broken.join())
})

test('a strike that throws while what it needs is down is no fault; nothing to strike is none either', async () => {
  let down = false
  const api = victim('api', { strike: async () => { down = true; return true } })
  const pod = victim('pod', { needs: 'api', strike: async () => { if (down) throw new Error('refused'); return false } })
  assert.deepEqual((await some([api, pod, victim('none', { strike: () => Promise.resolve(false) }), victim('a')])).broken, [])
})

test('in twice as many rounds as there are victims each is struck', async () => {
  const { rounds } = await some(NAMES.map(name => victim(name)), 16)
  assert.equal(rounds.length, 16)
  assert.deepEqual([...new Set(rounds.map(({ victim: name }) => name))].toSorted(), NAMES)
})

test('whoever was spared when the rounds are over is waited for, and nobody else is struck meanwhile', async () => {
  const started = performance.now()
  const late = victim('late', { strike: async () => performance.now() - started > 500 })
  const { rounds } = await faultRounds({ rounds: 3, seconds: 10, seed: 7 }, [victim('a'), late], { wait: fast })
  assert.deepEqual(rounds.map(({ victim: name }) => name), ['a', 'a', 'a', 'late'])
})

test('on a slow machine the rounds go on when their time is over, but not for ever', async () => {
  const play = (seconds: number) => faultRounds({ rounds: 5, seconds, seed: 7 }, [victim('a')], { wait: seconds => pause(Math.max(0.05, seconds / 100)) })
  assert.equal((await play(0.5)).rounds.length, 5)
  assert.ok((await play(0.02)).rounds.length < 5)
})

test('who cannot be struck at all is not waited for without end', async () => {
  const never = victim('never', { strike: () => Promise.resolve(false) })
  const { rounds } = await faultRounds({ rounds: 1000, seconds: 0.2, seed: 7 }, [never], { wait: fast })
  assert.deepEqual(rounds, [])
})

test('where nothing has come to its end, faults go on until something has', async () => {
  let strikes = 0
  const counted = victim('a', { strike: async () => { strikes += 1; return true } })
  const isIdle = async (): Promise<boolean> => {
    if (strikes === 4) throw new Error('the API server is down')
    return strikes < 6
  }
  const { rounds } = await faultRounds({ rounds: 3, seconds: 30, seed: 7 }, [counted], { wait: fast, isIdle })
  assert.equal(rounds.length, 6)
})

test('where nothing ever comes to its end, they do not go on for ever', async () => {
  const { rounds } = await faultRounds({ rounds: 1, seconds: 0.3, seed: 7 }, [victim('a')], { wait: fast, isIdle: async () => true })
  assert.ok(rounds.length > 1)
})

test('who is at work when the rounds are over is asked once', async () => {
  assert.equal((await faultRounds({ rounds: 3, seconds: 3, seed: 7 }, [victim('a')], { wait: fast, isIdle: async () => false })).rounds.length, 3)
})
