import assert from 'node:assert/strict'
import test from 'node:test'
import { keptJobs, strayChildren } from '../../../hooks/backup/kept.ts'
import { jobName } from '../../../hooks/backup/names.ts'
import { requestFacts, type RequestFacts } from '../../../hooks/backup/facts.ts'
import type { Backup, Volume } from '../../../schemas/generated/types.ts'
import { BACKUP, claim, job, NAMESPACE, snapshot } from './objects.ts'
import { requestOf, type Scene } from './scene.ts'

interface Row {
  readonly sentence: string
  readonly state: 'active' | 'complete' | 'failed'
  /** Phase as last written. */
  readonly written: Volume['phase']
  readonly leaving: boolean
  readonly kept: boolean
  /** The status does not name the Job. */
  readonly unknown?: true
}

const rows: readonly Row[] = [
  { sentence: 'a running Job stays', state: 'active', written: 'Running', leaving: false, kept: true },
  { sentence: 'a running Job stays although its claim is being deleted', state: 'active', written: 'Running', leaving: true, kept: true },
  { sentence: 'a running Job goes when it is written that its volume is given up', state: 'active', written: 'Failed', leaving: false, kept: false },
  { sentence: 'not before it is written which one it is', state: 'active', written: 'Failed', leaving: false, kept: true, unknown: true },
  { sentence: 'a finished Job stays for its logs', state: 'complete', written: 'Completed', leaving: false, kept: true },
  { sentence: 'a finished Job lets a claim go that is being deleted', state: 'complete', written: 'Completed', leaving: true, kept: false },
  { sentence: 'so does a failed one', state: 'failed', written: 'Failed', leaving: true, kept: false },
  { sentence: 'a finished Job whose result is not written yet stays', state: 'complete', written: 'Running', leaving: true, kept: true },
]

for (const { sentence, state, written, leaving, kept, unknown } of rows) {
  test(sentence, () => {
    const name = jobName(BACKUP, 'data')
    const pvc = claim('data')
    const metadata = { ...pvc.metadata, ...(leaving && { deletionTimestamp: '2026-11-21T03:00:00Z' }) }
    const facts: RequestFacts = {
      backup: {} as Backup, name: BACKUP, namespace: NAMESPACE, finalizing: false, snapshots: {}, unseen: {}, strangers: {}, repository: undefined,
      status: { volumes: [{ pvc: 'data', phase: written, ...(unknown !== true && { jobName: name }) }] }, jobs: { [name]: job(name, state) }, claims: { data: { ...pvc, metadata } },
    }
    assert.equal(keptJobs(facts).length, kept ? 1 : 0)
  })
}

const JOBS = [job(jobName(BACKUP, 'data')), job(jobName(BACKUP, 'data', 2)), job(jobName(BACKUP, 'gone')), job('other')]
const SNAPSHOTS = [snapshot(`${BACKUP}-snap-data`), snapshot('other-snap')]
const strays: readonly (readonly [sentence: string, scene: Scene, names: readonly string[]])[] = [
  ['the Jobs of its volumes are no strays', { jobs: JOBS.slice(0, 2) }, []],
  ['Jobs of a volume that the spec does not name, and of any other name, are', { jobs: JOBS }, [jobName(BACKUP, 'gone'), 'other']],
  ['so are snapshots of a run that takes none', { snapshots: SNAPSHOTS }, [`${BACKUP}-snap-data`, 'other-snap']],
  ['and Jobs of a run that takes snapshots', { spec: { strategy: 'snapshot' }, jobs: JOBS.slice(0, 1), snapshots: SNAPSHOTS }, ['other-snap', jobName(BACKUP, 'data')]],
  ['without a snapshot API there are none of those', { snapshots: null }, []],
]
for (const [sentence, scene, names] of strays) {
  test(sentence, () => assert.deepEqual(strayChildren(requestFacts(requestOf(scene))).map(({ metadata }) => metadata.name), names))
}
