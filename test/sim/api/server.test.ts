import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { drawn } from '../conform/chance.ts'
import { simulated } from '../conform/endpoints.ts'
import { backup, configMap, PATHS } from '../conform/objects.ts'
import { play } from '../conform/trace.ts'
import { random } from '../random.ts'
import type { ApiServer, Request } from './api.ts'
import { createApiServer } from './server.ts'

const START = Date.parse('2026-01-01T00:00:00Z')

describe('createApiServer', () => {
  it('has the namespaces of every cluster', () => {
    assert.deepEqual(newApi().all('v1/namespaces').map(({ metadata }) => metadata.name), ['default', 'kube-system'])
  })

  it('takes the time from its caller, in whole seconds', () => {
    let now = START
    const api = createApiServer({ now: () => now, random: random(1) })
    now += 61_500
    assert.equal(made(api, configMap('a')).metadata.creationTimestamp, '2026-01-01T00:01:01Z')
  })

  it('gives the same UIDs and names for the same seed, and others for another', () => {
    const uid = (seed: number): string | undefined => made(createApiServer({ now: () => START, random: random(seed) }), configMap('a')).metadata.uid
    assert.equal(uid(1), uid(1))
    assert.notEqual(uid(1), uid(2))
    const names = [1, 2].map(() => made(newApi(), { ...configMap(''), metadata: { generateName: 'made-' } }).metadata.name)
    assert.equal(names[0], names[1])
    assert.match(names[0] ?? '', /^made-[a-z0-9]{5}$/)
  })

  it('tells subscribers and the journal who changed what, at once and in order', () => {
    const api = newApi()
    const heard: string[] = []
    const end = api.subscribe(change => { heard.push(`${change.actor} ${change.type} ${change.resource} ${change.before?.metadata.resourceVersion}→${change.after.metadata.resourceVersion}`) })
    const first = made(api, configMap('a'), 'user')
    ask(api, { actor: 'hooks', method: 'PATCH', path: `${PATHS.configMaps('default')}/a`, body: { data: { a: '2' } } })
    ask(api, { actor: 'metacontroller', method: 'PATCH', path: `${PATHS.configMaps('default')}/a`, body: { data: { a: '2' } } })
    ask(api, { actor: 'cluster', method: 'DELETE', path: `${PATHS.configMaps('default')}/a` })
    end()
    made(api, configMap('b'))
    const version = Number(first.metadata.resourceVersion)
    assert.deepEqual(heard, [
      `user ADDED v1/configmaps undefined→${version}`,
      `hooks MODIFIED v1/configmaps ${version}→${version + 1}`,
      `cluster DELETED v1/configmaps ${version + 1}→${version + 2}`,
    ])
    assert.deepEqual(api.journal.slice(-4).map(({ actor }) => actor), ['user', 'hooks', 'cluster', 'user'])
  })

  it('does not share its objects with the bodies that it was sent', () => {
    const api = newApi()
    const body = structuredClone(backup('a')) as { spec: { volumes: string[] } }
    ask(api, { actor: 'user', method: 'POST', path: PATHS.backups('default'), body })
    body.spec.volumes.push('later')
    assert.deepEqual((api.read<{ spec: { volumes: unknown } }>(`${PATHS.backups('default')}/a`))?.spec.volumes, ['data'])
  })

  it('reads and lists as GET does', () => {
    const api = newApi()
    const object = made(api, configMap('a'))
    assert.equal(api.read(`${PATHS.configMaps('default')}/a`), object)
    assert.equal(api.read(`${PATHS.configMaps('default')}/b`), undefined)
    assert.deepEqual(api.all('v1/configmaps', 'default'), [object])
    assert.deepEqual(api.all('v1/configmaps', 'kube-system'), [])
    assert.throws(() => api.all('v1/nothings'), /has no resource v1\/nothings/)
  })

  it('knows only the kinds that it is given', () => {
    const api = createApiServer({ now: () => START, random: random(1), kinds: [] })
    assert.equal(api.request({ actor: 'user', method: 'GET', path: '/api/v1/pods' }).status, 404)
  })

  it('answers 405 for what a path cannot do', () => {
    for (const [method, path] of [['DELETE', '/api/v1/pods'], ['POST', '/apis/batch/v1'], ['DELETE', '/api/v1/namespaces/default/pods/a/status'], ['GET', '/api/v1/namespaces/default/pods/a/binding']] as const) {
      assert.equal(newApi().request({ actor: 'user', method, path }).status, 405, `${method} ${path}`)
    }
  })
})

describe('whatever is asked', () => {
  it('leaves a journal that leads to the store, versions that only grow, and frozen objects', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(100_000), async seed => {
      const api = newApi()
      await play(simulated(api), drawn(seed), 'chance')
      const replayed = new Map<string, KubeObject>()
      let version = 0
      for (const { type, resource, before, after, resourceVersion } of api.journal) {
        const key = `${resource} ${after.metadata.namespace} ${after.metadata.name}`
        assert.ok(resourceVersion > version && String(resourceVersion) === after.metadata.resourceVersion)
        assert.equal(before, replayed.get(key))
        assert.equal(type === 'ADDED', before === undefined)
        assert.ok(isDeepFrozen(after))
        version = resourceVersion
        if (type === 'DELETED') replayed.delete(key)
        else replayed.set(key, after)
      }
      const stored = [...new Set(api.journal.map(({ resource }) => resource))].flatMap(resource => api.all(resource))
      assert.deepEqual(new Set(stored), new Set(replayed.values()))
    }), { numRuns: 60 })
  })

  it('is answered the same from the same seed', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(100_000), async seed => {
      const run = async (): Promise<unknown> => {
        const api = newApi()
        return [await play(simulated(api), drawn(seed), 'chance'), api.journal]
      }
      assert.deepEqual(await run(), await run())
    }), { numRuns: 20 })
  })
})

function newApi(): ReturnType<typeof createApiServer> {
  return createApiServer({ now: () => START, random: random(7) })
}

function made(api: ApiServer, body: object, actor: Request['actor'] = 'user'): KubeObject {
  return ask(api, { actor, method: 'POST', path: PATHS.configMaps('default'), body })
}

function ask(api: ApiServer, request: Request): KubeObject {
  const { status, body } = api.request(request)
  assert.ok(status < 300, JSON.stringify(body))
  return body as KubeObject
}

function isDeepFrozen(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeepFrozen))
}
