import assert from 'node:assert/strict'
import { configMap, eventually, job, type Scene } from '../scene.ts'
import { THING } from '../world.ts'
import type { Behaviour } from './behaviour.ts'

/** What happens when the parent goes. */
export const deletion: readonly Behaviour[] = [
  { sentence: 'a finalize hook puts the controller\'s finalizer on the parent before the first sync', play: finalizerFirst },
  { sentence: 'finalize is called with finalizing: true until it answers finalized, and its children are kept meanwhile', play: untilFinalized },
  { sentence: 'the children of the answer that says finalized are not managed any more', play: lastAnswer },
  { sentence: 'a finalize hook that fails keeps the parent and its children', play: failing },
  { sentence: 'without a finalize hook the garbage collector takes the children at once', play: collected },
  { sentence: 'foreground deletion takes the children past the finalize hook, whose answer is not applied', play: foreground },
  { sentence: 'a parent that loses its label is finalized although it lives, and its finalizer goes', play: unlabelled },
  { sentence: 'finalized: true from sync takes the finalizer off, and the next sync puts it back', play: finalizedFromSync },
  { sentence: 'a finalizer of someone else: sync is called for the going parent, and children are not managed', play: foreign },
  { sentence: 'a controller that is deleted leaves its finalizer on the parent', play: controllerGone },
]

const parentOf = (scene: Scene) => scene.get(THING.apiVersion, THING.plural, 'parent')
const finalizerOf = (scene: Scene) => `metacontroller.io/compositecontroller-${scene.name}`
const two = { body: { status: { phase: 'Good' }, children: [configMap('child'), job('child')] } }

async function born(scene: Scene): Promise<void> {
  await scene.parent()
  await eventually(async () => {
    assert.ok(await scene.get('v1', 'configmaps', 'child'))
    assert.ok(await scene.get('batch/v1', 'jobs', 'child'))
  })
}

async function finalizerFirst(scene: Scene): Promise<void> {
  await scene.play({ sync: () => two, finalize: () => ({ body: { finalized: true } }) })
  await born(scene)
  assert.deepEqual(scene.calls('sync')[0]?.body.parent.metadata.finalizers, [finalizerOf(scene)])
}

async function untilFinalized(scene: Scene): Promise<void> {
  let finalized = false
  await scene.play({ sync: () => two, finalize: () => ({ body: { ...two.body, status: { phase: 'Going' }, resyncAfterSeconds: 0.3, finalized } }) })
  await born(scene)
  await scene.remove(THING.apiVersion, THING.plural, 'parent')
  await eventually(() => assert.ok(scene.calls('finalize').length >= 3))
  assert.ok(scene.calls('finalize').every(call => call.body.finalizing && call.body.parent.metadata.deletionTimestamp !== undefined))
  assert.equal((await scene.get('batch/v1', 'jobs', 'child'))?.metadata.deletionTimestamp, undefined)
  assert.equal(((await parentOf(scene))?.status as { phase?: string } | undefined)?.phase, 'Going')
  finalized = true
  await eventually(async () => assert.equal(await parentOf(scene), undefined))
  await eventually(async () => assert.equal(await scene.get('v1', 'configmaps', 'child'), undefined))
}

async function lastAnswer(scene: Scene): Promise<void> {
  await scene.play({ sync: () => two, finalize: () => ({ body: { children: [configMap('late')], finalized: true } }) })
  await born(scene)
  await scene.remove(THING.apiVersion, THING.plural, 'parent')
  await eventually(async () => assert.equal(await parentOf(scene), undefined))
  assert.equal(await scene.get('v1', 'configmaps', 'late'), undefined)
}

async function failing(scene: Scene): Promise<void> {
  await scene.play({ sync: () => two, finalize: () => ({ status: 500 }) })
  await born(scene)
  await scene.remove(THING.apiVersion, THING.plural, 'parent')
  await eventually(() => assert.ok(scene.calls('finalize').length >= 3))
  assert.ok((await parentOf(scene))?.metadata.deletionTimestamp)
  assert.equal((await scene.get('batch/v1', 'jobs', 'child'))?.metadata.deletionTimestamp, undefined)
  assert.equal((await scene.get('v1', 'configmaps', 'child'))?.metadata.deletionTimestamp, undefined)
}

