import assert from 'node:assert/strict'
import { LAST_APPLIED } from '../merge.ts'
import { configMap, eventually, job, type Scene } from '../scene.ts'
import { THING } from '../world.ts'
import type { Behaviour } from './behaviour.ts'
import type { UpdateMethod } from '../manifest.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'

/** How children are made, kept, changed, adopted and given up. */
export const children: readonly Behaviour[] = [
  { sentence: 'a child gets the owner reference, the controller-uid label, the parent\'s namespace and the last-applied annotation', play: made },
  { sentence: 'a name that is taken by another object is passed over in silence', play: taken },
  { sentence: 'without a method (OnDelete) a child is never changed', play: onDelete },
  { sentence: 'InPlace changes a child and keeps what others wrote into it', play: inPlace },
  { sentence: 'InPlace removes what the hook no longer names', play: inPlaceRemoves },
  { sentence: 'InPlace on a Job with another template fails every time and is tried again', play: immutable },
  { sentence: 'Recreate deletes a changed child and makes it anew', play: recreate },
  { sentence: 'a child that someone deletes is made again', play: madeAgain },
  { sentence: 'a child that is going is sent to the hook, left alone, and made again when it is gone', play: going },
  { sentence: 'a child whose controller-uid label was taken away is released', play: released },
  { sentence: 'an orphan that matches the parent\'s own selector is adopted, and deleted when it is not desired', play: adopted },
  { sentence: 'an orphan that matches and is desired is adopted and kept', play: adoptedAndKept },
  { sentence: 'with a generated selector a stranger with the user\'s labels is left alone', play: stranger },
  { sentence: 'a child that fails does not stop the others nor the status', play: oneFails },
  { sentence: 'a child of a kind that is not declared is made, and not removed any more', play: undeclared },
]

const owned = (object: KubeObject | undefined, parent: KubeObject) => object?.metadata.ownerReferences?.some(owner => owner.uid === parent.metadata.uid && owner.controller === true) === true

function declare(method: UpdateMethod | undefined, resource = 'configmaps', apiVersion = 'v1') {
  return { childResources: [{ apiVersion, resource, ...(method === undefined ? {} : { updateStrategy: { method } }) }] }
}

async function made(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { children: [configMap('child')] } }) })
  const parent = await scene.parent()
  const child = await eventually(async () => (await scene.get('v1', 'configmaps', 'child')) ?? assert.fail('no child'))
  assert.deepEqual(child.metadata.ownerReferences, [{ apiVersion: THING.apiVersion, kind: THING.kind, name: 'parent', uid: parent.metadata.uid, controller: true, blockOwnerDeletion: true }])
  assert.deepEqual(child.metadata.labels, { 'controller-uid': parent.metadata.uid })
  assert.deepEqual(JSON.parse(child.metadata.annotations?.[LAST_APPLIED] ?? ''), configMap('child', { a: '1' }, { namespace: scene.name, labels: { 'controller-uid': parent.metadata.uid } }))
}

async function taken(scene: Scene): Promise<void> {
  await scene.create('configmaps', configMap('taken', { mine: 'yes' }))
  await scene.play({ sync: () => ({ body: { status: { phase: 'Good' }, children: [configMap('taken')] } }) })
  await scene.parent()
  await eventually(async () => assert.deepEqual((await scene.get(THING.apiVersion, THING.plural, 'parent'))?.status, { phase: 'Good', observedGeneration: 1 }))
  await scene.annotate('now')
  await eventually(() => assert.equal(scene.calls('sync').at(-1)?.body.parent.metadata.annotations?.touched, 'now'))
  const stranger = await scene.get('v1', 'configmaps', 'taken')
  assert.deepEqual([stranger?.data, stranger?.metadata.ownerReferences], [{ mine: 'yes' }, undefined])
  const { items } = await scene.client.call<{ items: readonly { reason: string }[] }>('GET', `/api/v1/namespaces/${scene.name}/events`)
  assert.deepEqual(items.filter(event => event.reason === 'SyncError'), [])
}

