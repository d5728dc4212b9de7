import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { load } from 'js-yaml'
import { REGISTRY } from '../../hooks/registry.ts'
import { API_VERSION } from '../../lib/api.ts'
import { authorizationOf } from '../metacontroller/authorization.ts'
import { timeoutOf, urlOf } from '../metacontroller/webhook.ts'
import type { Client } from '../metacontroller/client.ts'
import type { ControllerManifest, Webhook } from '../metacontroller/manifest.ts'

const FOLDER = new URL('../../metacontroller/', import.meta.url)
const COPY = new URL('../../charts/holdfast/files/metacontroller/', import.meta.url)
const names = readdirSync(FOLDER).filter(name => name.endsWith('.yaml'))
const manifests = names.map(name => load(readFileSync(new URL(name, FOLDER), 'utf8')) as ControllerManifest)
/** The hooks server gives up after 9 s; Metacontroller has to wait longer, or it would call again while the first call goes on. */
const SERVER_DEADLINE = 9000

const hooksOf = ({ spec }: ControllerManifest) => Object.entries(spec.hooks ?? {}) as readonly [string, { version: string; webhook: Webhook }][]
const kindOf = ({ metadata }: ControllerManifest) => metadata.name.replace(/^holdfast-/, '')

test('the chart ships the same text', () => {
  assert.deepEqual(readdirSync(COPY).sort(), [...names].sort())
  for (const name of names) assert.equal(readFileSync(new URL(name, COPY), 'utf8'), readFileSync(new URL(name, FOLDER), 'utf8'), `cp metacontroller/${name} charts/holdfast/files/metacontroller/`)
})

test('each kind that the server answers for has one controller, and the other way round', () => {
  assert.deepEqual(manifests.map(kindOf).sort(), [...REGISTRY.keys()].sort())
})

test('a controller declares exactly the children that its hook may answer', () => {
  const kinds: Readonly<Record<string, string>> = { jobs: 'Job', cronjobs: 'CronJob', volumesnapshots: 'VolumeSnapshot', persistentvolumeclaims: 'PersistentVolumeClaim' }
  for (const manifest of manifests) {
    const declared = (manifest.spec.childResources ?? []).map(({ apiVersion, resource }) => `${kinds[resource]}.${apiVersion}`)
    const { always = [], sometimes = [] } = REGISTRY.get(kindOf(manifest))?.children ?? {}
    assert.deepEqual(declared, [...always, ...sometimes], manifest.metadata.name)
  }
})

test('a running Job, a snapshot and a claim are never changed; a CronJob is', () => {
  const methods = manifests.flatMap(({ spec }) => (spec.childResources ?? []).map(({ resource, updateStrategy }) => [resource, updateStrategy?.method]))
  for (const [resource, method] of methods) assert.equal(method, resource === 'cronjobs' ? 'InPlace' : 'OnDelete')
})

test('parents are our kinds, children are told apart by the parent\'s uid, and lost triggers are found', () => {
  for (const { spec, metadata } of manifests) {
    assert.equal(spec.parentResource?.apiVersion, API_VERSION)
    assert.equal(spec.generateSelector, true, metadata.name)
    assert.ok((spec.resyncPeriodSeconds ?? 0) >= 60 && (spec.resyncPeriodSeconds ?? 0) < 1800, metadata.name)
  }
})

test('every hook is of version v2, is called at its own path, and may take as long as the server does', () => {
  for (const manifest of manifests) {
    for (const [hook, { version, webhook }] of hooksOf(manifest)) {
      assert.equal(version, 'v2')
      assert.equal(urlOf(webhook), `http://holdfast-hooks.holdfast-system:80/${kindOf(manifest)}/${hook}`)
      if (hook !== 'customize') assert.ok(timeoutOf(webhook) > SERVER_DEADLINE)
    }
  }
})

test('a finalize hook stands where something outside has to be ended, and nowhere else', () => {
  const finalized = manifests.filter(manifest => manifest.spec.hooks?.finalize !== undefined).map(kindOf)
  assert.deepEqual(finalized.sort(), ['backup', 'backuppolicy', 'restore'])
})

test('every call carries the token of the Secret', async () => {
  const asked: string[] = []
  const client = { call: async (_method: string, path: string) => { asked.push(path); return { data: { token: Buffer.from('secret\n').toString('base64') } } } } as unknown as Client
  for (const manifest of manifests) {
    for (const [, { webhook }] of hooksOf(manifest)) assert.equal(await authorizationOf(client, webhook, manifest.spec), 'Bearer secret')
  }
  assert.deepEqual([...new Set(asked)], ['/api/v1/namespaces/holdfast-system/secrets/holdfast-hooks-token'])
})