async function collected(scene: Scene): Promise<void> {
  await scene.play({ sync: () => two })
  await born(scene)
  assert.equal((await parentOf(scene))?.metadata.finalizers, undefined)
  await scene.remove(THING.apiVersion, THING.plural, 'parent')
  await eventually(async () => {
    assert.equal(await scene.get('v1', 'configmaps', 'child'), undefined)
    assert.equal(await parentOf(scene), undefined)
  })
}

/** A child that cannot go keeps the garbage collector at work, and its finalizer on the parent. */
async function foreground(scene: Scene): Promise<void> {
  const held = configMap('held', {}, { finalizers: ['lab.holdfast.dev/hold'] })
  await scene.play({
    sync: () => ({ body: { children: [...two.body.children, held] } }),
    finalize: () => ({ body: { children: [configMap('late')], resyncAfterSeconds: 0.2, finalized: false } }),
  })
  await born(scene)
  await eventually(async () => assert.ok(await scene.get('v1', 'configmaps', 'held')))
  await scene.remove(THING.apiVersion, THING.plural, 'parent', { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground' })
  await eventually(async () => assert.equal(await scene.get('v1', 'configmaps', 'child'), undefined))
  await eventually(() => assert.ok(scene.calls('finalize').length >= 5))
  assert.equal(await scene.get('v1', 'configmaps', 'late'), undefined)
  const parent = await parentOf(scene)
  assert.ok(parent?.metadata.deletionTimestamp)
  assert.deepEqual([...parent.metadata.finalizers ?? []].sort(), ['foregroundDeletion', finalizerOf(scene)])
}

async function unlabelled(scene: Scene): Promise<void> {
  await scene.play({ sync: () => two, finalize: () => ({ body: { children: [], finalized: true } }) })
  await born(scene)
  await scene.patch({ metadata: { labels: { scene: null } } })
  await eventually(async () => assert.deepEqual((await parentOf(scene))?.metadata.finalizers ?? [], []))
  const call = scene.calls('finalize')[0]
  assert.deepEqual([call?.body.finalizing, call?.body.parent.metadata.deletionTimestamp], [true, undefined])
}

async function finalizedFromSync(scene: Scene): Promise<void> {
  await scene.play({ sync: (_, count) => ({ body: { ...two.body, finalized: count === 1 } }), finalize: () => ({ body: { finalized: true } }) })
  await scene.parent()
  await eventually(async () => {
    assert.ok(scene.calls('sync').length >= 2)
    assert.deepEqual((await parentOf(scene))?.metadata.finalizers, [finalizerOf(scene)])
  })
}

async function foreign(scene: Scene): Promise<void> {
  await scene.play({ sync: call => call.body.parent.metadata.deletionTimestamp === undefined ? two : { body: { status: { phase: 'Late' }, children: [configMap('late')] } } })
  await scene.parent({ finalizers: ['lab.holdfast.dev/hold'] })
  await eventually(async () => assert.ok(await scene.get('v1', 'configmaps', 'child')))
  await scene.remove(THING.apiVersion, THING.plural, 'parent')
  await eventually(async () => assert.equal(((await parentOf(scene))?.status as { phase?: string } | undefined)?.phase, 'Late'))
  assert.equal(await scene.get('v1', 'configmaps', 'late'), undefined)
  assert.ok(await scene.get('v1', 'configmaps', 'child'))
}

async function controllerGone(scene: Scene): Promise<void> {
  await scene.play({ sync: () => two, finalize: () => ({ body: { finalized: true } }) })
  await born(scene)
  await scene.client.call('DELETE', `/apis/metacontroller.k8s.io/v1alpha1/compositecontrollers/${scene.name}`)
  await eventually(async () => {
    const { items } = await scene.client.call<{ items: readonly { metadata: { name: string } }[] }>('GET', '/apis/metacontroller.k8s.io/v1alpha1/compositecontrollers')
    assert.ok(items.every(item => item.metadata.name !== scene.name))
  })
  await scene.remove(THING.apiVersion, THING.plural, 'parent')
  const parent = await parentOf(scene)
  assert.deepEqual(parent?.metadata.finalizers, [finalizerOf(scene)])
}
