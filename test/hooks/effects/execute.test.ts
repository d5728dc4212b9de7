import assert from 'node:assert/strict'
import test from 'node:test'
import type { Effect } from '../../../hooks/effects/effect.ts'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi } from '../fake-api.ts'
import { NOW } from './objects.ts'

test('an effect that is not in the list is an error', async () => {
  await using fake = await fakeApi()
  await assert.rejects(executeEffect({ type: 'formatDisk' } as unknown as Effect, fake.api, NOW), /unknown effect/)
  assert.deepEqual(fake.requests, [])
})
