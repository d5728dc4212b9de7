import assert from 'node:assert/strict'
import test from 'node:test'
import { createApiServer } from '../api/server.ts'
import { startCluster } from '../cluster/cluster.ts'
import { createEngine } from '../engine.ts'
import { drawFaults, FAULTS } from '../faults.ts'
import { createBlame } from '../invariants/blame.ts'
import { RESOURCE } from '../invariants/resources.ts'
import { ACTIONS } from './actions.ts'
import type { UsersParts } from './scene.ts'
import { startUsers } from './users.ts'

/** Two hours of people at a cluster without Holdfast: what they did, each with its time. */
async function people(seed: number, more: Pick<UsersParts, 'without' | 'keen'> = {}) {
  const engine = createEngine(seed, Date.parse('2026-11-21T10:00:00Z'))
  const api = createApiServer({ now: () => engine.now(), random: engine.random.fork('api') })
  const faults = drawFaults(engine.random.fork('faults'))
  const cluster = startCluster({ api, engine, faults })
  const users = startUsers({ api, engine, faults, cluster, blame: createBlame(), random: engine.random.fork('users'), ...more })
  const lines: string[] = []
  api.subscribe(({ actor, type, resource, after, at }) => { if (actor === 'user') lines.push(`${at} ${type} ${resource} ${after.metadata.name}`) })
  await engine.run(engine.now() + 2 * 3_600_000)
  return { api, engine, users, lines, faults }
}

test('the same seed has the same people', async () => {
  assert.deepEqual((await people(7)).lines, (await people(7)).lines)
})

test('a shop has a policy, claims and what they need', async () => {
  const { api } = await people(3, { without: ACTIONS.map(({ name }) => name) })
  assert.ok(api.all(RESOURCE.policies, 'shop').length > 0)
  assert.ok(api.all(RESOURCE.claims, 'shop').every(({ status }) => (status as { phase?: string }).phase === 'Bound'))
})

test('what is left out is not done', async () => {
  for (const seed of [1, 2, 3, 4]) {
    const all = await people(seed)
    const [left] = all.users.done
    const less = await people(seed, { without: [left ?? ''] })
    assert.ok(left !== undefined && !less.users.done.includes(left))
  }
})

test('in the end everybody is calm', async () => {
  const { api, users } = await people(5)
  users.stop()
  users.calm()
  assert.ok(api.all(RESOURCE.policies, 'shop').every(({ spec }) => (spec as { suspend?: boolean }).suspend === true))
})

test('who rests does nothing, and goes on when he is woken', async () => {
  const { users, engine } = await people(4)
  const hours = async (count: number): Promise<number> => {
    const from = users.done.length
    await engine.run(engine.now() + count * 3_600_000)
    return users.done.length - from
  }
  users.rest()
  assert.equal(await hours(49), 0)
  users.wake()
  assert.ok(await hours(2) > 0)
})

test('what people are keen on they do in every seed', async () => {
  const keen = await Promise.all([1, 2, 3, 4, 5, 6].map(async seed => (await people(seed, { keen: ['tryNonsense'] })).users.done.filter(name => name === 'tryNonsense').length))
  assert.ok(keen.every(count => count > 60), keen.join())
})

test('every action has a name of its own, and every fault of theirs is one', () => {
  assert.equal(new Set(ACTIONS.map(({ name }) => name)).size, ACTIONS.length)
  assert.deepEqual(ACTIONS.flatMap(({ fault }) => fault ?? []).filter(fault => !FAULTS.includes(fault)), [])
  for (const fault of ['childDeleted', 'childTorn', 'childEdited', 'childRelabelled', 'statusEdited', 'foreignNamesake', 'parentRecreated', 'parentDeletedForeground', 'claimDeleted', 'snapshotObjectDeleted'] as const) {
    assert.ok(ACTIONS.some(action => action.fault === fault), `nobody does ${fault}`)
  }
})
