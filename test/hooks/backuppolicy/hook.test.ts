import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { backupPolicyHook } from '../../../hooks/backuppolicy/hook.ts'
import { jitterOf } from '../../../hooks/backuppolicy/schedule.ts'
import { isActive } from '../../../lib/phases.ts'
import { nextSlot } from '../../../lib/cron.ts'
import type { Backup } from '../../../schemas/generated/types.ts'
import { Cluster, type Blindness } from './cluster.ts'

type Step = { readonly wait: number } | { readonly sync: Blindness } | { readonly finish: 'Completed' | 'Failed' }

const SCHEDULES = ['*/5 * * * *', '0 * * * *', '30 2 * * *', '0 0 1 * *'] as const
const ZONES = ['Etc/UTC', 'Europe/Berlin', 'Australia/Lord_Howe']
const wait = fc.oneof(fc.nat(120), fc.nat(7200), fc.nat(200_000)).map((seconds): Step => ({ wait: seconds }))
const finish = fc.constantFrom<Step>({ finish: 'Completed' }, { finish: 'Failed' })
const sighted = fc.constant<Step>({ sync: {} })
const blind = fc.record({ stale: fc.boolean(), lostStatus: fc.boolean() }).map((sync): Step => ({ sync }))
const spec = fc.record({ schedule: fc.constantFrom(...SCHEDULES), timeZone: fc.constantFrom(...ZONES), jitterSeconds: fc.constantFrom(0, 0, 240) })

const take = (cluster: Cluster, step: Step): void => {
  if ('wait' in step) cluster.pass(step.wait)
  else if ('finish' in step) cluster.finish(step.finish)
  else cluster.sync(step.sync)
}
const slotsOf = (cluster: Cluster) => cluster.created.map(({ backup }) => backup.spec.slot ?? '')
const steps = (...kinds: fc.Arbitrary<Step>[]) => fc.array(fc.oneof(...kinds), { minLength: 5, maxLength: 60 })

