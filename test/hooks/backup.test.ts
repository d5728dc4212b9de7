import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isTerminal } from '../../lib/phases.ts'
import type { BackupSpec, Result } from '../../schemas/generated/types.ts'
import { checkTurn } from './backup/invariants.ts'
import { World } from './backup/world.ts'

const volumes = ['a', 'b', 'c']
const specs: readonly BackupSpec[] = [
  { strategy: 'external', volumes, repositoryRef: { name: 'store' }, mover: { parallelism: 2 } },
  { strategy: 'snapshot', volumes },
  { strategy: 'tar', volumes, repositoryRef: { name: 'store' }, deletionPolicy: 'Delete' },
]

type Action =
  | { readonly do: 'sync'; readonly staleChildren: boolean; readonly staleParent: boolean; readonly loseStatus: boolean }
  | { readonly do: 'ready' | 'lost' | 'vanish' | 'good' | 'partial' | 'failed'; readonly at: number }
  | { readonly do: 'bind' | 'readyToUse' | 'dropSnapshot' | 'dropContent'; readonly at: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'repository'; readonly phase: string | undefined }
  | { readonly do: 'cancel' | 'delete' | 'kubectlDelete' | 'statusGone' }

const at = fc.nat(5)
const rarely = fc.integer({ min: 0, max: 9 }).map((number) => number === 0)
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('sync' as const), staleChildren: rarely, staleParent: rarely, loseStatus: rarely }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('ready' as const, 'lost' as const, 'vanish' as const, 'good' as const, 'good' as const, 'partial' as const, 'failed' as const), at }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('bind' as const, 'readyToUse' as const, 'readyToUse' as const, 'dropSnapshot' as const, 'dropContent' as const), at }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 10, 61, 700, 90_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repository' as const), phase: fc.constantFrom('Ready', 'Failed', undefined) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'delete' as const, 'kubectlDelete' as const, 'statusGone' as const) }) },
)

for (const spec of specs) {
  test(`${spec.strategy}: whatever happens, every answer keeps the rules`, async () => {
    await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const world = new World(spec)
      for (const next of actions) {
        if (world.recordGone) return
        await perform(world, next)
      }
    }), { numRuns: 100 })
  })

  test(`${spec.strategy}: the same evidence gives the same status, a second later too`, async () => {
    await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      const world = new World(spec)
      for (const next of actions) if (!world.recordGone) await perform(world, next)
      if (world.recordGone) return
      await settle(world)
      const before = structuredClone(world.status)
      world.seconds += 1
      const { seen } = await world.turn()
      if ((seen.resync ?? 2) > 1 && !world.finalizing) assert.deepEqual(seen.status, before)
    }), { numRuns: 100 })
  })
}

test('left alone with a working cluster, every run ends well', async () => {
  for (const spec of specs) {
    const world = new World(spec)
    for (let round = 0; round < 20; round += 1) {
      checkTurn(await world.turn(), world)
      world.seconds += 10
      for (const name of world.jobs.keys()) world.endJob(name, 'complete', good)
      for (const name of world.snapshots.keys()) world.bind(name, true)
    }
    assert.equal(world.status?.phase, 'Completed', spec.strategy)
  }
})

test('a deletion that everything works for ends with the record', async () => {
  for (const spec of specs) {
    const world = new World(spec)
    for (let round = 0; round < 30 && !world.recordGone; round += 1) {
      checkTurn(await world.turn(), world)
      world.seconds += 10
      for (const name of world.jobs.keys()) world.endJob(name, 'complete', good)
      for (const name of world.snapshots.keys()) world.bind(name, true)
      if (isTerminal(world.status?.phase)) world.annotations = asked
    }
    assert.equal(world.recordGone, true, spec.strategy)
    assert.equal(world.contents.size, 0)
  }
})

const good: Partial<Result> = { handle: 'h', bytes: 1, files: 1, errors: 0 }
const asked = { 'holdfast.dev/delete-requested': '{"requestedBy":"alice","reason":"old"}' }

async function perform(world: World, next: Action): Promise<void> {
  const job = 'at' in next ? [...world.jobs.keys()][next.at] ?? '' : ''
  const snapshot = 'at' in next ? [...world.snapshots.keys()][next.at] ?? '' : ''
  switch (next.do) {
    case 'sync': return checkTurn(await world.turn(next), world)
    case 'ready': return world.endJob(job, 'ready')
    case 'good': return world.endJob(job, 'complete', good)
    case 'partial': return world.endJob(job, 'complete', { ...good, errors: 1 })
    case 'lost': return world.endJob(job, 'complete')
    case 'failed': return world.endJob(job, 'failed', { ok: false, reason: 'WrongKey', message: 'no key fits' })
    case 'bind': return world.bind(snapshot, false)
    case 'readyToUse': return world.bind(snapshot, true)
    case 'vanish': return void world.jobs.delete(job)
    case 'dropSnapshot': return void world.snapshots.delete(snapshot)
    case 'dropContent': return void world.contents.delete([...world.contents.keys()][next.at] ?? '')
    default: return change(world, next)
  }
}

function change(world: World, next: Action): void {
  if (next.do === 'wait') world.seconds += next.seconds
  if (next.do === 'repository') world.repositoryPhase = next.phase
  if (next.do === 'cancel') world.annotations = { ...world.annotations, 'holdfast.dev/cancel-requested': 'stop' }
  if (next.do === 'delete') world.annotations = { ...world.annotations, ...asked }
  if (next.do === 'kubectlDelete') world.finalizing = true
  if (next.do === 'statusGone' && world.status?.phase !== 'Deleting') world.status = undefined
}

/** Until an answer changes nothing more, or the record is gone. */
async function settle(world: World): Promise<void> {
  for (let round = 0; round < 6 && !world.recordGone; round += 1) await world.turn()
}
