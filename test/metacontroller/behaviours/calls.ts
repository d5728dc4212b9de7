import assert from 'node:assert/strict'
import { configMap, eventually, type Scene } from '../scene.ts'
import { THING } from '../world.ts'
import type { Behaviour } from './behaviour.ts'

/** When and how hooks are called, and what becomes of the status they answer. */
export const calls: readonly Behaviour[] = [
  { sentence: 'hook v2 gets the controller, the whole parent, children by Kind.group/version and namespace/name, related, and finalizing', play: requestShape },
  { sentence: 'hook v1 gets children by bare name', play: firstVersion },
  { sentence: 'a kind that is declared has an entry even when there are no children of it', play: emptyGroups },
  { sentence: 'status 429 with Retry-After waits exactly that long, without an event, and changes nothing', play: retryAfter },
  { sentence: 'status 429 without Retry-After is called again at once', play: hotLoop },
  { sentence: 'resyncAfterSeconds calls again after a fraction of a second; 0 and below do not', play: resyncAfter },
  { sentence: 'resyncPeriodSeconds calls again for ever', play: resyncPeriod },
  { sentence: 'the token of the Secret in endpointConfigs is sent as a bearer token on all hooks', play: endpointToken },
  { sentence: 'a webhook\'s own authorization goes before endpointConfigs', play: webhookToken },
  { sentence: 'a controller whose Secret is absent does not start until it is there', play: absentSecret },
  { sentence: 'with etag on, 304 replays the answer that came with the etag', play: etag },
  { sentence: 'status is replaced whole, with observedGeneration put in', play: statusWhole },
  { sentence: 'a status that never changes is written once', play: statusOnce },
  { sentence: 'a status that always changes is a hot loop', play: statusLoop },
  { sentence: 'with ignoreStatusChanges it is not', play: statusIgnored },
  { sentence: 'a changed manifest restarts the controller with all its parents', play: manifestChanged },
  { sentence: 'a controller without the target label is not served', play: notServed },
]

const parentOf = (scene: Scene) => scene.get(THING.apiVersion, THING.plural, 'parent')
const child = { body: { children: [configMap('child')] } }

async function requestShape(scene: Scene): Promise<void> {
  await scene.play({ sync: () => child })
  const parent = await scene.parent({ spec: { say: 'hello' } })
  const call = await eventually(() => scene.calls('sync').find(one => one.body.children['ConfigMap.v1']?.[`${scene.name}/child`] !== undefined) ?? assert.fail('no call with a child'))
  assert.deepEqual(Object.keys(call.body).sort(), ['children', 'controller', 'finalizing', 'parent', 'related'])
  assert.equal(call.headers['content-type'], 'application/json')
  assert.deepEqual([call.body.controller.kind, call.body.controller.metadata.name], ['CompositeController', scene.name])
  assert.deepEqual([call.body.parent.apiVersion, call.body.parent.kind, call.body.parent.metadata.uid, call.body.parent.spec], [THING.apiVersion, THING.kind, parent.metadata.uid, { say: 'hello' }])
  assert.deepEqual([call.body.related, call.body.finalizing], [{}, false])
  assert.deepEqual(Object.keys(call.body.children).sort(), ['ConfigMap.v1', 'Job.batch/v1'])
  const seen = call.body.children['ConfigMap.v1']?.[`${scene.name}/child`]
  assert.deepEqual([seen?.apiVersion, seen?.kind, seen?.data], ['v1', 'ConfigMap', { a: '1' }])
}

async function firstVersion(scene: Scene): Promise<void> {
  await scene.play({ sync: () => child }, {}, { hook: { version: 'v1' } })
  await scene.parent()
  await eventually(() => assert.ok(scene.calls('sync').at(-1)?.body.children['ConfigMap.v1']?.child))
}

async function emptyGroups(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: {} }) })
  await scene.parent()
  await eventually(() => assert.deepEqual(scene.calls('sync')[0]?.body.children, { 'ConfigMap.v1': {}, 'Job.batch/v1': {} }))
}

async function eventsOf(scene: Scene): Promise<readonly { reason: string }[]> {
  return (await scene.client.call<{ items: readonly { reason: string }[] }>('GET', `/api/v1/namespaces/${scene.name}/events`)).items
}

