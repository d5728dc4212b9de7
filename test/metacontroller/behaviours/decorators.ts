import assert from 'node:assert/strict'
import { configMap, eventually, type Scene } from '../scene.ts'
import type { Behaviour } from './behaviour.ts'

/** DecoratorControllers: attachments, labels, annotations and status on objects of any kind. */
export const decorators: readonly Behaviour[] = [
  { sentence: 'a decorator sees objects by annotation and attaches children that carry its name', play: attaches },
  { sentence: 'labels and annotations are merged, and null deletes', play: mergesLabels },
  { sentence: 'a null status is left as it is, another replaces it without observedGeneration', play: status },
  { sentence: 'an empty answer deletes every attachment', play: emptyDeletes },
  { sentence: 'an attachment that is an orphan is not adopted', play: noAdoption },
  { sentence: 'finalize is called when the object goes, and the finalizer is the decorator\'s', play: finalizes },
  { sentence: 'an object that loses its annotation is finalized', play: unannotated },
]

const secret = (annotations: Record<string, string>, labels: Record<string, string> = {}) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'target', labels, annotations } })

function watched(scene: Scene) {
  return {
    resources: [{ apiVersion: 'v1', resource: 'secrets', annotationSelector: { matchAnnotations: { scene: scene.name } } }],
    attachments: [{ apiVersion: 'v1', resource: 'configmaps', updateStrategy: { method: 'InPlace' as const } }],
  }
}

const target = (scene: Scene) => scene.get('v1', 'secrets', 'target')

async function attaches(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { attachments: [configMap('attached')] } }) }, watched(scene))
  await scene.create('secrets', { ...secret({}), metadata: { name: 'other' } })
  const made = await scene.create('secrets', secret({ scene: scene.name }))
  const child = await eventually(async () => await scene.get('v1', 'configmaps', 'attached') ?? assert.fail('no attachment'))
  assert.equal(child.metadata.annotations?.['metacontroller.k8s.io/decorator-controller'], scene.name)
  assert.deepEqual([child.metadata.ownerReferences?.[0]?.uid, child.metadata.ownerReferences?.[0]?.controller], [made.metadata.uid, true])
  const call = await eventually(() => scene.calls('sync').find(one => one.body.attachments['ConfigMap.v1']?.[`${scene.name}/attached`] !== undefined) ?? assert.fail('no call'))
  assert.deepEqual(Object.keys(call.body).sort(), ['attachments', 'controller', 'finalizing', 'object', 'related'])
  assert.ok(scene.calls('sync').every(one => one.body.object.metadata.name === 'target'))
}

async function mergesLabels(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { labels: { added: 'yes', old: null }, annotations: { note: 'hi' }, attachments: [] } }) }, watched(scene))
  await scene.create('secrets', secret({ scene: scene.name }, { old: 'x', kept: 'y' }))
  await eventually(async () => {
    const { metadata } = await target(scene) ?? assert.fail('no target')
    assert.deepEqual([metadata.labels, metadata.annotations], [{ added: 'yes', kept: 'y' }, { scene: scene.name, note: 'hi' }])
  })
}

async function status(scene: Scene): Promise<void> {
  let answered: object | null = { phase: 'One' }
  const resources = [{ apiVersion: 'lab.holdfast.dev/v1', resource: 'things', labelSelector: { matchLabels: { scene: scene.name } } }]
  await scene.play({ sync: () => ({ body: { status: answered, attachments: [] } }) }, { ...watched(scene), resources })
  await scene.parent()
  const seen = () => scene.get('lab.holdfast.dev/v1', 'things', 'parent')
  await eventually(async () => assert.deepEqual((await seen())?.status, { phase: 'One' }))
  answered = null
  await scene.annotate('now')
  await eventually(() => assert.equal(scene.calls('sync').at(-1)?.body.object.metadata.annotations?.touched, 'now'))
  assert.deepEqual((await seen())?.status, { phase: 'One' })
}

async function emptyDeletes(scene: Scene): Promise<void> {
  let empty = false
  await scene.play({ sync: () => ({ body: empty ? {} : { attachments: [configMap('attached')] } }) }, { ...watched(scene), resyncPeriodSeconds: 1 })
  await scene.create('secrets', secret({ scene: scene.name }))
  await eventually(async () => assert.ok(await scene.get('v1', 'configmaps', 'attached')))
  empty = true
  await eventually(async () => assert.equal(await scene.get('v1', 'configmaps', 'attached'), undefined))
}

async function noAdoption(scene: Scene): Promise<void> {
  await scene.create('configmaps', configMap('attached', { mine: 'yes' }))
  await scene.play({ sync: () => ({ body: { attachments: [configMap('attached')], annotations: { done: 'yes' } } }) }, watched(scene))
  await scene.create('secrets', secret({ scene: scene.name }))
  await eventually(async () => assert.equal((await target(scene))?.metadata.annotations?.done, 'yes'))
  const stranger = await scene.get('v1', 'configmaps', 'attached')
  assert.deepEqual([stranger?.data, stranger?.metadata.ownerReferences], [{ mine: 'yes' }, undefined])
}

async function finalizes(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { attachments: [] } }), finalize: (_, count) => ({ body: { attachments: [], finalized: count > 1, resyncAfterSeconds: 0.2 } }) }, watched(scene))
  await scene.create('secrets', secret({ scene: scene.name }))
  await eventually(async () => assert.deepEqual((await target(scene))?.metadata.finalizers, [`metacontroller.io/decoratorcontroller-${scene.name}`]))
  await scene.remove('v1', 'secrets', 'target')
  await eventually(async () => assert.equal(await target(scene), undefined))
  assert.ok(scene.calls('finalize').length >= 2)
}

async function unannotated(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { attachments: [configMap('attached')] } }), finalize: () => ({ body: { attachments: [], finalized: true } }) }, watched(scene))
  await scene.create('secrets', secret({ scene: scene.name }))
  await eventually(async () => assert.ok(await scene.get('v1', 'configmaps', 'attached')))
  const found = await target(scene) ?? assert.fail('no target')
  await scene.put('secrets', { ...found, metadata: { ...found.metadata, annotations: {} } })
  await eventually(async () => assert.deepEqual((await target(scene))?.metadata.finalizers ?? [], []))
  assert.ok(await target(scene))
}
