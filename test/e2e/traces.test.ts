import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { noFaults } from '../sim/faults.ts'
import type { Scenario } from '../sim/scenarios/scenario.ts'
import { SCENARIOS } from '../sim/scenarios/scenarios.ts'
import { playInSimulator, type Setting, type Trace } from '../sim/scenarios/stage.ts'
import { createWorld } from '../sim/world.ts'
import { sandbox } from './kit/sandbox.ts'
import { s3Destination } from './kit/store.ts'
import { playOnNode } from './traces/node-stage.ts'

/** The simulator is worth as much as it is like the real thing: the same stories leave the same traces in both. */
suite('traces', { concurrency: 3 }, () => {
  for (const scenario of SCENARIOS.filter(({ simulatorOnly }) => simulatorOnly === undefined)) {
    test(`${scenario.name}: the simulator and the node leave the same trace`, { timeout: 900_000 }, async t => {
      const box = await sandbox(t, 'trace')
      const setting: Setting = { namespace: box.namespace, destination: await s3Destination(box) }
      const real = await playOnNode(box, scenario, setting)
      const simulated = await simulate(scenario, setting)
      assert.deepEqual(real, simulated)
      assert.ok(real.scenes.length > 0 && real.scenes.every(({ lines }) => lines.length > 1), 'something was compared')
    })
  }
})

async function simulate(scenario: Scenario, setting: Setting): Promise<Trace> {
  const world = createWorld({
    seed: 1, start: Date.parse('2026-11-21T09:00:30Z'), faults: noFaults, replayPart: 0, panicked: message => { throw new Error(message) },
  })
  return await playInSimulator(world, scenario, setting)
}
