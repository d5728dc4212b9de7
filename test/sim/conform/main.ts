import { startGenuine } from './genuine.ts'
import { digests, record } from './record.ts'
import { SCENARIOS } from './scenarios.ts'
import { play } from './trace.ts'

/** Records what a real API server answers: `node test/sim/conform/main.ts`, where its binaries are (HOLDFAST_BIN). */
const genuine = await startGenuine()
try {
  const scenarios: Record<string, Readonly<Record<string, string>>> = {}
  for (const [index, scenario] of SCENARIOS.entries()) scenarios[scenario.name] = digests(await play(genuine.endpoint, scenario, `scenario-${index}`))
  record({ kubernetes: genuine.version, scenarios })
} finally {
  await genuine.stop()
}