async function retryAfter(scene: Scene): Promise<void> {
  let busy = false
  const touched = () => scene.calls('sync').filter(call => call.body.parent.metadata.annotations?.touched === 'now')
  await scene.play({ sync: () => busy && touched().length === 1 ? { status: 429, headers: { 'retry-after': '2' } } : child })
  await scene.parent()
  await eventually(() => assert.ok(scene.calls('sync').at(-1)?.body.parent.status !== undefined && scene.calls('sync').at(-1)?.body.children['ConfigMap.v1']?.[`${scene.name}/child`]))
  busy = true
  await scene.annotate('now')
  await eventually(() => assert.ok(touched().length >= 2))
  const waited = (touched()[1]?.at ?? 0) - (touched()[0]?.at ?? 0)
  assert.ok(waited >= 1900, `waited ${waited} ms`)
  assert.ok(await scene.get('v1', 'configmaps', 'child'))
  assert.deepEqual((await eventsOf(scene)).filter(event => event.reason === 'SyncError'), [])
}

async function hotLoop(scene: Scene): Promise<void> {
  await scene.play({ sync: (_, count) => count > 30 ? child : { status: 429 } })
  await scene.parent()
  await eventually(() => assert.ok(scene.calls('sync').length > 30))
}

async function resyncAfter(scene: Scene): Promise<void> {
  await scene.play({ sync: (_, count) => ({ body: { children: [], resyncAfterSeconds: count < 4 ? 0.3 : -1 } }) })
  await scene.parent()
  await eventually(() => assert.ok(scene.calls('sync').length >= 4))
  const [first, , third] = scene.calls('sync')
  assert.ok((third?.at ?? 0) - (first?.at ?? 0) >= 290)
}

async function resyncPeriod(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { children: [] } }) }, { resyncPeriodSeconds: 1 })
  await scene.parent()
  await eventually(() => assert.ok(scene.calls('sync').length >= 4))
}

