import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { job, pod } from './objects.ts'
import { play } from './scene.ts'

const MOVER = 'nightly-1-backup-data'
const running = { phase: 'Running', startTime: '2026-11-21T02:00:00Z', volumes: [{ pvc: 'data', phase: 'Running', jobName: MOVER }] } as const
const status = { phase: 'Running', containerStatuses: [{ name: 'mover', state: { running: {} } }] }
const leaving: KubeObject = { ...pod('lost', status), metadata: { name: 'lost', namespace: 'shop', deletionTimestamp: '2026-11-21T02:10:00Z' }, spec: { nodeName: 'dead' } }

const rows: readonly [string, KubeObject, string, string | undefined, number][] = [
  ['a mover that runs is not looked at before the end of its time', pod('at-work', status), '02:20:00', undefined, 85_200],
  ['one that is being stopped is, for nothing tells when its node is dead', leaving, '02:11:00', undefined, 60],
  ['one that does not end is told', leaving, '02:20:00', 'NodeLost', 60],
]

for (const [sentence, found, time, reason, expected] of rows) {
  test(sentence, async () => {
    const seen = await play({ status: { ...running, volumes: [...running.volumes] }, jobs: [job(MOVER)], cluster: { podsOfJob: { [`shop/${MOVER}`]: [found] } }, now: `2026-11-21T${time}Z` })
    assert.deepEqual([seen.status.phase, seen.status.volumes?.[0]?.reason, seen.names, seen.resync], ['Running', reason, [MOVER], expected])
    assert.equal(/kubectl delete node dead$/.test(seen.status.message ?? ''), reason !== undefined)
  })
}
