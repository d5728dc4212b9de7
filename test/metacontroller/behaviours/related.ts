import assert from 'node:assert/strict'
import { configMap, eventually, type Scene } from '../scene.ts'
import type { Behaviour } from './behaviour.ts'

/** The customize hook and the related objects that it asks for. */
export const related: readonly Behaviour[] = [
  { sentence: 'customize gets controller and parent only, and is asked once for a generation', play: cachedByGeneration },
  { sentence: 'related objects are chosen by names, and a change of one of them calls sync', play: byNames },
  { sentence: 'related objects are chosen by labels in a namespace', play: byLabels },
  { sentence: 'hook v2 may see other namespaces and cluster-scoped objects', play: elsewhere },
  { sentence: 'hook v1 sees only its own namespace', play: firstVersionAtHome },
  { sentence: 'a rule without names, labels and namespace means every object of the kind', play: everything },
  { sentence: 'a rule that selects nothing has an empty entry', play: nothing },
  { sentence: 'names together with a selector is an error that changes nothing', play: contradiction },
  { sentence: 'a selector that Kubernetes refuses keeps sync from being called', play: refusedSelector },
  { sentence: 'a customize hook that fails keeps sync from being called', play: failing },
]

const answer = { body: { status: { phase: 'Good' }, children: [] } }
const relatedOf = (scene: Scene, kind: string) => Object.keys(scene.calls('sync').at(-1)?.body.related[kind] ?? { none: 1 }).sort()

async function withRules(scene: Scene, rules: readonly object[], more: Parameters<Scene['play']>[2] = {}): Promise<void> {
  await scene.play({ sync: () => answer, customize: () => ({ body: { relatedResources: rules } }) }, {}, more)
  await scene.parent()
}

async function cachedByGeneration(scene: Scene): Promise<void> {
  await withRules(scene, [])
  await eventually(() => assert.ok(scene.calls('sync').length >= 1))
  await scene.annotate('now')
  await eventually(() => assert.equal(scene.calls('sync').at(-1)?.body.parent.metadata.annotations?.touched, 'now'))
  assert.equal(scene.calls('customize').length, 1)
  assert.deepEqual(Object.keys(scene.calls('customize')[0]?.body ?? {}).sort(), ['controller', 'parent'])
  await scene.patch({ spec: { changed: true } })
  await eventually(() => assert.equal(scene.calls('customize').length, 2))
}

async function byNames(scene: Scene): Promise<void> {
  await scene.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'one' } })
  await scene.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'two' } })
  await withRules(scene, [{ apiVersion: 'v1', resource: 'secrets', namespace: scene.name, names: ['one', 'absent'] }])
  await eventually(() => assert.deepEqual(relatedOf(scene, 'Secret.v1'), [`${scene.name}/one`]))
  await scene.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'absent' } })
  await eventually(() => assert.deepEqual(relatedOf(scene, 'Secret.v1'), [`${scene.name}/absent`, `${scene.name}/one`]))
  await scene.remove('v1', 'secrets', 'one')
  await eventually(() => assert.deepEqual(relatedOf(scene, 'Secret.v1'), [`${scene.name}/absent`]))
}

async function byLabels(scene: Scene): Promise<void> {
  await scene.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'one', labels: { tier: 'gold' } } })
  await scene.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'two' } })
  await withRules(scene, [{ apiVersion: 'v1', resource: 'secrets', namespace: scene.name, labelSelector: { matchLabels: { tier: 'gold' } } }])
  await eventually(() => assert.deepEqual(relatedOf(scene, 'Secret.v1'), [`${scene.name}/one`]))
}

const elsewhereRules = [
  { apiVersion: 'v1', resource: 'namespaces', names: ['default', 'kube-system'] },
  { apiVersion: 'v1', resource: 'configmaps', namespace: 'default', names: ['elsewhere'] },
]

async function elsewhere(scene: Scene): Promise<void> {
  await scene.client.call('POST', '/api/v1/namespaces/default/configmaps', configMap('elsewhere')).catch(() => undefined)
  await withRules(scene, elsewhereRules)
  await eventually(() => {
    assert.deepEqual(relatedOf(scene, 'Namespace.v1'), ['default', 'kube-system'])
    assert.deepEqual(relatedOf(scene, 'ConfigMap.v1'), ['default/elsewhere'])
  })
}

async function firstVersionAtHome(scene: Scene): Promise<void> {
  await scene.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'one' } })
  await withRules(scene, [{ apiVersion: 'v1', resource: 'secrets' }], { hook: { version: 'v1' } })
  await eventually(() => assert.deepEqual(relatedOf(scene, 'Secret.v1'), ['one']))
}

async function everything(scene: Scene): Promise<void> {
  await withRules(scene, [{ apiVersion: 'v1', resource: 'namespaces' }])
  await eventually(() => assert.ok(['default', 'kube-system', scene.name].every(name => relatedOf(scene, 'Namespace.v1').includes(name))))
}

async function nothing(scene: Scene): Promise<void> {
  await withRules(scene, [{ apiVersion: 'v1', resource: 'secrets', namespace: scene.name }])
  await eventually(() => assert.deepEqual(scene.calls('sync').at(-1)?.body.related, { 'Secret.v1': {} }))
}

async function contradiction(scene: Scene): Promise<void> {
  await withRules(scene, [{ apiVersion: 'v1', resource: 'secrets', names: ['one'], labelSelector: { matchLabels: { a: 'b' } } }])
  await eventually(async () => {
    const { items } = await scene.client.call<{ items: readonly { reason: string }[] }>('GET', `/api/v1/namespaces/${scene.name}/events`)
    assert.ok(items.some(event => event.reason === 'SyncError'))
  })
  assert.deepEqual(scene.calls('sync'), [])
}

async function refusedSelector(scene: Scene): Promise<void> {
  const rules = [{ apiVersion: 'v1', resource: 'secrets', namespace: scene.name, labelSelector: { matchLabels: { policy: 'prod/nightly' } } }]
  await withRules(scene, rules)
  await eventually(async () => {
    const { items } = await scene.client.call<{ items: readonly { reason: string; message: string }[] }>('GET', `/api/v1/namespaces/${scene.name}/events`)
    assert.ok(items.some(event => event.reason === 'SyncError' && event.message.includes('prod/nightly')))
  })
  assert.deepEqual(scene.calls('sync'), [])
}

async function failing(scene: Scene): Promise<void> {
  let broken = true
  await scene.play({ sync: () => answer, customize: () => broken ? { status: 500 } : { body: { relatedResources: [] } } })
  await scene.parent()
  await eventually(() => assert.ok(scene.calls('customize').length >= 3))
  assert.deepEqual(scene.calls('sync'), [])
  broken = false
  await eventually(() => assert.ok(scene.calls('sync').length > 0))
}