const secret = (scene: Scene, value: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' }, stringData: { token: `${value}\n` } }) as unknown as Parameters<typeof scene.create>[1]
const reference = (scene: Scene) => ({ type: 'Bearer', secretRef: { name: 'token', namespace: scene.name, key: 'token' } })

async function endpointToken(scene: Scene): Promise<void> {
  await scene.create('secrets', secret(scene, 'open sesame'))
  const host = new URL(scene.world.hooks.url).host
  await scene.play({ sync: () => child, finalize: () => ({ body: { finalized: true } }), customize: () => ({ body: { relatedResources: [] } }) }, { endpointConfigs: [{ host, authorization: reference(scene) }] })
  await scene.parent()
  await eventually(async () => assert.ok(await scene.get('v1', 'configmaps', 'child')))
  await scene.remove(THING.apiVersion, THING.plural, 'parent')
  await eventually(() => assert.ok(scene.calls('finalize').length > 0))
  assert.deepEqual([...new Set(scene.calls().map(call => call.headers.authorization))], ['Bearer open sesame'])
  assert.ok(scene.calls('customize').length > 0)
}

async function webhookToken(scene: Scene): Promise<void> {
  await scene.create('secrets', secret(scene, 'mine'))
  const host = new URL(scene.world.hooks.url).host
  const other = { secretRef: { name: 'absent', namespace: scene.name, key: 'token' } }
  await scene.play({ sync: () => child }, { endpointConfigs: [{ host, authorization: other }] }, { webhook: { authorization: reference(scene) } })
  await scene.parent()
  await eventually(() => assert.equal(scene.calls('sync')[0]?.headers.authorization, 'Bearer mine'))
}

async function absentSecret(scene: Scene): Promise<void> {
  await scene.play({ sync: () => child }, {}, { webhook: { authorization: reference(scene) } })
  await scene.parent()
  await eventually(async () => {
    const events = await scene.client.call<{ items: readonly { reason: string; involvedObject: { name: string } }[] }>('GET', '/api/v1/namespaces/default/events')
    assert.ok(events.items.some(event => event.reason === 'CreateError' && event.involvedObject.name === scene.name))
  })
  assert.deepEqual(scene.calls(), [])
  await scene.create('secrets', secret(scene, 'late'))
  await eventually(() => assert.equal(scene.calls('sync')[0]?.headers.authorization, 'Bearer late'))
}

async function etag(scene: Scene): Promise<void> {
  await scene.play({ sync: call => call.headers['if-none-match'] === 'one' ? { status: 304, text: '' } : { ...child, headers: { etag: 'one' } } }, {}, { webhook: { etag: { enabled: true, cacheTimeoutSeconds: 60, cacheCleanupSeconds: 60 } } })
  await scene.parent()
  await eventually(async () => assert.ok(await scene.get('v1', 'configmaps', 'child')))
  await scene.annotate('now')
  await eventually(() => assert.ok(scene.calls('sync').some(call => call.headers['if-none-match'] === 'one' && call.body.parent.metadata.annotations?.touched === 'now')))
  await scene.remove('v1', 'configmaps', 'child')
  await eventually(async () => assert.ok(await scene.get('v1', 'configmaps', 'child')))
}

async function statusWhole(scene: Scene): Promise<void> {
  let status: object = { phase: 'One', list: [1] }
  await scene.play({ sync: () => ({ body: { children: [], status } }) })
  await scene.parent()
  await eventually(async () => assert.deepEqual((await parentOf(scene))?.status, { phase: 'One', list: [1], observedGeneration: 1 }))
  status = { other: true }
  await scene.patch({ spec: { changed: true } })
  await eventually(async () => assert.deepEqual((await parentOf(scene))?.status, { other: true, observedGeneration: 2 }))
}

async function statusOnce(scene: Scene): Promise<void> {
  await scene.play({ sync: (_, count) => ({ body: { children: [], status: { phase: 'Same' }, resyncAfterSeconds: count < 5 ? 0.1 : 0 } }) })
  await scene.parent()
  await eventually(async () => assert.ok((await parentOf(scene))?.status))
  const version = (await parentOf(scene))?.metadata.resourceVersion
  await eventually(() => assert.ok(scene.calls('sync').length >= 5))
  assert.equal((await parentOf(scene))?.metadata.resourceVersion, version)
}

async function statusLoop(scene: Scene): Promise<void> {
  await scene.play({ sync: (_, count) => ({ body: { children: [], status: { count: Math.min(count, 20) } } }) })
  await scene.parent()
  await eventually(async () => assert.deepEqual((await parentOf(scene))?.status, { count: 20, observedGeneration: 1 }))
}

async function statusIgnored(scene: Scene): Promise<void> {
  const parentResource = { apiVersion: THING.apiVersion, resource: THING.plural, labelSelector: { matchLabels: { scene: scene.name } }, ignoreStatusChanges: true }
  await scene.play({ sync: (_, count) => ({ body: { children: [], status: { count } } }) }, { parentResource })
  await scene.parent()
  await eventually(async () => assert.ok((await parentOf(scene))?.status))
  await scene.annotate('now')
  await eventually(() => assert.equal(scene.calls('sync').at(-1)?.body.parent.metadata.annotations?.touched, 'now'))
  assert.equal(scene.calls('sync').length, 2)
}

async function manifestChanged(scene: Scene): Promise<void> {
  await scene.play({ sync: () => child })
  await scene.parent()
  await eventually(async () => assert.ok(await scene.get('v1', 'configmaps', 'child')))
  await scene.client.call('PATCH', `/apis/metacontroller.k8s.io/v1alpha1/compositecontrollers/${scene.name}`, { spec: { childResources: [{ apiVersion: 'v1', resource: 'configmaps' }] } })
  await eventually(() => assert.deepEqual(Object.keys(scene.calls('sync').at(-1)?.body.children ?? {}), ['ConfigMap.v1']))
  assert.ok(await scene.get('v1', 'configmaps', 'child'))
}

async function notServed(scene: Scene): Promise<void> {
  await scene.play({ sync: () => child }, {}, { instance: 'nobody' })
  await scene.parent()
  const served = await scene.client.call('PATCH', `/apis/metacontroller.k8s.io/v1alpha1/compositecontrollers/${scene.name}`, { metadata: { labels: { instance: 'nobody-else' } } })
  assert.equal(served.metadata.labels?.instance, 'nobody-else')
  assert.deepEqual(scene.calls(), [])
}
