import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { binaries, startApiServer } from '../../metacontroller/api-server.ts'
import { real } from './endpoints.ts'
import type { Endpoint } from './trace.ts'

const CHART = new URL('../../../charts/holdfast/', import.meta.url)

/** A real API server that serves our kinds and the snapshot project's. */
export interface Genuine {
  readonly endpoint: Endpoint
  readonly version: string
  stop(): Promise<void>
}

/** Starts one; the CRDs are those that are shipped, and those that the node uses. */
export async function startGenuine(): Promise<Genuine> {
  const server = await startApiServer()
  const endpoint = real(server.kubeconfig)
  try {
    await install(endpoint)
    const { body } = await endpoint.request({ method: 'GET', path: '/version' })
    return { endpoint, version: (body as { gitVersion: string }).gitVersion, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Installs all CRDs and waits until they are served. */
async function install(endpoint: Endpoint): Promise<void> {
  const snapshots = new URL(`file://${await binaries(['snapshotter'])}/snapshot-crds/`)
  const files = [new URL('files/crds/', CHART), new URL('crds/', CHART), snapshots]
    .flatMap(folder => readdirSync(folder).filter(name => !/^(groupsnapshot|kustomization)/.test(name)).map(name => new URL(name, folder)))
  for (const file of files) {
    const crd = load(readFileSync(file, 'utf8')) as { spec: { group: string; names: { plural: string }; versions: readonly [{ name: string }] } }
    const { status, body } = await endpoint.request({ method: 'POST', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', body: crd })
    assert.equal(status, 201, JSON.stringify(body))
    const { group, names, versions } = crd.spec
    for (let tries = 0; (await endpoint.request({ method: 'GET', path: `/apis/${group}/${versions[0].name}/${names.plural}` })).status !== 200; tries++) {
      assert.ok(tries < 300, `${names.plural}.${group} is not served`)
      await endpoint.pause()
    }
  }
}
