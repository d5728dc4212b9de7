import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { placedFaults } from './faults.ts'
import { allBlows, playWith, type Ending } from './scenarios/exhaustive.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'
import { playSeed } from './seed.ts'
import { createWorld } from './world.ts'

test('a seed is played twice in the same way, event by event', async () => {
  const play = async (): Promise<readonly string[]> => {
    const lines: string[] = []
    await playSeed(3, { minutes: 8, trace: line => lines.push(line) })
    return lines
  }
  const first = await play()
  assert.ok(first.length > 50, `${first.length} lines`)
  assert.deepEqual(await play(), first)
})

test('in the shortest life there is time for an outage, which lasts longer than most', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const world = createWorld({ seed, start: 0, faults: placedFaults(new Set(['outage'])), replayPart: 0, panicked: assert.fail })
    await world.engine.run(2 * 60_000)
    assert.ok(world.downUntil() > 60 * 60_000, `seed ${seed}: ${world.downUntil()}`)
  }
})

/** All blows to all stories are struck by `npm run sim -- --exhaustive`; here a crash after each write of some. */
suite('a crash after any write changes nothing about how a story ends', () => {
  for (const scenario of SCENARIOS.filter(({ name }) => /^(external: backup and|snapshot: a backup|a policy|a run|restores)/.test(name))) {
    test(scenario.name, async () => {
      const clean = await playWith(scenario)
      assert.ok(clean.writtenAt.length > 4, `${clean.writtenAt.length} writes`)
      const crashes = allBlows(clean, 0).filter(({ kind }) => kind === 'crash')
      for (const blow of crashes) check(scenario, clean, await playWith(scenario, blow))
    })
  }
})

function check(scenario: Scenario, clean: Ending, struck: Ending): void {
  if (scenario.judge) assert.equal(scenario.judge(struck.last), undefined)
  else assert.deepEqual(struck.last, clean.last)
  assert.equal(struck.finding, undefined)
}
