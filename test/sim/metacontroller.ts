import { globSync, readFileSync } from 'node:fs'
import { loadAll } from 'js-yaml'
import { startController } from '../metacontroller/controller.ts'
import type { Environment } from '../metacontroller/environment.ts'
import { informers } from '../metacontroller/informer.ts'
import type { ControllerManifest } from '../metacontroller/manifest.ts'
import { resourceMap } from '../metacontroller/resources.ts'
import type { Post } from '../metacontroller/webhook.ts'
import { ROOT } from '../tidy/sources.ts'
import type { ApiServer } from './api/api.ts'
import type { Caches } from './caches.ts'
import { simClient } from './client.ts'
import { never, type Wire } from './wire.ts'

/** Twelve times as rare as shipped: what only the periodic resync would mend shall be seen, and idle hours shall cost little. */
const RARE_RESYNC_SECONDS = 3600

/** The manifests that are shipped, read once, but for the period of the resync. */
export const MANIFESTS: readonly ControllerManifest[] = globSync('metacontroller/*.yaml', { cwd: ROOT }).sort()
  .flatMap(path => loadAll(readFileSync(`${ROOT}/${path}`, 'utf8')) as ControllerManifest[])
  .map(manifest => ({ ...manifest, spec: { ...manifest.spec, resyncPeriodSeconds: RARE_RESYNC_SECONDS } }))

/** As the chart renders them for a cluster without the snapshot API. */
const WITHOUT_SNAPSHOTS: readonly ControllerManifest[] = MANIFESTS
  .map(manifest => ({ ...manifest, spec: { ...manifest.spec, childResources: manifest.spec.childResources?.filter(({ resource }) => resource !== 'volumesnapshots') } }))

/** A running Metacontroller: our stand-in, whose behaviour is proved equal to the real one's, in virtual time. */
export interface Metacontroller {
  /** Ends it at once, in the middle of whatever it does. */
  crash(): void
}

export interface MetacontrollerParts {
  readonly api: ApiServer
  readonly caches: Caches
  readonly wire: Omit<Wire, 'alive'>
  readonly post: Post
  /** Told what only a log would show. */
  readonly log: (message: string) => void
  /** A nil dereference of the real one, which ends its process: never to be seen. */
  readonly panicked: (message: string) => void
  /** Whether the cluster has the snapshot API. */
  readonly snapshots: boolean
}

/** Starts all controllers. */
export function startMetacontroller({ api, caches, wire, post, log, panicked, snapshots }: MetacontrollerParts): Metacontroller {
  const stopping = new AbortController()
  const alive = (): boolean => !stopping.signal.aborted
  const client = simClient(api, { ...wire, alive }, caches)
  const environment: Environment = {
    client,
    resources: resourceMap(client),
    informerOf: informers(client, stopping.signal, log),
    workers: 5,
    post: async (url, request) => {
      const answer = await post(url, request)
      return alive() ? answer : await never()
    },
    log,
    event: (about, type, { reason, message }) => { if (type === 'Warning') log(`${about.kind} ${about.metadata.name} ${reason}: ${message}`) },
    crash(message) {
      panicked(message)
      stopping.abort()
      throw new Error(message)
    },
  }
  for (const manifest of snapshots ? MANIFESTS : WITHOUT_SNAPSHOTS) void start(environment, manifest, alive)
  return { crash: () => stopping.abort() }
}

/** Tries until the controller runs: discovery and the Secret with the token may not be readable at once. */
async function start(environment: Environment, manifest: ControllerManifest, alive: () => boolean): Promise<void> {
  while (alive()) {
    try {
      await startController(environment, manifest)
      return
    } catch (error) {
      environment.log(`can't start ${manifest.metadata.name}: ${String(error)}`)
      await environment.client.time.sleep(1000)
    }
  }
}
