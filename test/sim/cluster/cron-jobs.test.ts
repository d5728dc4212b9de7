import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CRON_JOBS, JOBS, type CronJob, type Job } from './objects.ts'
import { NAMESPACE, placed, rig, type Rig } from './rig.ts'

function cronJob(world: Rig, spec: object = {}): void {
  world.job('pattern', { claim: undefined }, { operation: 'prune', volume: undefined, backup: undefined, path: undefined })
  const { spec: { backoffLimit, activeDeadlineSeconds, podFailurePolicy, template } } = world.read<Job>(JOBS, 'pattern') as Job
  const { metadata: _, ...rest } = template
  world.remove(JOBS, 'pattern')
  const jobTemplate = { metadata: { labels: { of: 'cron' } }, spec: { backoffLimit, activeDeadlineSeconds, podFailurePolicy, template: rest } }
  world.post(CRON_JOBS, { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'prune' }, spec: { schedule: '*/30 * * * *', concurrencyPolicy: 'Forbid', successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1, jobTemplate, ...spec } })
}

const jobsOf = (world: Rig): readonly Job[] => world.api.all<Job>(JOBS, NAMESPACE).filter(({ metadata }) => metadata.labels?.of === 'cron')

test('a Job for each slot, named by it; one success is kept', async () => {
  const world = rig()
  cronJob(world)
  const made = new Set<string>()
  world.api.subscribe(({ resource, type, after }) => { if (resource === JOBS && type === 'ADDED') made.add(after.metadata.name) })
  await world.wait(125)
  const slots = ['02:30', '03:00', '03:30', '04:00'].map(slot => `prune-${Date.parse(`2026-11-21T${slot}:00Z`) / 60_000}`)
  assert.deepEqual([...made].filter(name => name.startsWith('prune')), slots)
  assert.deepEqual(jobsOf(world).map(({ metadata }) => metadata.name), [slots[3]])
  assert.equal(world.read<CronJob>(CRON_JOBS, 'prune')?.status?.lastScheduleTime, '2026-11-21T04:00:00Z')
})

test('none is made while one runs, or while it is suspended', async () => {
  const world = rig({ faults: engine => placed(engine, { moverHangs: 1 }) })
  cronJob(world)
  await world.wait(125)
  assert.equal(jobsOf(world).length, 1)
  const other = rig()
  cronJob(other, { suspend: true })
  await other.wait(125)
  assert.equal(jobsOf(other).length, 0)
})
