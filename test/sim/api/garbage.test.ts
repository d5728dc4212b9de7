import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { configMap, PATHS, pod } from '../conform/objects.ts'
import { ownedBy } from '../conform/scenario.ts'
import { random } from '../random.ts'
import { createApiServer, type SimulatedApiServer } from './server.ts'

const PATH = PATHS.configMaps('default')

/** What conform/api.test.ts shows of results, this shows of the passes: nothing happens by itself, and they come to an end. */
describe('collectGarbage', () => {
  it('has nothing to do in a new cluster', () => {
    assert.equal(newApi().collectGarbage(), false)
  })

  it('leaves dependents alone until it is called, then takes one generation or more, and then rests', () => {
    const api = newApi()
    const owner = create(api, configMap('owner'))
    const child = create(api, configMap('child', { ownerReferences: [ownedBy(owner)] }))
    create(api, configMap('grandchild', { ownerReferences: [ownedBy(child)] }))
    assert.equal(api.collectGarbage(), false)
    api.request({ actor: 'user', method: 'DELETE', path: `${PATH}/owner` })
    assert.equal(names(api).length, 2)
    assert.equal(api.collectGarbage(), true)
    while (api.collectGarbage());
    assert.deepEqual(names(api), [])
  })

  it('acts as the cluster, and only once on what is held', () => {
    const api = newApi()
    const owner = create(api, configMap('owner'))
    create(api, configMap('held', { finalizers: ['a/b'], ownerReferences: [ownedBy(owner)] }))
    api.request({ actor: 'user', method: 'DELETE', path: `${PATH}/owner` })
    assert.equal(api.collectGarbage(), true)
    assert.equal(api.journal.at(-1)?.actor, 'cluster')
    assert.equal(api.collectGarbage(), false)
    assert.deepEqual(names(api), ['held'])
  })

  it('touches nothing whose owner is of a kind that is not served', () => {
    const api = newApi()
    create(api, configMap('strange', { ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'Thing', name: 'x', uid: 'y' }] }))
    assert.equal(api.collectGarbage(), false)
  })

  it('takes no owner of another namespace for one', () => {
    const api = newApi()
    const owner = create(api, configMap('owner'))
    const { body } = api.request({ actor: 'user', method: 'POST', path: PATHS.configMaps('kube-system'), body: configMap('child', { ownerReferences: [ownedBy(owner)] }) })
    assert.equal((body as KubeObject).metadata.namespace, 'kube-system')
    assert.equal(api.collectGarbage(), true)
    assert.deepEqual(api.all('v1/configmaps', 'kube-system'), [])
  })

  it('ends a circle of owners that wait for each other', () => {
    const api = newApi()
    const first = create(api, configMap('first'))
    const second = create(api, configMap('second', { ownerReferences: [ownedBy(first, { blockOwnerDeletion: true })] }))
    api.request({ actor: 'user', method: 'PATCH', path: `${PATH}/first`, body: { metadata: { ownerReferences: [ownedBy(second, { blockOwnerDeletion: true })] } } })
    api.request({ actor: 'user', method: 'DELETE', path: `${PATH}/first`, body: { propagationPolicy: 'Foreground' } })
    for (let pass = 0; pass < 10 && api.collectGarbage(); pass++);
    assert.deepEqual(names(api), [])
  })

  it('empties a namespace that goes, and waits for what is held and for pods that run', () => {
    const api = newApi()
    api.request({ actor: 'user', method: 'POST', path: PATHS.namespaces, body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } } })
    api.request({ actor: 'user', method: 'POST', path: PATHS.configMaps('a'), body: configMap('x') })
    api.request({ actor: 'user', method: 'POST', path: PATHS.pods('a'), body: pod('p', { nodeName: 'n' }) })
    api.request({ actor: 'user', method: 'DELETE', path: `${PATHS.namespaces}/a` })
    while (api.collectGarbage());
    assert.deepEqual(api.all('v1/configmaps', 'a'), [])
    assert.notEqual(api.read(`${PATHS.namespaces}/a`), undefined)
    api.request({ actor: 'cluster', method: 'DELETE', path: `${PATHS.pods('a')}/p`, body: { gracePeriodSeconds: 0 } })
    assert.equal(api.collectGarbage(), true)
    assert.equal(api.read(`${PATHS.namespaces}/a`), undefined)
  })
})

function newApi(): SimulatedApiServer {
  return createApiServer({ now: () => Date.parse('2026-01-01T00:00:00Z'), random: random(7) })
}

function create(api: SimulatedApiServer, body: object): KubeObject {
  const { status, body: made } = api.request({ actor: 'user', method: 'POST', path: PATH, body })
  assert.equal(status, 201, JSON.stringify(made))
  return made as KubeObject
}

function names(api: SimulatedApiServer): readonly string[] {
  return api.all('v1/configmaps').map(({ metadata }) => metadata.name)
}
