import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseVolumes, destinationClaim, isTemporary, skipRuleOf } from '../../lib/volume-choice.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const claim = (name: string, phase = 'Bound', metadata: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, ...metadata }, status: { phase } })
const place = { type: 'pvc', url: 'pvc://vault/sub' } as const

test('claims are taken or left out, in order', () => {
  const claims = [claim('b'), claim('vault'), claim('a'), claim('z', 'Pending'), claim('y', 'Pending'), claim('lost', 'Lost'), claim('going', 'Pending', { deletionTimestamp: '2026-11-21T00:00:00Z' })]
  assert.deepEqual(chooseVolumes(claims, place), {
    names: ['a', 'b', 'lost'],
    skipped: [
      { reason: 'being deleted', names: ['going'] }, { reason: 'the destination itself', names: ['vault'] },
      { reason: 'not bound yet, so without data', names: ['y', 'z'] },
    ],
  })
})

test('without a destination that is a claim none is one', () => {
  assert.deepEqual(chooseVolumes([claim('vault')], undefined).names, ['vault'])
  assert.deepEqual(chooseVolumes([claim('vault')], { type: 's3', url: 's3://vault' }).names, ['vault'])
})

test('time may mend that a claim is not bound, and nothing else', () => {
  assert.equal(skipRuleOf(claim('a', 'Pending'), place)?.passing, true)
  assert.equal(skipRuleOf(claim('vault'), place)?.passing, undefined)
  assert.equal(skipRuleOf(claim('a'), place), undefined)
})

test('what we made is temporary until a restore has published it', () => {
  const ours = { 'app.kubernetes.io/managed-by': 'holdfast' }
  assert.equal(isTemporary(claim('t', 'Bound', { labels: ours })), true)
  assert.equal(isTemporary(claim('t', 'Bound', { labels: ours, annotations: { 'holdfast.dev/restored-by': 'shop/r' } })), false)
  assert.equal(isTemporary(claim('t', 'Bound', { labels: { 'holdfast.dev/role': 'restore' }, annotations: { 'holdfast.dev/restored-by': 'shop/r' } })), true)
})

for (const [url, name] of [['pvc://c', 'c'], ['pvc://c/a/b', 'c'], ['pvc:////c/', 'c'], ['pvc:///', undefined], ['s3://c', undefined]] as const) {
  test(`${url} is in claim ${name}`, () => assert.equal(destinationClaim({ type: 'pvc', url }), name))
}
