import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storeOf } from '../../../hooks/jobs/store.ts'
import { readResult } from '../../../hooks/jobs/result.ts'
import type { Result, Task } from '../../../schemas/generated/types.ts'
import { NAMESPACE, placed, REPOSITORY } from '../cluster/rig.ts'
import { createEngine } from '../engine.ts'
import type { Fault } from '../faults.ts'
import { createDisks, type Disks } from './disks.ts'
import { startMover, type MoverEnd } from './mover.ts'
import { createStores, locationOf, type Stores } from './stores.ts'

const STRATEGIES = ['tar', 'external', 'custom'] as const

/** Volumes, repositories and movers, without a cluster. */
class Bench {
  readonly disks: Disks = createDisks()
  readonly stores: Stores = createStores()
  readonly faults
  readonly engine
  readonly left: Partial<Record<Fault, number>>

  constructor(seed = 1, left: Partial<Record<Fault, number>> = {}) {
    this.left = left
    this.engine = createEngine(seed, Date.parse('2026-11-21T02:00:00Z'))
    this.faults = placed(this.engine, this.left)
    this.disks.create('data', 'shop/data#1')
    this.disks.create('new', '')
  }

  /** Runs a mover to its end; `killAt`: to the middle of its nth pause only. */
  async run(task: Partial<Task>, { killAt, command = false, password = true, disk = 'data' }: { killAt?: number; command?: boolean; password?: boolean; disk?: string } = {}): Promise<MoverEnd | undefined> {
    const { engine, disks, stores, faults } = this
    const whole: Task = { operation: 'backup', strategy: 'tar', namespace: NAMESPACE, backup: 'nightly-1', run: 'run-1', volume: 'data', path: '/volumes/data', store: storeOf(REPOSITORY, NAMESPACE), ...task }
    const store = stores.at(locationOf(whole.store))
    let end: MoverEnd | undefined
    const mover = startMover({ task: whole, store, disks, disk, password, command, unreadable: 0, engine, random: engine.random.fork(`run ${engine.steps}`), faults }, {
      ended: ended => { end = ended },
      paused: (pause, milliseconds) => { if (pause === killAt) engine.after(milliseconds / 2, () => mover.kill()) },
    })
    await engine.run(engine.now() + 7_200_000)
    return end
  }

  async result(task: Partial<Task>, how: Parameters<Bench['run']>[1] = {}): Promise<Result | undefined> {
    return readResult((await this.run(task, how))?.message)
  }
}

for (const strategy of STRATEGIES) {
  test(`${strategy}: a backup and a restore give equal content`, async () => {
    const bench = new Bench()
    const made = await bench.result({ strategy })
    bench.disks.write('data', 'shop/data#2')
    const restored = await bench.result({ strategy, operation: 'restore', handle: made?.handle }, { disk: 'new', command: strategy === 'custom' })
    assert.deepEqual([made?.ok, restored?.ok, bench.disks.read('new')], [true, true, 'shop/data#1'])
  })

  test(`${strategy}: a second mover of the same run finds the point and tells the same`, async () => {
    const bench = new Bench()
    const first = await bench.result({ strategy })
    bench.disks.write('data', 'shop/data#2')
    assert.deepEqual(await bench.result({ strategy }), first)
    assert.equal(bench.stores.points().length, 1)
  })

  test(`${strategy}: killed anywhere, and run again, there is one point at the end, and never half a one`, async () => {
    for (let seed = 1; seed <= 5; seed++) {
      for (let killAt = 0; killAt < 4; killAt++) {
        const bench = new Bench(seed)
        assert.equal(await bench.run({ strategy }, { killAt }), undefined)
        assert.equal(bench.stores.points().filter(({ committed }) => committed).length, killAt === 3 ? 1 : 0)
        assert.equal((await bench.result({ strategy }))?.ok, true)
        const points = bench.stores.points()
        assert.equal(points.filter(({ committed }) => committed).length, 1)
        // Restic's first snapshot stays beside, and a deletion takes both.
        assert.equal(points.length, strategy === 'external' && killAt === 2 ? 2 : 1)
        assert.equal((await bench.result({ strategy, operation: 'delete', points: [{ volume: 'data', handle: points[0]?.handle }] }))?.ok, true)
        assert.deepEqual(bench.stores.points(), [])
      }
    }
  })

  test(`${strategy}: an error after the write fails the mover, and the next one finds the point`, async () => {
    const bench = new Bench(1, { storeErrorAfterWrite: 1 })
    const end = await bench.run({ strategy })
    assert.deepEqual([end?.exitCode, readResult(end?.message)?.reason, bench.stores.points()[0]?.committed], [75, 'StoreUnreachable', true])
    assert.equal((await bench.result({ strategy }))?.handle, bench.stores.points()[0]?.handle)
  })

  test(`${strategy}: an earlier Backup of the same name keeps its point, in backup and deletion`, async () => {
    const bench = new Bench()
    await bench.run({ strategy })
    const again = await bench.run({ strategy, run: 'run-2' })
    assert.deepEqual([again?.exitCode, readResult(again?.message)?.reason], [2, 'TargetExists'])
    await bench.run({ strategy, operation: 'delete', run: 'run-2', points: [{ volume: 'data' }] })
    assert.equal(bench.stores.points()[0]?.committed, true)
  })

  test(`${strategy}: a deletion that is killed is finished by the next; one of what is gone is no error`, async () => {
    for (let killAt = 0; killAt < 4; killAt++) {
      const bench = new Bench()
      const { handle } = await bench.result({ strategy }) ?? {}
      const task: Partial<Task> = { strategy, operation: 'delete', points: [{ volume: 'data', handle }] }
      await bench.run(task, { killAt })
      const deleted = await bench.result(task)
      assert.deepEqual([deleted?.ok, deleted?.deleted, bench.stores.points()], [true, ['data'], []])
    }
  })

  test(`${strategy}: the workload writes meanwhile; the point holds one of the generations that there were`, async () => {
    const seen = new Set<string | undefined>()
    for (let seed = 1; seed <= 20; seed++) {
      const bench = new Bench(seed)
      bench.engine.after(4000, () => bench.disks.write('data', 'shop/data#2'))
      await bench.run({ strategy })
      seen.add(bench.stores.points()[0]?.content)
    }
    assert.deepEqual([...seen].sort(), ['shop/data#1', 'shop/data#2'])
  })
}

