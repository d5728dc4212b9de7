import assert from 'node:assert/strict'
import test from 'node:test'
import { withFreshParent } from '../../hooks/fresh.ts'
import { parent, request } from './fake-hook.ts'
import { FakeLive } from './fake-live.ts'

const now = (changes: object, metadata: object = {}) => ({ ...parent, ...changes, metadata: { ...parent.metadata, ...metadata } })

test('a hook sees the parent as it is, not as the cache has it', async () => {
  const live = new FakeLive({ parent: now({ status: { phase: 'Ready' } }, { resourceVersion: '9' }) })
  assert.deepEqual((await withFreshParent(request({ parent: now({ status: { phase: 'Checking' } }) }), live)).parent, now({ status: { phase: 'Ready' } }, { resourceVersion: '9' }))
})

const behind: Readonly<Record<string, FakeLive>> = {
  'whose spec was edited': new FakeLive({ parent: now({}, { generation: 7 }) }),
  'that is gone': new FakeLive({ parent: undefined }),
  'whose name is another object’s now': new FakeLive({ parent: now({}, { uid: 'other' }) }),
  'that is being deleted, which the cache does not show': new FakeLive({ parent: now({}, { deletionTimestamp: '2026-11-21T02:00:00Z' }) }),
}
for (const [what, live] of Object.entries(behind)) {
  test(`a parent ${what} gets no answer until the cache shows it`, async () => {
    await assert.rejects(withFreshParent(request(), live), { name: 'TransientError', reason: 'ApiConflict' })
  })
}

test('a parent that both show to be leaving is finalized', async () => {
  const leaving = now({}, { deletionTimestamp: '2026-11-21T02:00:00Z' })
  assert.equal((await withFreshParent(request({ parent: leaving, finalizing: true }), new FakeLive({ parent: leaving }))).parent, leaving)
})
