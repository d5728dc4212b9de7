import assert from 'node:assert/strict'
import { configMap, eventually, job, type Scene } from '../scene.ts'
import { THING } from '../world.ts'
import type { Behaviour } from './behaviour.ts'
import type { HookAnswer } from '../hook-server.ts'

/** What each answer of a hook does to the children that stand (research: the safety table). */
export const answers: readonly Behaviour[] = [
  ...[
    ['an empty object', { body: {} }], ['null', { text: 'null' }], ['children: null', { body: { children: null } }],
    ['children: []', { body: { children: [] } }], ['a status alone', { body: { status: { phase: 'Odd' } } }],
  ].map(([what, answer]) => ({ sentence: `${String(what)} deletes every child`, play: (scene: Scene) => deletesAll(scene, answer as HookAnswer) })),
  ...[
    ['status 500', { status: 500 }], ['status 204', { status: 204, text: '' }], ['status 201 with a good body', { status: 201, body: { children: [] } }],
    ['status 413', { status: 413 }], ['an empty body', { text: '' }], ['HTML', { text: '<html></html>' }], ['half a JSON', { text: '{"children": [' }],
    ['children that are no list', { body: { children: {} } }], ['a child without kind', { body: { children: [{ apiVersion: 'v1', metadata: { name: 'x' } }] } }],
    ['a number that is a string', { body: { children: [], resyncAfterSeconds: '5' } }], ['an unknown key', { body: { children: [], error: 'no' } }],
    ['an answer after the timeout', { body: {}, delayMilliseconds: 2600 }],
    ['a child whose labels miss the selector', { body: { children: [configMap('other', {}, { labels: { 'controller-uid': 'wrong' } })] } }],
  ].map(([what, answer]) => ({ sentence: `${String(what)} changes nothing and is tried again`, play: (scene: Scene) => changesNothing(scene, answer as HookAnswer) })),
  { sentence: 'an unknown key passes in loose mode, and then means an empty answer', play: loosePasses },
  { sentence: 'hook version v1 is loose without being told', play: firstVersionIsLoose },
  { sentence: 'of two children with the same name the last one stays', play: lastWins },
  { sentence: 'a failed sync is told in a Warning event SyncError about the parent', play: eventTells },
]

const good: HookAnswer = { body: { status: { phase: 'Good' }, children: [configMap('kept'), job('kept')] } }

async function standing(scene: Scene, then: HookAnswer, more: Parameters<Scene['play']>[2] = {}): Promise<void> {
  let answer = good
  await scene.play({ sync: () => answer }, {}, more)
  await scene.parent()
  await eventually(async () => {
    assert.ok(await scene.get('batch/v1', 'jobs', 'kept'))
    assert.deepEqual((await scene.get(THING.apiVersion, THING.plural, 'parent'))?.status, { phase: 'Good', observedGeneration: 1 })
  })
  answer = then
  await scene.annotate('now')
}

async function deletesAll(scene: Scene, answer: HookAnswer): Promise<void> {
  await standing(scene, answer)
  await eventually(async () => {
    assert.equal(await scene.get('v1', 'configmaps', 'kept'), undefined)
    assert.equal(await scene.get('batch/v1', 'jobs', 'kept'), undefined)
    const sent = (answer.body as { status?: object } | undefined)?.status
    assert.deepEqual((await scene.get(THING.apiVersion, THING.plural, 'parent'))?.status, { ...sent, observedGeneration: 1 })
  })
}

async function changesNothing(scene: Scene, answer: HookAnswer): Promise<void> {
  await standing(scene, answer)
  const before = scene.calls('sync').length
  await eventually(() => assert.ok(scene.calls('sync').length >= before + 2))
  assert.equal((await scene.get('v1', 'configmaps', 'kept'))?.metadata.deletionTimestamp, undefined)
  assert.ok(await scene.get('batch/v1', 'jobs', 'kept'))
  assert.equal(await scene.get('v1', 'configmaps', 'other'), undefined)
  assert.deepEqual((await scene.get(THING.apiVersion, THING.plural, 'parent'))?.status, { phase: 'Good', observedGeneration: 1 })
}

async function loosePasses(scene: Scene): Promise<void> {
  await standing(scene, { body: { error: 'no' } }, { webhook: { responseUnMarshallMode: 'loose' } })
  await eventually(async () => assert.equal(await scene.get('v1', 'configmaps', 'kept'), undefined))
}

async function firstVersionIsLoose(scene: Scene): Promise<void> {
  await standing(scene, { body: { error: 'no' } }, { hook: { version: 'v1' } })
  await eventually(async () => assert.equal(await scene.get('v1', 'configmaps', 'kept'), undefined))
}

async function lastWins(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { children: [configMap('twin', { a: 'first' }), configMap('twin', { a: 'last' })] } }) })
  await scene.parent()
  await eventually(async () => assert.deepEqual((await scene.get('v1', 'configmaps', 'twin'))?.data, { a: 'last' }))
}

async function eventTells(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ status: 500, text: 'out of order' }) })
  await scene.parent()
  await eventually(async () => {
    const { items } = await scene.client.call<{ items: readonly { reason: string; type: string; message: string; involvedObject: { name: string } }[] }>('GET', `/api/v1/namespaces/${scene.name}/events`)
    assert.ok(items.some(event => event.reason === 'SyncError' && event.type === 'Warning' && event.involvedObject.name === 'parent' && event.message.includes('out of order')))
  })
}