/** Plays first one child and then another under the same name; answers the parent. */
async function changing(scene: Scene, spec: object, versions: readonly [KubeObject, KubeObject]): Promise<() => Promise<void>> {
  let second = false
  await scene.play({ sync: () => ({ body: { children: [versions[second ? 1 : 0]] } }) }, spec)
  await scene.parent()
  const plural = versions[0].kind === 'Job' ? 'jobs' : 'configmaps'
  await eventually(async () => assert.ok(await scene.get(versions[0].apiVersion, plural, 'child')))
  return async () => {
    second = true
    const before = scene.calls('sync').length
    await scene.annotate('second')
    await eventually(() => assert.ok(scene.calls('sync').length > before))
  }
}

async function onDelete(scene: Scene): Promise<void> {
  const change = await changing(scene, declare(undefined), [configMap('child', { a: '1' }), configMap('child', { a: '2' })])
  await change()
  await scene.annotate('third')
  await eventually(() => assert.ok(scene.calls('sync').some(call => call.body.parent.metadata.annotations?.touched === 'third')))
  assert.deepEqual((await scene.get('v1', 'configmaps', 'child'))?.data, { a: '1' })
}

async function inPlace(scene: Scene): Promise<void> {
  const change = await changing(scene, {}, [configMap('child', { a: '1' }), configMap('child', { a: '2' })])
  const child = await scene.get('v1', 'configmaps', 'child') ?? assert.fail('no child')
  await scene.put('configmaps', { ...child, data: { a: '1', theirs: 'kept' }, metadata: { ...child.metadata, annotations: { ...child.metadata.annotations, note: 'kept' } } })
  await change()
  await eventually(async () => assert.deepEqual((await scene.get('v1', 'configmaps', 'child'))?.data, { a: '2', theirs: 'kept' }))
  const after = await scene.get('v1', 'configmaps', 'child')
  assert.deepEqual([after?.metadata.uid, after?.metadata.annotations?.note], [child.metadata.uid, 'kept'])
}

async function inPlaceRemoves(scene: Scene): Promise<void> {
  const change = await changing(scene, {}, [configMap('child', { a: '1', b: '1' }), configMap('child', { a: '1' })])
  await change()
  await eventually(async () => assert.deepEqual((await scene.get('v1', 'configmaps', 'child'))?.data, { a: '1' }))
}

async function immutable(scene: Scene): Promise<void> {
  const change = await changing(scene, declare('InPlace', 'jobs', 'batch/v1'), [job('child', 'one'), job('child', 'two')])
  const uid = (await scene.get('batch/v1', 'jobs', 'child'))?.metadata.uid
  await change()
  const before = scene.calls('sync').length
  await eventually(() => assert.ok(scene.calls('sync').length >= before + 3))
  assert.equal((await scene.get('batch/v1', 'jobs', 'child'))?.metadata.uid, uid)
}

async function recreate(scene: Scene): Promise<void> {
  const change = await changing(scene, declare('Recreate'), [configMap('child', { a: '1' }), configMap('child', { a: '2' })])
  const uid = (await scene.get('v1', 'configmaps', 'child'))?.metadata.uid
  await change()
  await eventually(async () => {
    const child = await scene.get('v1', 'configmaps', 'child')
    assert.deepEqual(child?.data, { a: '2' })
    assert.notEqual(child?.metadata.uid, uid)
  })
}

async function madeAgain(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { children: [configMap('child')] } }) })
  await scene.parent()
  const first = await eventually(async () => (await scene.get('v1', 'configmaps', 'child')) ?? assert.fail('no child'))
  await scene.remove('v1', 'configmaps', 'child')
  await eventually(async () => assert.notEqual((await scene.get('v1', 'configmaps', 'child') ?? assert.fail('no child')).metadata.uid, first.metadata.uid))
}

