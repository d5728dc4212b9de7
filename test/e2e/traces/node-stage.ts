import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { OBSERVED, observe, comparable } from '../../sim/scenarios/observe.ts'
import { claimOf, placed, repositoryOf } from '../../sim/scenarios/objects.ts'
import type { Scenario, Seen, Step } from '../../sim/scenarios/scenario.ts'
import { CLUSTER_WIDE, type Setting, type Trace } from '../../sim/scenarios/stage.ts'
import { listObjects } from '../kit/api.ts'
import { until } from '../kit/kubectl.ts'
import type { Sandbox } from '../kit/sandbox.ts'

/** How long a node on a busy machine may take until all that follows from a step has been done. */
const SETTLE_MS = 90_000
/** For how long what was expected has to stay. */
const STEADY_MS = 3000
/** Stories give the simulator's patience, whose hours cost nothing. */
const PATIENCE_SECONDS = 420

interface Performance {
  readonly box: Sandbox
  readonly scenario: Scenario
  readonly setting: Setting
  /** What the simulator left: a scene is over as soon as it is like that, and stays so. */
  readonly expected: Trace
}

/** Plays a scenario on the real node, in a namespace of its own. */
export async function playOnNode({ box, scenario, setting, expected }: Performance): Promise<Trace> {
  if (scenario.repository) {
    await box.apply(repositoryOf(setting.destination))
    await until('the repository to be ready', async () => (await box.get<Seen>('backuprepository', 'main'))?.status?.phase === 'Ready' || undefined, 120)
  }
  const scenes: { after: string; lines: readonly string[] }[] = []
  for (const step of scenario.steps) {
    const after = await take({ box, setting }, step)
    if (after === undefined) continue
    scenes.push({ after, lines: await settled(setting, expected.scenes[scenes.length]?.lines ?? []) })
  }
  return { scenes }
}

async function take({ box, setting }: Pick<Performance, 'box' | 'setting'>, step: Step): Promise<string | undefined> {
  switch (step.step) {
    case 'apply': return void await box.apply(placed(step.object, setting))
    case 'patch': return void await box.kubectl('patch', step.at.kind, step.at.name, '--type=merge', '-p', JSON.stringify(step.patch))
    case 'delete': return void await box.kubectl('delete', step.at.kind, step.at.name, '--wait=false', `--cascade=${(step.propagation ?? 'Background').toLowerCase()}`)
    case 'write': return void await write(box, step.claim)
    case 'wait': return void await pause(1000 * step.seconds)
    case 'until':
      await until(step.what, async () => step.holds(await box.get<Seen>(step.at.kind.toLowerCase(), step.at.name)) || undefined, Math.min(step.seconds ?? 300, PATIENCE_SECONDS))
      return step.passing === true ? undefined : step.what
  }
}

async function write(box: Sandbox, claim: string): Promise<void> {
  if (await box.get('pvc', claim) === undefined) await box.apply(claimOf(claim))
  await box.run(`date +%s%N > /volumes/${claim}/file`, claim)
}

/** What is there when it has become what it should be, or at last. */
async function settled(setting: Setting, expected: readonly string[]): Promise<readonly string[]> {
  const end = Date.now() + SETTLE_MS
  for (;;) {
    const first = await observeNode(setting)
    if (!isDeepStrictEqual(first, expected)) {
      if (Date.now() > end) return first
      await pause(1000)
      continue
    }
    await pause(STEADY_MS)
    const second = await observeNode(setting)
    if (isDeepStrictEqual(second, expected) || Date.now() > end) return second
  }
}

async function observeNode(setting: Setting): Promise<readonly string[]> {
  const lists = await Promise.all(OBSERVED.map(async kind => {
    const cut = kind.lastIndexOf('/')
    const [apiVersion, name] = [kind.slice(0, cut), kind.slice(cut + 1)]
    const objects = await listObjects<KubeObject>(plural(name), CLUSTER_WIDE.includes(name) ? undefined : setting.namespace)
    return objects.map(object => ({ ...object, apiVersion, kind: name }))
  }))
  return comparable(observe(setting, lists.flat()))
}

function plural(kind: string): string {
  const lower = kind.toLowerCase()
  return lower.endsWith('s') ? `${lower}es` : lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
