import assert from 'node:assert/strict'
import test from 'node:test'
import { observeRepository } from '../../../hooks/backuprepository/observe.ts'
import { FakeLive } from '../fake-live.ts'
import { checkJob, disk, ended, JOB_NAME, NOTHING, PVC, podOf, ready, repository, requestOf, S3, type Scene } from './samples.ts'

const pod = ended(0, {})
const starting = podOf({ containerStatuses: [] })
const readsName = `namedJobs shop/${JOB_NAME}`
const readsPods = `podsOfJob shop/${JOB_NAME}`

const cases: readonly (Scene & { says: string; pods?: readonly typeof pod[]; reads: readonly string[] })[] = [
  { says: 'no Job yet: who has its name', reads: [readsName] },
  { says: 'no Job yet, on a claim: who uses that too', repository: repository(PVC), claim: disk(), reads: [readsName, 'activePods shop'] },
  { says: 'no Job for a repository that is ready: nothing', repository: repository(S3, ready()), reads: [] },
  { says: 'a Job without a pod: its events', jobs: [checkJob()], reads: [readsPods, `jobEvents shop/${JOB_NAME}`] },
  { says: 'a pod that has not started: its events', jobs: [checkJob()], pods: [starting], reads: [readsPods, 'podEvents shop/pod'] },
  { says: 'a pod that has started: nothing more', jobs: [checkJob()], pods: [pod], reads: [readsPods] },
  { says: 'a finished Job: its result', jobs: [checkJob('Complete')], pods: [pod], reads: [readsPods] },
  { says: 'a finished Job whose result is known: nothing', jobs: [checkJob('Complete')], repository: repository(S3, ready()), reads: [] },
  { says: 'a failed Job: its reason', jobs: [checkJob('Failed')], pods: [pod], reads: [readsPods] },
  { says: 'a repository that goes: nothing', jobs: [checkJob()], finalizing: true, reads: [] },
]
for (const { says, pods = [], reads, ...scene } of cases) {
  test(says, async () => {
    const live = new FakeLive({ podsOfJob: { [`shop/${JOB_NAME}`]: pods } })
    const observed = await observeRepository(requestOf(scene), live)
    assert.deepEqual(live.reads, reads)
    assert.deepEqual(observed.pods, reads.includes(readsPods) ? pods : NOTHING.pods)
  })
}

test('pods of a former Job of the same name do not count', async () => {
  const live = new FakeLive({ podsOfJob: { [`shop/${JOB_NAME}`]: [podOf({}, 'former-uid'), pod] } })
  assert.deepEqual((await observeRepository(requestOf({ jobs: [checkJob('Complete')] }), live)).pods, [pod])
})
