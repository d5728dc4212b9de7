import fc from 'fast-check'
import type { Registered } from '../../../hooks/registry-map.ts'
import { armed, attacks, type Attack } from './attack.ts'
import type { Mutation } from './mutation.ts'
import { baselineOf, faultsOf, type Baseline } from './oracle.ts'
import type { Scene } from './scene.ts'
import { target, type Target } from './target.ts'

export interface StormOptions {
  readonly runs: number
  readonly seed: number
  /** In place of the shipped hooks. */
  readonly hooks?: ReadonlyMap<string, Registered>
  /** What every attack does, and nothing else: for a bug that is known to be there. */
  readonly aim?: Pick<Mutation, 'op' | 'zone'>
}

/** What a storm was like; `failure` says what was sent and what was wrong with the answer. */
export interface Storm {
  readonly failure: string | undefined
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>
  /** Every log line. */
  readonly lines: readonly string[]
  readonly metrics: string
  /** Scenes whose answer is not what it was before. */
  readonly changed: readonly string[]
}

/** Sends hostile requests one after another and asks the oracle about each answer; then every good request once more. */
export async function storm(scenes: readonly Scene[], { runs, seed, hooks, aim }: StormOptions): Promise<Storm> {
  await using server = await target(scenes, hooks && { hooks })
  const baselines = await baselinesOf(server, scenes)
  const statuses = new Map<number, number>()
  const property = fc.asyncProperty(aim === undefined ? attacks : attacks.map(attack => aimed(attack, aim)), async (attack) => {
    const { scene, bytes, headers, said } = armed(attack, scenes)
    const reply = await server.ask(scene.path, bytes, { headers, atRest: attack.atRest })
    statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1)
    const faults = faultsOf(baselines.get(scene) as Baseline, bytes.toString('utf8'), reply)
    if (faults.length > 0) throw new Error(`${said.slice(0, 2000)}\n  ${reply.status}: ${faults.join('\n  ')}`)
  })
  const result = await fc.check(property, { numRuns: runs, seed, endOnFailure: hooks !== undefined })
  const again = await baselinesOf(server, scenes)
  const changed = scenes.filter(scene => again.get(scene)?.reply.text !== baselines.get(scene)?.reply.text).map(({ name }) => name)
  const metrics = await (await fetch(`${server.running.url}/metrics`)).text()
  return { failure: result.failed ? `${String(result.errorInstance)} (${JSON.stringify(result.counterexample)})` : undefined, statuses, lines: server.lines, metrics, changed }
}

function aimed(attack: Attack, aim: Pick<Mutation, 'op' | 'zone'>): Attack {
  const { at, pick } = attack.mutations[0] ?? { at: attack.cut, pick: attack.scene }
  return { ...attack, mutations: [{ ...aim, at, pick }], wire: 'plain', headers: 0, atRest: true }
}

/** The good answers of all scenes. */
export async function baselinesOf(server: Target, scenes: readonly Scene[]): Promise<ReadonlyMap<Scene, Baseline>> {
  const found = new Map<Scene, Baseline>()
  for (const scene of scenes) found.set(scene, baselineOf(scene, await server.ask(scene.path, JSON.stringify(scene.body))))
  return found
}
