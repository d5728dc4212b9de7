import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { load } from 'js-yaml'
import { unavailable } from '../metacontroller/api-server.ts'
import { eventually } from '../metacontroller/scene.ts'
import { candidates, startWorld, type World } from '../metacontroller/world.ts'
import { CHART } from './render.ts'
import type { ControllerManifest, HookManifest } from '../metacontroller/manifest.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const OURS = '/apis/holdfast.dev/v1alpha1'
const BACKUPS = `${OURS}/namespaces/default/backups`

describe('the hook that runs before helm uninstall', { skip: unavailable('the uninstall hook') }, () => {
  let world: World
  before(async () => {
    world = await startWorld(candidates()[0])
    await install(world)
  })
  after(() => world.stop())

  it('takes Metacontroller\'s finalizers off every object while it runs, and touches nothing else', async () => {
    await world.api.client.call('POST', BACKUPS, backup('plain', []))
    await world.api.client.call('POST', BACKUPS, backup('held', ['example.com/mine']))
    const finalizer = 'metacontroller.io/compositecontroller-holdfast-backup'
    await eventually(async () => assert.deepEqual((await finalizers(world)).toSorted(byName), [['held', ['example.com/mine', finalizer]], ['plain', [finalizer]]]))
    assert.equal(await runHook(world), 0)
    await sleep(1500)
    assert.deepEqual((await finalizers(world)).toSorted(byName), [['held', ['example.com/mine']], ['plain', []]])
    const { items } = await world.api.client.call<{ items: readonly unknown[] }>('GET', '/apis/metacontroller.k8s.io/v1alpha1/compositecontrollers')
    assert.deepEqual(items, [])
  })

  it('may be repeated', async () => { assert.equal(await runHook(world), 0) })
})

/** Our kinds, and our controllers with their webhooks led to the test. */
async function install({ api, hooks }: World): Promise<void> {
  for (const name of readdirSync(`${CHART}/files/crds`)) {
    await api.client.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', load(readFileSync(`${CHART}/files/crds/${name}`, 'utf8')))
  }
  hooks.on('all', () => ({ body: { children: [], finalized: false } }))
  for (const name of readdirSync(`${CHART}/files/metacontroller`)) {
    const manifest = load(readFileSync(`${CHART}/files/metacontroller/${name}`, 'utf8')) as ControllerManifest
    const here = (hook: HookManifest) => ({ ...hook, webhook: { url: `${hooks.url}/all/sync` } })
    const customize = undefined
    const spec = { ...manifest.spec, endpointConfigs: undefined, childResources: manifest.spec.childResources?.filter(({ resource }) => resource !== 'volumesnapshots'),
      hooks: { ...Object.fromEntries(Object.entries(manifest.spec.hooks ?? {}).map(([key, hook]) => [key, here(hook)])), customize } }
    await api.client.call('POST', '/apis/metacontroller.k8s.io/v1alpha1/compositecontrollers', { ...manifest, metadata: { ...manifest.metadata, labels: { instance: 'main' } }, spec })
  }
}

function backup(name: string, held: readonly string[]): KubeObject {
  return { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', metadata: { name, finalizers: held }, spec: { strategy: 'snapshot', volumes: ['data'] } }
}

async function finalizers({ api }: World): Promise<readonly [string, readonly string[]][]> {
  const { items } = await api.client.call<{ items: readonly KubeObject[] }>('GET', BACKUPS)
  return items.map(({ metadata }) => [metadata.name, metadata.finalizers ?? []])
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

/** Runs the script as its Job does, with the test's account. Answers its exit code. */
async function runHook({ api }: World): Promise<number | null> {
  const account = mkdtempSync(join(tmpdir(), 'holdfast-account-'))
  const { clusters, users } = JSON.parse(readFileSync(api.kubeconfig, 'utf8')) as { clusters: [{ cluster: { server: string } }]; users: [{ user: { token: string } }] }
  writeFileSync(join(account, 'token'), users[0].user.token)
  const { hostname, port } = new URL(clusters[0].cluster.server)
  const env = { ...process.env, SERVICE_ACCOUNT: `${account}/`, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT_HTTPS: port, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' }
  const child = spawn(process.execPath, [`${CHART}/files/release-finalizers.mjs`], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
  rmSync(account, { recursive: true })
  return code
}
