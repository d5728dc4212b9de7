import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestFacts } from '../../../hooks/backup/facts.ts'
import { cancelRequest, deletionRequest, malformedDeletion } from '../../../hooks/backup/requests.ts'
import { play, requestOf, type Scene } from './scene.ts'

const remove = (text: string) => ({ metadata: { annotations: { 'holdfast.dev/delete-requested': text } } })
const deleted = { deletionTimestamp: '2026-11-21T03:00:00Z' }

const rows: readonly [string, Scene, string | undefined][] = [
  ['nobody asked', {}, undefined],
  ['a user asked', remove('{"requestedBy":"alice","reason":"old"}'), 'alice'],
  ['no reason is needed', remove('{"requestedBy":"alice"}'), 'alice'],
  ['a word is no request', remove('yes'), undefined],
  ['nobody is nobody', remove('{"requestedBy":""}'), undefined],
  ['null is no request', remove('null'), undefined],
  ['the record is deleted and keeps its data', { finalizing: true, metadata: deleted }, undefined],
  ['the record is deleted with its data', { finalizing: true, metadata: deleted, spec: { deletionPolicy: 'Delete' } }, 'deletionPolicy'],
  ['the policy alone deletes nothing', { spec: { deletionPolicy: 'Delete' } }, undefined],
  ['finalizing without deletion deletes nothing', { finalizing: true, spec: { deletionPolicy: 'Delete' } }, undefined],
]

for (const [sentence, scene, who] of rows) {
  test(sentence, () => assert.equal(deletionRequest(requestFacts(requestOf(scene)))?.requestedBy, who))
}

test('a request that is not understood removes nothing and is told in an Event', async () => {
  const scene: Scene = { ...remove('yes'), status: { phase: 'Completed', volumes: [{ pvc: 'data', phase: 'Completed' }] } }
  assert.equal(malformedDeletion(requestFacts(requestOf(scene))), 'yes')
  const { status, effects } = await play(scene)
  assert.equal(status.phase, 'Completed')
  assert.deepEqual(effects.map((effect) => effect.type === 'emitEvent' && effect.reason), ['InvalidSpec'])
})

test('any text cancels', () => {
  const facts = requestFacts(requestOf({ metadata: { annotations: { 'holdfast.dev/cancel-requested': 'stop it' } } }))
  assert.deepEqual(cancelRequest(facts), { requestedBy: 'user', reason: 'stop it' })
})