async function going(scene: Scene): Promise<void> {
  const change = await changing(scene, {}, [configMap('child', { a: '1' }, { finalizers: ['lab.holdfast.dev/hold'] }), configMap('child', { a: '2' })])
  const first = await scene.get('v1', 'configmaps', 'child')
  await scene.remove('v1', 'configmaps', 'child')
  await change()
  await eventually(() => assert.ok(scene.calls('sync').at(-1)?.body.children['ConfigMap.v1']?.[`${scene.name}/child`]?.metadata.deletionTimestamp))
  const held = await scene.get('v1', 'configmaps', 'child') ?? assert.fail('no child')
  assert.deepEqual([held.data, held.metadata.uid], [{ a: '1' }, first?.metadata.uid])
  await scene.put('configmaps', { ...held, metadata: { ...held.metadata, finalizers: [] } })
  await eventually(async () => assert.deepEqual((await scene.get('v1', 'configmaps', 'child'))?.data, { a: '2' }))
}

async function released(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { children: [configMap('child')] } }) })
  const parent = await scene.parent()
  const child = await eventually(async () => (await scene.get('v1', 'configmaps', 'child')) ?? assert.fail('no child'))
  await scene.put('configmaps', { ...child, metadata: { ...child.metadata, labels: {} } })
  await eventually(async () => assert.equal(owned(await scene.get('v1', 'configmaps', 'child'), parent), false))
}

const own = { generateSelector: false }
const ownSelector = { spec: { selector: { matchLabels: { app: 'mine' } } } }

async function adopted(scene: Scene): Promise<void> {
  await scene.create('configmaps', configMap('orphan', {}, { labels: { app: 'mine' } }))
  await scene.play({ sync: () => ({ body: { children: [] } }) }, own)
  await scene.parent(ownSelector)
  await eventually(async () => assert.equal(await scene.get('v1', 'configmaps', 'orphan'), undefined))
}

async function adoptedAndKept(scene: Scene): Promise<void> {
  await scene.create('configmaps', configMap('orphan', {}, { labels: { app: 'mine' } }))
  await scene.play({ sync: () => ({ body: { children: [configMap('orphan', { a: '1' }, { labels: { app: 'mine' } })] } }) }, own)
  const parent = await scene.parent(ownSelector)
  await eventually(async () => assert.equal(owned(await scene.get('v1', 'configmaps', 'orphan'), parent), true))
}

async function stranger(scene: Scene): Promise<void> {
  await scene.create('configmaps', configMap('stranger', {}, { labels: { app: 'mine' } }))
  await scene.play({ sync: () => ({ body: { status: { phase: 'Good' }, children: [] } }) })
  await scene.parent(ownSelector)
  await eventually(async () => assert.ok((await scene.get(THING.apiVersion, THING.plural, 'parent'))?.status))
  assert.equal((await scene.get('v1', 'configmaps', 'stranger'))?.metadata.ownerReferences, undefined)
}

async function oneFails(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { status: { phase: 'Good' }, children: [configMap('Not A Name'), configMap('good'), job('good')] } }) })
  await scene.parent()
  await eventually(async () => {
    assert.ok(await scene.get('v1', 'configmaps', 'good'))
    assert.ok(await scene.get('batch/v1', 'jobs', 'good'))
    assert.deepEqual((await scene.get(THING.apiVersion, THING.plural, 'parent'))?.status, { phase: 'Good', observedGeneration: 1 })
    assert.ok(scene.calls('sync').length >= 3)
  })
}

async function undeclared(scene: Scene): Promise<void> {
  let wanted = [configMap('child')]
  await scene.play({ sync: () => ({ body: { children: wanted } }) }, { childResources: [] })
  await scene.parent()
  await eventually(async () => assert.ok(await scene.get('v1', 'configmaps', 'child')))
  wanted = []
  await scene.annotate('now')
  await eventually(() => assert.ok(scene.calls('sync').some(call => call.body.parent.metadata.annotations?.touched === 'now')))
  assert.deepEqual(scene.calls('sync').at(-1)?.body.children, {})
  assert.equal((await scene.get('v1', 'configmaps', 'child'))?.metadata.deletionTimestamp, undefined)
}
