import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { noFaults } from '../sim/faults.ts'
import { snapshotClassOf } from '../sim/scenarios/objects.ts'
import type { Scenario } from '../sim/scenarios/scenario.ts'
import { playInSimulator, type Setting, type Trace } from '../sim/scenarios/stage.ts'
import { createWorld } from '../sim/world.ts'
import { applyObjects, kubectl } from './kit/kubectl.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { s3Destination } from './kit/store.ts'
import { playOnNode } from './traces/node-stage.ts'
import { EVERYDAY, LEFT_OUT, RARE, SELECTED, STALE } from './traces/told.ts'

/** HOLDFAST_TRACES: `everyday` for all strategies of every story, `all` for those too that lead to one decision each, else part of a name. @default a selection */
const wanted = process.env.HOLDFAST_TRACES ?? ''
const stories = { '': SELECTED, everyday: EVERYDAY, all: [...EVERYDAY, ...RARE] }[wanted] ?? [...EVERYDAY, ...RARE].filter(({ name }) => name.includes(wanted))

/** The simulator is worth as much as it is like the real thing: the same stories leave the same traces in both. */
suite('traces', { concurrency: 5 }, () => {
  for (const scenario of stories) {
    test(`${scenario.name}: the simulator and the node leave the same trace`, { timeout: 900_000 }, async t => {
      const box = await sandbox(t, 'trace')
      const setting: Setting = { namespace: box.namespace, destination: await s3Destination(box), snapshotClass: await classOf(t, box) }
      const simulated = await simulate(scenario, setting)
      const real = await playOnNode({ box, scenario, setting, expected: simulated })
      assert.deepEqual(real, simulated)
      assert.ok(real.scenes.length > 0 && real.scenes.every(({ lines }) => lines.length > 1), 'something was compared')
    })
  }

  test(`${LEFT_OUT.length} stories are told in the simulator only, each for a reason`, t => {
    for (const [why, left] of Map.groupBy(LEFT_OUT, ({ why }) => why)) t.diagnostic(`${why} (${left.length}): ${left.map(({ name }) => name).join('; ')}`)
    assert.deepEqual([...LEFT_OUT.filter(({ why }) => why.length < 20), ...STALE], [])
  })
})

/** A class of snapshots for this story alone, gone with its twin when the story is. */
async function classOf(t: TestContext, { namespace }: Sandbox): Promise<string> {
  await applyObjects([snapshotClassOf(namespace)])
  t.after(async () => void await kubectl(['delete', 'volumesnapshotclass', namespace, `holdfast-retain-${namespace}`, '--ignore-not-found']))
  return namespace
}

async function simulate(scenario: Scenario, setting: Setting): Promise<Trace> {
  const world = createWorld({
    seed: 1, start: Date.parse('2026-11-21T09:00:30Z'), faults: noFaults, replayPart: 0, panicked: message => { throw new Error(message) },
  })
  return await playInSimulator(world, scenario, setting)
}
