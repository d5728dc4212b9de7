import assert from 'node:assert/strict'
import test from 'node:test'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi } from '../fake-api.ts'
import { NOW } from './objects.ts'

const PATH = '/apis/snapshot.storage.k8s.io/v1/namespaces/shop/volumesnapshots/snap'
const snapshot = { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', metadata: { name: 'snap', namespace: 'shop', uid: 'u' } }

test('deleteSnapshot deletes, and never a namesake', async () => {
  for (const [uid, left] of [['u', 0], ['another', 1]] as const) {
    await using fake = await fakeApi()
    fake.put(PATH, snapshot)
    await executeEffect({ type: 'deleteSnapshot', target: { namespace: 'shop', name: 'snap', uid } }, fake.api, NOW)
    assert.equal(fake.objects.size, left)
  }
})
