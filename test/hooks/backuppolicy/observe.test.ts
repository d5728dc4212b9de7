import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { observe } from '../../../hooks/backuppolicy/observe.ts'
import { policy } from '../../lib/backups.ts'
import { FakeLive } from '../fake-live.ts'
import { requestOf } from './request.ts'

describe('observe', () => {
  const snapshots = policy({ spec: { strategy: 'snapshot', destination: undefined } })
  it('reads the snapshot classes for the snapshot strategy', async () => {
    const live = new FakeLive({ snapshotClasses: [] })
    assert.deepEqual(await observe(requestOf({ policy: snapshots }), live), { snapshotClasses: [] })
    assert.deepEqual(live.reads, ['snapshotClasses'])
  })
  it('reads nothing for other strategies', async () => {
    const live = new FakeLive()
    assert.deepEqual(await observe(requestOf(), live), { snapshotClasses: undefined })
    assert.deepEqual(live.reads, [])
  })
  it('reads nothing for a policy that goes', async () => {
    const live = new FakeLive()
    await observe(requestOf({ policy: snapshots, finalizing: true }), live)
    assert.deepEqual(live.reads, [])
  })
})
