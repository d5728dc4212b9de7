import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { startController, type Running } from './controller.ts'
import { eventRecorder } from './events.ts'
import { informers, type Informer } from './informer.ts'
import { lead } from './leader.ts'
import { locator } from './locate.ts'
import { same } from './merge.ts'
import { pathOf, resourceMap, groupOf } from './resources.ts'
import { matches } from './selector.ts'
import { postTo } from './webhook.ts'
import type { Client } from './client.ts'
import type { Environment } from './environment.ts'
import type { Flags } from './flags.ts'
import type { ControllerManifest } from './manifest.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const API = 'metacontroller.k8s.io/v1alpha1'
const RETRY_MILLISECONDS = 1000

/** Serves every Composite- and DecoratorController of the cluster that the target selector matches, until `signal` aborts. */
export async function serve(client: Client, flags: Flags, signal: AbortSignal): Promise<void> {
  const environment = environmentOf(client, flags, signal)
  environment.log("Holdfast's stand-in for Metacontroller v4.17.2 starts")
  answerProbes(flags.healthProbeBindAddress)
  answerProbes(flags.metricsAddress)
  if (flags.leaderElection) {
    await lead(client, { namespace: flags.leaderElectionNamespace || inClusterNamespace(), name: flags.leaderElectionId }, () => environment.crash('leader election lost'))
  }
  for (const kind of ['CompositeController', 'DecoratorController']) {
    const resource = { apiVersion: API, name: `${kind.toLowerCase()}s`, kind, namespaced: false, hasStatus: true }
    watchControllers(environment, environment.informerOf(resource), flags)
  }
  environment.log('serving')
}

function environmentOf(client: Client, flags: Flags, signal: AbortSignal): Environment {
  const log = (message: string) => void process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), message })}\n`)
  return {
    client,
    log,
    resources: resourceMap(client),
    informerOf: informers(client, signal, log),
    workers: flags.workers,
    // In a pod names are DNS's alone, as for the real one: the chart lets nobody read Services.
    post: postTo(process.env.KUBERNETES_SERVICE_HOST === undefined ? locator(client) : async url => url),
    event: eventRecorder(client, log),
    crash(message) {
      process.stderr.write(`panic: ${message}\n`)
      process.exit(2)
    },
  }
}

/** Starts, restarts and stops controllers one change at a time, as their manifests come, change and go. */
function watchControllers(environment: Environment, informer: Informer, flags: Flags): void {
  const running = new Map<string, Running>()
  let last = Promise.resolve()
  const reconcile = (name: string) => {
    last = last.then(() => apply(environment, running, { name, manifest: informer.get(undefined, name) as ControllerManifest | undefined })).catch((error: unknown) => {
      environment.log(`can't start ${informer.resource.kind} ${name}: ${error instanceof Error ? error.message : String(error)}`)
      setTimeout(() => reconcile(name), RETRY_MILLISECONDS)
    })
  }
  informer.subscribe((before, after) => {
    if (after === undefined || matches(flags.targetLabelSelector, after.metadata.labels)) reconcile((after ?? before)?.metadata.name ?? '')
  })
}

async function apply(environment: Environment, running: Map<string, Running>, wanted: { name: string; manifest: ControllerManifest | undefined }): Promise<void> {
  const { name, manifest } = wanted
  const current = running.get(name)
  if (manifest !== undefined && same(current?.manifest.spec, manifest.spec)) return
  if (manifest !== undefined && manifest.spec.parentResource !== undefined && !await hasStatus(environment, manifest)) return
  running.delete(name)
  await current?.stop()
  if (manifest === undefined) return
  try {
    running.set(name, await startController(environment, manifest))
    environment.event(manifest, 'Normal', { reason: 'Started', message: `Started controller: ${name}` })
  } catch (error) {
    environment.event(manifest, 'Warning', { reason: 'CreateError', message: `Cannot create new controller: ${error instanceof Error ? error.message : String(error)}` })
    throw error
  }
}

interface Crd extends KubeObject {
  readonly spec: { readonly versions: readonly { readonly name: string; readonly subresources?: { readonly status?: object } }[] }
}

/** A composite parent must be a custom resource with a status subresource; without one the controller is ignored. */
async function hasStatus(environment: Environment, manifest: ControllerManifest): Promise<boolean> {
  const { apiVersion = '', resource = '' } = manifest.spec.parentResource ?? {}
  const crds = { apiVersion: 'apiextensions.k8s.io/v1', name: 'customresourcedefinitions', kind: 'CustomResourceDefinition', namespaced: false, hasStatus: true }
  const crd = await environment.client.call<Crd>('GET', pathOf(crds, { name: `${resource}.${groupOf(apiVersion)}` }))
  const found = crd.spec.versions.some(version => apiVersion.endsWith(`/${version.name}`) && version.subresources?.status !== undefined)
  if (!found) environment.event(manifest, 'Warning', { reason: 'SyncError', message: `[${manifest.metadata.name}] Sync error - ignoring, CRD does not have subresource 'Status' enabled` })
  return found
}

function answerProbes(address: string): void {
  if (address === '0' || address === '') return
  const colon = address.lastIndexOf(':')
  createServer((request, response) => {
    const known = ['/healthz', '/readyz', '/metrics'].includes(request.url ?? '')
    response.writeHead(known ? 200 : 404).end(request.url === '/metrics' ? '' : 'ok')
  }).listen(Number(address.slice(colon + 1)), address.slice(0, colon) || undefined)
}

function inClusterNamespace(): string {
  return readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/namespace', 'utf8').trim()
}