test('a restore that is killed leaves part of it, which the next attempt replaces, unless a command wrote it', async () => {
  for (const command of [false, true]) {
    const bench = new Bench()
    const strategy = command ? 'custom' : 'tar'
    const { handle } = await bench.result({ strategy }) ?? {}
    await bench.run({ strategy, operation: 'restore', handle }, { killAt: command ? 2 : 1, disk: 'new', command })
    assert.equal(bench.disks.read('new'), 'shop/data#1~part')
    const again = await bench.result({ strategy, operation: 'restore', handle }, { disk: 'new', command })
    assert.deepEqual([again?.ok, again?.reason, bench.disks.read('new')], command ? [false, 'ConsumerFailed', 'shop/data#1~part'] : [true, undefined, 'shop/data#1'])
  }
})

test('a restore that was done but could not say so is found done', async () => {
  const bench = new Bench()
  const { handle } = await bench.result({}) ?? {}
  assert.equal(await bench.run({ operation: 'restore', handle }, { killAt: 2, disk: 'new' }), undefined)
  assert.equal((await bench.result({ operation: 'restore', handle }, { disk: 'new' }))?.ok, true)
  assert.equal((await bench.result({ operation: 'restore', handle }, { disk: 'data' }))?.ok, true)
  bench.disks.write('data', 'shop/data#9')
  assert.equal((await bench.result({ operation: 'restore', handle }, { disk: 'data' }))?.reason, 'TargetExists')
})

const refusals: readonly [string, Partial<Task>, { left?: Partial<Record<Fault, number>>; password?: boolean; content?: string }, [number, string | undefined]][] = [
  ['an empty volume', {}, { content: '' }, [2, 'EmptyVolume']],
  ['an empty volume that may be', { allowEmpty: true }, { content: '' }, [0, undefined]],
  ['a command that wrote nothing', { strategy: 'custom' }, { content: '' }, [2, 'EmptyVolume']],
  ['credentials that are refused', {}, { left: { credentialsLost: 1 } }, [2, 'AccessDenied']],
  ['a store that does not answer', {}, { left: { storeError: 1 } }, [75, 'StoreUnreachable']],
  ['no password for restic', { strategy: 'external' }, { password: false }, [2, 'SecretKeyMissing']],
  ['a restic repository that was here', { strategy: 'external', resticId: 'former' }, {}, [2, 'RepositoryMissing']],
  ['a check without a password', { operation: 'check', strategy: 'external', restic: true }, { password: false }, [0, undefined]],
  ['a check where another repository was', { operation: 'check', strategy: 'external', restic: true, resticId: 'former' }, {}, [2, 'RepositoryMissing']],
  ['a point that never was', { operation: 'restore', handle: 'archive/data/none' }, {}, [2, 'PointNotFound']],
  ['a snapshot where no repository is', { operation: 'restore', strategy: 'external', handle: 'none' }, {}, [2, 'RepositoryMissing']],
  ['nothing to prune', { operation: 'prune' }, {}, [0, undefined]],
]

