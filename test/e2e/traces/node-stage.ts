import type { KubeObject } from '../../../schemas/generated/types.ts'
import { OBSERVED, observe } from '../../sim/scenarios/observe.ts'
import { claimOf, repositoryOf } from '../../sim/scenarios/objects.ts'
import type { Scenario, Seen, Step } from '../../sim/scenarios/scenario.ts'
import type { Setting, Trace } from '../../sim/scenarios/stage.ts'
import { listObjects } from '../kit/api.ts'
import { until } from '../kit/kubectl.ts'
import type { Sandbox } from '../kit/sandbox.ts'

const SETTLE_MS = 6000

/** Plays a scenario on the real node, in a namespace of its own. */
export async function playOnNode(box: Sandbox, scenario: Scenario, setting: Setting): Promise<Trace> {
  if (scenario.repository) {
    await box.apply(repositoryOf(setting.destination))
    await until('the repository to be ready', async () => (await box.get<Seen>('backuprepository', 'main'))?.status?.phase === 'Ready' || undefined, 120)
  }
  const scenes: { after: string; lines: readonly string[] }[] = []
  for (const step of scenario.steps) {
    const after = await take(box, step)
    if (after === undefined) continue
    await pause(SETTLE_MS)
    scenes.push({ after, lines: await observeNode(box) })
  }
  return { scenes }
}

async function take(box: Sandbox, step: Step): Promise<string | undefined> {
  switch (step.step) {
    case 'apply': return void await box.apply(step.object)
    case 'patch': return void await box.kubectl('patch', step.at.kind, step.at.name, '--type=merge', '-p', JSON.stringify(step.patch))
    case 'delete': return void await box.kubectl('delete', step.at.kind, step.at.name, '--wait=false', `--cascade=${(step.propagation ?? 'Background').toLowerCase()}`)
    case 'write': return void await write(box, step.claim)
    case 'wait': return void await pause(1000 * step.seconds)
    case 'until':
      await until(step.what, async () => step.holds(await box.get<Seen>(step.at.kind.toLowerCase(), step.at.name)) || undefined, step.seconds ?? 300)
      return step.what
  }
}

async function write(box: Sandbox, claim: string): Promise<void> {
  if (await box.get('pvc', claim) === undefined) await box.apply(claimOf(claim))
  await box.run(`date +%s%N > /volumes/${claim}/file`, claim)
}

async function observeNode(box: Sandbox): Promise<readonly string[]> {
  const lists = await Promise.all(OBSERVED.map(async kind => {
    const cut = kind.lastIndexOf('/')
    const [apiVersion, name] = [kind.slice(0, cut), kind.slice(cut + 1)]
    const objects = await listObjects<KubeObject>(plural(name))
    return objects.map(object => ({ ...object, apiVersion, kind: name }))
  }))
  return observe(box.namespace, lists.flat())
}

function plural(kind: string): string {
  const lower = kind.toLowerCase()
  return lower.endsWith('s') ? `${lower}es` : lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
