import assert from 'node:assert/strict'
import { configMap, eventually, type Scene } from '../scene.ts'
import { BARE } from '../world.ts'
import type { Behaviour } from './behaviour.ts'

/** Controllers that cannot run. */
export const controllers: readonly Behaviour[] = [
  { sentence: 'a parent kind without the status subresource is ignored with an event', play: withoutStatus },
  { sentence: 'a child kind that the cluster does not have keeps the controller from starting, with an event', play: unknownChild },
  { sentence: 'a webhook with a service and no path keeps the controller from starting, with an event', play: badWebhook },
]

async function eventAbout(scene: Scene, reason: string): Promise<void> {
  await eventually(async () => {
    const { items } = await scene.client.call<{ items: readonly { reason: string; involvedObject: { name: string } }[] }>('GET', '/api/v1/namespaces/default/events')
    assert.ok(items.some(event => event.reason === reason && event.involvedObject.name === scene.name), `no event ${reason}`)
  })
}

async function withoutStatus(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { children: [] } }) }, { parentResource: { apiVersion: BARE.apiVersion, resource: BARE.plural } })
  await scene.create(BARE.plural, { apiVersion: BARE.apiVersion, kind: BARE.kind, metadata: { name: 'parent' } })
  await eventAbout(scene, 'SyncError')
  assert.deepEqual(scene.calls(), [])
}

async function unknownChild(scene: Scene): Promise<void> {
  const childResources = [{ apiVersion: 'v1', resource: 'configmaps' }, { apiVersion: 'snapshot.storage.k8s.io/v1', resource: 'volumesnapshots' }]
  await scene.play({ sync: () => ({ body: { children: [configMap('child')] } }) }, { childResources })
  await scene.parent()
  await eventAbout(scene, 'CreateError')
  assert.deepEqual(scene.calls(), [])
}

async function badWebhook(scene: Scene): Promise<void> {
  await scene.play({ sync: () => ({ body: { children: [] } }) }, {}, { webhook: { url: undefined, service: { name: 'hooks', namespace: scene.name } } })
  await scene.parent()
  await eventAbout(scene, 'CreateError')
  assert.deepEqual(scene.calls(), [])
}
