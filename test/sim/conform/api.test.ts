import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { unavailable } from '../../metacontroller/api-server.ts'
import { createApiServer } from '../api/server.ts'
import { random } from '../random.ts'
import { drawn } from './chance.ts'
import { simulated } from './endpoints.ts'
import { startGenuine, type Genuine } from './genuine.ts'
import { digests, recorded } from './record.ts'
import type { Scenario } from './scenario.ts'
import { SCENARIOS } from './scenarios.ts'
import { play, type Line } from './trace.ts'

const DRAWN = Array.from({ length: 150 }, (_, seed) => drawn(seed))
const NEW_RECORD = 'the record of the real server is not of these scenarios; renew it with `node test/sim/conform/main.ts`'

describe('the simulated API server answers as a real one did', () => {
  const { kubernetes, scenarios } = recorded()
  for (const [index, scenario] of SCENARIOS.entries()) {
    it(`${scenario.name} (recorded from ${kubernetes})`, async () => {
      const lines = await simulate(scenario, index)
      assert.deepEqual(digests(lines), scenarios[scenario.name], `differs, or ${NEW_RECORD}`)
    })
  }
})

describe('the simulated API server answers as the real one', { skip: unavailable('comparing API servers') }, () => {
  let genuine: Genuine

  before(async () => { genuine = await startGenuine() })
  after(async () => { await genuine.stop() })

  for (const [index, scenario] of SCENARIOS.entries()) {
    it(scenario.name, async () => {
      const truth = await play(genuine.endpoint, scenario, `scenario-${index}`)
      assert.deepEqual(await simulate(scenario, index), truth)
      assert.deepEqual(recorded().scenarios[scenario.name], digests(truth), NEW_RECORD)
    })
  }
  it('whatever is asked at random', async () => {
    // Side by side: most of the time is spent waiting for watches to end.
    await Promise.all(DRAWN.map(async (scenario, index) => {
      const namespace = `drawn-${index}`
      assert.deepEqual(await simulate(scenario, index, namespace), await play(genuine.endpoint, scenario, namespace), scenario.name)
    }))
  })
})

function simulate(scenario: Scenario, index: number, namespace = `scenario-${index}`): Promise<readonly Line[]> {
  return play(simulated(createApiServer({ now: () => Date.parse('2026-01-01T00:00:00Z'), random: random(index) })), scenario, namespace)
}