for (const [what, task, { left = {}, password = true, content }, expected] of refusals) {
  test(`${what} → ${expected[1] ?? 'done'}`, async () => {
    const bench = new Bench(1, left)
    if (content !== undefined) bench.disks.write('data', content)
    const end = await bench.run(task, { password })
    assert.deepEqual([end?.exitCode, readResult(end?.message)?.reason], expected)
  })
}

test('credentials come back after a while, and at once when all is healed', async () => {
  const bench = new Bench(1, { credentialsLost: 1 })
  await bench.run({})
  bench.faults.heal()
  assert.equal((await bench.run({}))?.exitCode, 0)
})

test('an emptied store has lost its points and its restic repository, and says so', async () => {
  const bench = new Bench()
  const { resticId } = await bench.result({ operation: 'check', strategy: 'external', restic: true }) ?? {}
  await bench.run({ strategy: 'external' })
  bench.left.storeEmptied = 1
  assert.equal((await bench.result({ operation: 'check', strategy: 'external', restic: true, resticId }))?.reason, 'RepositoryMissing')
  assert.deepEqual([bench.stores.points(), bench.stores.losses.map(({ kind }) => kind)], [[], ['emptied']])
})

test('a damaged point is never restored whole', async () => {
  for (const strategy of STRATEGIES) {
    const bench = new Bench()
    const { handle } = await bench.result({ strategy }) ?? {}
    bench.left.pointDamaged = 1
    for (let attempt = 0; attempt < 2; attempt++) {
      const result = await bench.result({ strategy, operation: 'restore', handle }, { disk: 'new' })
      assert.deepEqual([result?.reason, bench.disks.read('new')], ['PointDamaged', 'shop/data#1~part'])
    }
    assert.deepEqual(bench.stores.losses.map(({ kind, handle: lost }) => [kind, lost]), [['damaged', handle]])
  }
})

test('a list that is old hides a snapshot whose id nobody knows; one whose id is known goes', async () => {
  const bench = new Bench()
  await bench.run({ strategy: 'external' }, { killAt: 2 })
  const { handle } = await bench.result({ strategy: 'external' }) ?? {}
  assert.equal(bench.stores.points().length, 2)
  for (const point of bench.stores.points()) Object.assign(point, { at: bench.engine.now() })
  bench.left.storeSlowList = 1
  await bench.run({ strategy: 'external', operation: 'delete', points: [{ volume: 'data', handle }] })
  assert.deepEqual(bench.stores.points().map(point => [point.committed, point.handle === handle]), [[false, false]])
})

test('prune removes what is eight days old and unfinished, and nothing else', async () => {
  const bench = new Bench()
  await bench.run({ backup: 'cut-off' }, { killAt: 2 })
  await bench.run({ backup: 'whole' })
  await bench.engine.run(bench.engine.now() + 9 * 86_400_000)
  await bench.run({ operation: 'prune' })
  // Age is told by the newest archive, not by the clock.
  assert.equal(bench.stores.points().length, 2)
  await bench.run({ backup: 'newest' })
  await bench.run({ operation: 'prune' })
  assert.deepEqual(bench.stores.points().map(({ backup }) => backup), ['whole', 'newest'])
})

test('movers that fail for reasons of their own end as the shipped one does; words that are none are among them', async () => {
  const seen = new Map<string, number | undefined>()
  for (let seed = 1; seed <= 400; seed++) {
    for (const [task, command] of [[{}, false], [{ strategy: 'external' }, false], [{ strategy: 'custom' }, true]] as const) {
      const bench = new Bench(seed, { moverFailed: 1 })
      const end = await bench.run(task, { command })
      seen.set(readResult(end?.message)?.reason ?? `${end?.exitCode}`, end?.exitCode)
    }
  }
  const expected = { MoverFailed: 75, StoreUnreachable: 75, RepositoryLocked: 75, OutOfMemory: 75, ProducerFailed: 75, StoreFull: 2, BucketNotFound: 2, InvalidTask: 2, WrongKey: 2, RepositoryDamaged: 2, InternalError: 1, '1': 1, '137': 137, '134': 134 }
  for (const [reason, code] of Object.entries(expected)) assert.equal(seen.get(reason), code, reason)
  assert.ok(seen.has('UnreadableFiles'))
})

test('a mover that hangs never ends', async () => {
  assert.equal(await new Bench(1, { moverHangs: 1 }).run({}), undefined)
})