describe('backupPolicyHook over time', () => {
  it('is the hook of BackupPolicy', () => assert.equal(backupPolicyHook.kind, 'backuppolicy'))

  it('runs no slot twice, never early and never backwards, whatever it fails to see', () => {
    fc.assert(fc.property(spec, steps(wait, finish, blind, sighted), (policy, plan) => {
      const cluster = new Cluster(policy)
      plan.forEach((step) => take(cluster, step))
      const slots = slotsOf(cluster)
      assert.deepEqual(slots, [...new Set(slots)].toSorted())
      const jitter = jitterOf(cluster.policy())
      assert.ok(cluster.created.every(({ backup, at }) => Date.parse(backup.spec.slot ?? '') + jitter <= at.getTime()))
    }), { numRuns: 300 })
  })

  it('has at most one run going on', () => {
    fc.assert(fc.property(spec, steps(wait, finish, sighted), (policy, plan) => {
      const cluster = new Cluster(policy)
      for (const step of plan) {
        take(cluster, step)
        assert.ok(cluster.truth.backups.filter(isActive).length <= 1)
      }
    }), { numRuns: 300 })
  })

  it('runs or counts every slot: each run accounts for all since the one before', () => {
    fc.assert(fc.property(spec, steps(wait, finish, sighted), (policy, plan) => {
      const cluster = new Cluster(policy)
      plan.forEach((step) => take(cluster, step))
      let slot = new Date('2026-03-01T00:00:00Z')
      for (const { backup } of cluster.created) {
        const missed = backup.spec.missedSlots ?? 0
        if (missed >= 1000) slot = new Date(backup.spec.slot ?? '')
        else for (let index = 0; index <= missed; index += 1) slot = nextSlot(policy.schedule, policy.timeZone, slot) ?? slot
        assert.equal(slot.getTime(), Date.parse(backup.spec.slot ?? ''))
      }
    }), { numRuns: 200 })
  })

  it('catches up once after any downtime', () => {
    fc.assert(fc.property(spec, fc.integer({ min: 3600, max: 40_000_000 }), (policy, downtime) => {
      const cluster = new Cluster(policy)
      cluster.sync()
      cluster.finish('Completed')
      const earlier = cluster.created.length
      cluster.pass(downtime)
      for (let index = 0; index < 3; index += 1) {
        cluster.sync()
        cluster.finish('Completed')
      }
      assert.ok(cluster.created.length - earlier <= 1)
    }), { numRuns: 200 })
  })

  it('fires nothing for an edit, a pause or a resume', () => {
    const edit = fc.oneof(
      fc.constantFrom(...SCHEDULES).map((schedule) => ({ schedule })), fc.constantFrom(...ZONES).map((timeZone) => ({ timeZone })),
      fc.boolean().map((suspend) => ({ suspend })),
    )
    fc.assert(fc.property(spec, fc.array(fc.tuple(edit, fc.nat(100_000)), { maxLength: 12 }), (policy, edits) => {
      const cluster = new Cluster({ ...policy, jitterSeconds: 0 })
      cluster.sync()
      for (const [change, seconds] of edits) {
        cluster.pass(seconds)
        cluster.sync()
        cluster.finish('Completed')
        const before = cluster.created.length
        cluster.spec = { ...cluster.spec, ...change }
        cluster.sync()
        assert.equal(cluster.created.length, before)
      }
    }), { numRuns: 200 })
  })

  it('starts and deletes nothing while suspended', () => {
    fc.assert(fc.property(spec, steps(wait, finish, blind), (policy, plan) => {
      const cluster = new Cluster({ ...policy, suspend: true, retention: { maxBackups: 1, maxAge: '1h' } })
      plan.forEach((step) => take(cluster, step))
      assert.deepEqual([cluster.created, cluster.deletionRequests], [[], []])
    }), { numRuns: 100 })
  })

  it('settles: the same evidence gives the same bytes until it asked to be woken', () => {
    fc.assert(fc.property(spec, steps(wait, finish, sighted), fc.double({ min: 0, max: 0.999, noNaN: true }), (policy, plan, part) => {
      const cluster = new Cluster({ ...policy, retention: { maxBackups: 2 } })
      plan.forEach((step) => take(cluster, step))
      cluster.sync()
      const settled = cluster.sync()
      assert.ok((settled.resyncAfterSeconds ?? 0) > 0 && (settled.resyncAfterSeconds ?? 0) <= 3600)
      cluster.pass(Math.floor(((settled.resyncAfterSeconds ?? 1) - 1) * part))
      const { resyncAfterSeconds: _later, ...again } = cluster.sync()
      const { resyncAfterSeconds: _first, ...first } = settled
      assert.equal(JSON.stringify(again), JSON.stringify(first))
    }), { numRuns: 200 })
  })

  it('never asks to delete the newest good point, nor anything after a failed run', () => {
    fc.assert(fc.property(steps(wait, finish, sighted), (plan) => {
      const cluster = new Cluster({ schedule: '0 * * * *', retention: { maxBackups: 1 }, failedHistoryLimit: 0 })
      for (const step of plan) {
        const asked = cluster.deletionRequests.length
        take(cluster, step)
        const ended = cluster.truth.backups.filter((one) => !isActive(one)).toSorted(byEnd)
        const newestGood = ended.findLast(({ status }) => status?.phase === 'Completed')
        assert.ok(!cluster.deletionRequests.includes(newestGood?.metadata.name ?? ''))
        if ('sync' in step && ended.at(-1)?.status?.phase === 'Failed') assert.equal(cluster.deletionRequests.length, asked)
      }
    }), { numRuns: 200 })
  })
})

const byEnd = (a: Backup, b: Backup) => ((a.status?.completionTime ?? '') + a.metadata.name < (b.status?.completionTime ?? '') + b.metadata.name ? -1 : 1)
