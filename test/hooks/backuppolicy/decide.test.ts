import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Effect } from '../../../hooks/effects/effect.ts'
import type { Backup } from '../../../schemas/generated/types.ts'
import { backup, leaving, policy } from '../../lib/backups.ts'
import { GOLDEN_WORLDS } from './golden-worlds.ts'
import { claim, decideIn, requestOf, type World } from './request.ts'

const morning = '2026-11-21T09:30:00Z'
const seen = { activeSchedule: { key: '0 2 * * *|Etc/UTC|false', since: '2026-11-20T12:00:00Z' } }
const made = (effects: readonly Effect[]) => effects.flatMap((effect) => (effect.type === 'createRecord' ? [effect.object] : []))
const names = (effects: readonly Effect[]) => made(effects).map(({ kind, metadata }) => `${kind} ${metadata.name}`)

describe('decide', () => {
  const cases: [string, World, string, RegExp[]][] = [
    ['makes the repository first, then the Backup', { policy: policy({ status: seen }), repositories: [] }, morning, [/^BackupRepository dest-[0-9a-f]{8}$/, /^Backup nightly-20261121-0200$/]],
    ['makes the repository of a policy that does not run yet', { policy: policy({ spec: { suspend: true } }), repositories: [] }, morning, [/^BackupRepository dest-/]],
    ['makes nothing twice', { policy: policy({ status: { ...seen, lastScheduleTime: '2026-11-21T02:00:00Z' } }) }, morning, []],
    ['makes nothing while a run goes on', { policy: policy({ status: seen }), backups: [backup('manual', 'Queued', '2026-11-21T01:00:00Z')] }, morning, []],
    ['makes nothing beside a record without status', { policy: policy({ status: seen }), backups: [backup('manual', undefined, '2026-11-21T01:00:00Z')] }, morning, []],
    ['makes a run once the other has failed', { policy: policy({ status: seen }), backups: [backup('manual', 'Failed', '2026-11-21T01:00:00Z')] }, morning, [/^Backup nightly-20261121-0200$/]],
    ['makes nothing with an error in the spec', { policy: policy({ status: seen, spec: { retention: { maxAge: '0s' } } }), repositories: [] }, morning, []],
  ]
  for (const [sentence, world, now, expected] of cases) {
    it(sentence, () => {
      const { effects } = decideIn(world, now)
      assert.equal(effects.length, expected.length, JSON.stringify(names(effects)))
      expected.forEach((pattern, index) => assert.match(names(effects)[index] ?? '', pattern))
    })
  }

  it('backs up 200 volumes in one run', () => {
    const claims = Array.from({ length: 200 }, (_, index) => claim(`data-${String(index).padStart(3, '0')}`))
    const [record] = made(decideIn({ policy: policy({ status: seen }), claims }, morning).effects)
    assert.equal((record as unknown as Backup).spec.volumes.length, 200)
  })

  it('names a run of a policy with a name of 253 characters', () => {
    const { effects, children } = decideIn({ policy: policy({ status: seen, metadata: { name: 'p'.repeat(253) } }) }, morning)
    assert.deepEqual(names(effects).map((name) => name.length), ['Backup '.length + 63])
    assert.equal(children[0]?.metadata.name.length, 52)
  })

  it('deletes nothing and keeps its CronJob with an error in the spec', () => {
    const cronJobs = decideIn({}, morning).children
    assert.equal(cronJobs.length, 1)
    const backups = [1, 2, 3].map((number) => backup(`b${number}`, 'Completed', `2026-11-0${number}T02:00:00Z`))
    const broken = decideIn({ policy: policy({ spec: { schedule: '0 0 30 2 *', retention: { maxBackups: 1 } } }), backups, cronJobs }, morning)
    assert.deepEqual([broken.effects, broken.children], [[], cronJobs])
  })

  it('keeps what has become the newest good point since the request was put together', () => {
    const [old, middle, newest] = [19, 20, 21].map((day) => backup(`b${day}`, 'Completed', `2026-11-${day}T02:00:00Z`)) as [Backup, Backup, Backup]
    const world: World = { policy: policy({ status: { ...seen, lastScheduleTime: '2026-11-21T02:00:00Z' }, spec: { retention: { maxBackups: 1 } } }), backups: [old, middle, newest] }
    const doomed = (fresh: readonly Backup[]) => decideIn({ ...world, fresh }, morning).effects.map((effect) => effect.type === 'annotateBackup' && effect.target.name)
    assert.deepEqual(doomed([old, middle, newest]), ['b19', 'b20'])
    assert.deepEqual(doomed([old, middle]), ['b19'])
    assert.deepEqual(doomed([old, middle, leaving(newest)]), ['b19'])
    assert.deepEqual(doomed([old, middle, { ...newest, status: { ...newest.status, phase: 'Failed' } }]), [])
  })

  it('makes no run beside one that only the API server shows', () => {
    assert.deepEqual(decideIn({ policy: policy({ status: seen }), fresh: [backup('manual', 'Running', '2026-11-21T01:00:00Z')] }, morning).effects, [])
  })

  it('deletes nothing when its claims are gone', () => {
    const backups = [1, 2, 3].map((number) => backup(`b${number}`, 'Completed', `2026-11-0${number}T02:00:00Z`))
    assert.deepEqual(decideIn({ policy: policy({ spec: { retention: { maxBackups: 1 } } }), backups, claims: [] }, morning).effects, [])
  })

  const waits: [string, World, string, number][] = [
    ['the next slot', {}, '2026-11-21T01:59:30.5Z', 30],
    ['at most an hour', {}, '2026-11-20T12:00:00Z', 3600],
    ['an hour without a schedule', { policy: policy({ spec: { schedule: undefined } }) }, morning, 3600],
    ['the time at which a run of the future counts', { backups: [backup('ahead', 'Completed', '2026-11-21T01:50:00Z'), backup('further', 'Completed', '2026-12-21T01:50:00Z')] }, '2026-11-21T01:49:00Z', 60],
    ['a second at least', { policy: policy({ spec: { schedule: '* * * * *' } }) }, '2026-11-21T01:59:59.999Z', 1],
  ]
  for (const [sentence, world, now, seconds] of waits) it(`waits for ${sentence}`, () => assert.equal(decideIn(world, now).resyncAfterSeconds, seconds))
})

describe('golden answers', () => {
  for (const [name, { world, now }] of Object.entries(GOLDEN_WORLDS)) {
    it(name, () => {
      const file = new URL(`golden/${name}.json`, import.meta.url)
      const pair = { now, request: requestOf(world), observed: { snapshotClasses: world.snapshotClasses }, decision: decideIn(world, now) }
      const text = `${JSON.stringify(pair, null, 2)}\n`
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text)
      assert.equal(text, readFileSync(file, 'utf8'))
    })
  }
})
