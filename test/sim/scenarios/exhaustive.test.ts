import assert from 'node:assert/strict'
import test from 'node:test'
import { allBlows, FROZEN, playWith } from './exhaustive.ts'
import { SCENARIOS } from './scenarios.ts'

const JOBS = 'batch/v1/jobs'
const frozen = (of: Parameters<typeof allBlows>[0]): readonly string[] => allBlows(of, 0).flatMap(blow => blow.kind === 'freeze' ? [`${blow.write} ${blow.resource}`] : [])

test('a cache is frozen where something of its resource changes meanwhile, or has just changed', () => {
  const changes = [{ resource: JOBS, at: 100_000 }]
  assert.deepEqual(frozen({ writtenAt: [0, 99_999, 100_900], calls: 0, changes }), ['1 *', `1 ${JOBS}`, '2 *', `2 ${JOBS}`, '3 *', `3 ${JOBS}`])
  assert.deepEqual(frozen({ writtenAt: [101_001, 500_000], calls: 0, changes }), [])
})

test('each write and each call is struck', () => {
  const kinds = allBlows({ writtenAt: [1, 2], calls: 1, changes: [] }, 3).map(({ kind }) => kind)
  assert.deepEqual(kinds, ['crash', 'crash', 'upgrade', 'upgrade', 'upgrade', 'drop', 'repeat', 'delay', 'late'])
})

test('a blow for which the story has no moment is told', async () => {
  const scenario = SCENARIOS.find(({ name }) => name === 'a policy is mended') ?? assert.fail()
  for (const blow of [{ kind: 'crash', write: 9999 }, { kind: 'late', call: 9999 }, { kind: 'upgrade', write: 9999 }] as const) {
    assert.equal((await playWith(scenario, blow)).finding?.invariant, 'blow', blow.kind)
  }
})

test('what is left out changes nothing indeed', async () => {
  const scenario = SCENARIOS.find(({ name }) => name === 'a policy is mended') ?? assert.fail()
  const clean = await playWith(scenario)
  const struck = new Set(frozen(clean))
  const left = clean.writtenAt.flatMap((_, index) => FROZEN.map(resource => ({ kind: 'freeze', write: index + 1, resource }) as const)).filter(({ write, resource }) => !struck.has(`${write} ${resource}`))
  assert.ok(left.length > 10, String(left.length))
  for (const blow of left) assert.deepEqual(await playWith(scenario, blow), clean, JSON.stringify(blow))
})
