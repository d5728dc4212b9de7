import type { ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { load } from 'js-yaml'
import { end, freePort, program, startApiServer, type ApiServer } from './api-server.ts'
import { startHookServer, type HookServer } from './hook-server.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const CRDS = new URL('../../charts/holdfast/crds/', import.meta.url)

/** An API server, webhooks, and one Metacontroller: the real one or the stand-in. */
export interface World {
  readonly api: ApiServer
  readonly hooks: HookServer
  readonly metacontroller: 'real' | 'stand-in'
  /** Starts a further Metacontroller that serves only controllers with the label `instance=<instance>`. */
  startMetacontroller(instance: string): Promise<ChildProcess>
  stop(): Promise<void>
}

/** The parents of all scenes: a kind with a status, and one without. */
export const THING = { apiVersion: 'lab.holdfast.dev/v1', plural: 'things', kind: 'Thing' } as const
export const BARE = { apiVersion: 'lab.holdfast.dev/v1', plural: 'bares', kind: 'Bare' } as const
export const CLUSTER_THING = { apiVersion: 'lab.holdfast.dev/v1', plural: 'clusterthings', kind: 'ClusterThing' } as const

/** Starts everything, with the real Metacontroller at this path, or with the stand-in. */
export async function startWorld(real?: string): Promise<World> {
  const [api, hooks] = await Promise.all([startApiServer(), startHookServer()])
  const crds = readdirSync(CRDS).map(name => load(readFileSync(new URL(name, CRDS), 'utf8')))
  for (const crd of [...crds, parentCrd(THING, 'Namespaced', true), parentCrd(BARE, 'Namespaced', false), parentCrd(CLUSTER_THING, 'Cluster', true)]) {
    await api.client.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd)
  }
  await established(api)
  const started: ChildProcess[] = []
  const startMetacontroller = async (instance: string) => {
    const child = await start(api, real, instance)
    started.push(child)
    return child
  }
  await startMetacontroller('main')
  return {
    api, hooks, startMetacontroller,
    metacontroller: real === undefined ? 'stand-in' : 'real',
    async stop() {
      await Promise.all(started.map(end))
      await hooks.stop()
      await api.stop()
    },
  }
}

/**
 * The Metacontrollers to try, undefined being the stand-in: the one that METACONTROLLER names (a path, or `stand-in`), else the
 * stand-in and, where there is one on PATH, the real one.
 */
export function candidates(): readonly (string | undefined)[] {
  const named = process.env.METACONTROLLER
  if (named) return [named === 'stand-in' ? undefined : named]
  const found = (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, 'metacontroller')).find(path => existsSync(path))
  return found === undefined ? [undefined] : [undefined, found]
}

async function start(api: ApiServer, real: string | undefined, instance: string): Promise<ChildProcess> {
  const port = await freePort()
  const args = [`--kubeconfig=${api.kubeconfig}`, '--discovery-interval=5s', '--client-go-qps=100', '--client-go-burst=200', '--workers=5', '--metrics-address=0',
    `--health-probe-bind-address=127.0.0.1:${port}`, `--target-label-selector=instance=${instance}`]
  const log = join(api.directory, `metacontroller-${instance}.log`)
  if (real !== undefined) return program(real, args, log)
  return program(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], log)
}

function parentCrd(names: typeof THING | typeof BARE | typeof CLUSTER_THING, scope: string, status: boolean): KubeObject {
  const [group = '', version = ''] = names.apiVersion.split('/')
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  return {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${names.plural}.${group}` },
    spec: {
      group, scope, names: { kind: names.kind, plural: names.plural },
      versions: [{
        name: version, served: true, storage: true, ...(status ? { subresources: { status: {} } } : {}),
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: open, status: open } } },
      }],
    },
  }
}

async function established(api: ApiServer): Promise<void> {
  const paths = [...[THING, BARE, CLUSTER_THING].map(({ plural }) => `/apis/lab.holdfast.dev/v1/${plural}`),
    ...['compositecontrollers', 'decoratorcontrollers', 'controllerrevisions'].map(plural => `/apis/metacontroller.k8s.io/v1alpha1/${plural}`)]
  for (const path of paths) {
    for (let tries = 0; tries < 200; tries++) {
      if (await api.client.call('GET', path).then(() => true, () => false)) break
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}
