import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULTS, type Fault, type Faults } from '../faults.ts'
import type { Engine } from '../engine.ts'
import { noFaults } from '../faults.ts'
import { JOBS, PODS, type Job, type Pod } from './objects.ts'
import { NAMESPACE, rig, type Rig } from './rig.ts'

const PODS_FAULTS: readonly Fault[] = FAULTS.slice(FAULTS.indexOf('podEvicted'), FAULTS.indexOf('jobControllerSlow') + 1)
const STORE_FAULTS: readonly Fault[] = ['storeError', 'storeErrorAfterWrite', 'storeSlowList', 'credentialsLost']

function often(kinds: readonly Fault[], rate: number): (engine: Engine) => Faults {
  return engine => {
    const faults = noFaults(engine.random)
    const random = engine.random.fork('test faults')
    const counts = new Map<Fault, number>()
    return {
      rates: new Map(kinds.map(kind => [kind, rate])), counts, heal: faults.heal, get healed() { return faults.healed },
      strikes(fault) {
        if (faults.healed || !kinds.includes(fault) || !random.chance(rate)) return false
        counts.set(fault, (counts.get(fault) ?? 0) + 1)
        return true
      },
    }
  }
}

async function play(seed: number, rate: number): Promise<Rig> {
  const world = rig({ seed, faults: often([...PODS_FAULTS, ...STORE_FAULTS], rate) })
  await world.claim('data', 'shop/data#1')
  for (let run = 1; run <= 6; run++) {
    world.job(`job-${run}`, { mover: { timeoutSeconds: 7200 } as never }, { strategy: run % 2 === 0 ? 'tar' : 'external', backup: `nightly-${run}` })
    await world.wait(30)
  }
  return world
}

const conditionOf = ({ status }: Job): string | undefined => status?.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed')?.type

for (const rate of [0.1, 0.5]) {
  test(`with every fault of pods and stores at ${rate}: after healing every Job ends, no pod is left over, points are whole, and some got through`, async () => {
    const struck = new Set<Fault>()
    let complete = 0
    for (let seed = 1; seed <= 20; seed++) {
      const world = await play(seed, rate)
      world.faults.heal()
      await world.wait(600)
      const jobs = world.api.all<Job>(JOBS, NAMESPACE)
      assert.deepEqual(jobs.filter(job => conditionOf(job) === undefined).map(({ metadata }) => `${seed} ${metadata.name}`), [])
      assert.deepEqual(world.api.all<Pod>(PODS, NAMESPACE).filter(({ status }) => status?.phase === 'Pending' || status?.phase === 'Running').map(({ metadata }) => metadata.name), [])
      complete += jobs.filter(job => conditionOf(job) === 'Complete').length
      for (const job of jobs) if (conditionOf(job) === 'Complete') assert.ok(world.stores.points().some(({ backup, committed, content }) => committed && content === 'shop/data#1' && backup === `nightly-${job.metadata.name.slice(4)}`))
      for (const fault of world.faults.counts.keys()) struck.add(fault)
      const before = world.api.journal.length
      await world.wait(60)
      assert.equal(world.api.journal.slice(before).filter(({ resource }) => resource !== 'v1/events').length, 0)
    }
    assert.deepEqual([...PODS_FAULTS, ...STORE_FAULTS].filter(fault => !struck.has(fault)), [])
    assert.ok(complete > 5, `${complete} of 120`)
  })
}

test('the same seed is the same history', async () => {
  const [one, other] = [await play(7, 0.1), await play(7, 0.1)]
  assert.equal(one.api.journal.length, other.api.journal.length)
  const told = (world: Rig): readonly string[] => world.api.journal.map(({ type, resource, after, at }) => `${at} ${type} ${resource} ${after.metadata.name} ${after.metadata.uid}`)
  assert.ok(told(one).length > 50)
  assert.deepEqual(told(one), told(other))
})
