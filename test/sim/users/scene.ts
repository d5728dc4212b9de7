import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { ApiServer, Response } from '../api/api.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Engine } from '../engine.ts'
import type { Faults } from '../faults.ts'
import type { Blame } from '../invariants/blame.ts'
import type { Random } from '../random.ts'

/** What users are given. */
export interface UsersParts {
  readonly api: ApiServer
  readonly engine: Engine
  readonly faults: Faults
  readonly cluster: Cluster
  readonly blame: Blame
  readonly random: Random
  /** Names of actions that are left out. */
  readonly without?: readonly string[]
  /** Names of actions that are done in any case, and often. */
  readonly keen?: readonly string[]
}

/** The namespace that everything happens in. */
export const NAMESPACE = 'shop'

/** One person at a keyboard: what can be seen, and what can be done. Nothing is done that a person could not do. */
export interface Scene {
  readonly cluster: Cluster
  readonly engine: Engine
  /** Of the action alone: leaving another out changes nothing here. */
  readonly random: Random
  all<T = KubeObject>(resource: string): readonly T[]
  read<T = KubeObject>(resource: string, name: string): T | undefined
  create(resource: string, object: object): boolean
  /** A merge patch; `sub` is `/status` or nothing. */
  patch(resource: string, name: string, change: { readonly body: object; readonly sub?: '/status' }): boolean
  remove(resource: string, name: string, propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'): boolean
  /** Later, unless everything has been healed by then. */
  later(milliseconds: number, act: () => void): void
  /** The next number of this world, for names and contents. */
  count(): number
}

const CLUSTER_WIDE = new Set(['v1/persistentvolumes', 'snapshot.storage.k8s.io/v1/volumesnapshotcontents', 'snapshot.storage.k8s.io/v1/volumesnapshotclasses',
  'storage.k8s.io/v1/storageclasses', 'holdfast.dev/v1alpha1/clusterbackuprepositories', 'v1/namespaces'])

/** Makes scenes that share one world and one counter. `isOver` ends what was planned for later. */
export function sceneMaker({ api, engine, cluster }: UsersParts, isOver: () => boolean): (random: Random) => Scene {
  let counter = 0
  const done = ({ status }: Response): boolean => status < 300
  const send = (method: 'POST' | 'PATCH' | 'DELETE', path: string, body: object): boolean => done(api.request({ actor: 'user', method, path, body }))
  return random => ({
    cluster, engine, random,
    all: <T>(resource: string) => api.all<T>(resource, CLUSTER_WIDE.has(resource) ? undefined : NAMESPACE),
    read: <T>(resource: string, name: string) => api.read<T>(pathOf(resource, name)),
    create: (resource, object) => send('POST', pathOf(resource), object),
    patch: (resource, name, { body, sub = '' }) => send('PATCH', `${pathOf(resource, name)}${sub}`, body as object),
    remove: (resource, name, propagationPolicy = 'Background') => send('DELETE', pathOf(resource, name), { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy }),
    later: (milliseconds, act) => void engine.after(milliseconds, () => { if (!isOver()) act() }),
    count: () => { counter += 1; return counter },
  })
}

/** The path of a resource in the users' namespace. */
export function pathOf(resource: string, name?: string): string {
  const cut = resource.lastIndexOf('/')
  const group = resource.slice(0, cut)
  const root = group === 'v1' ? '/api/v1' : `/apis/${group}`
  return `${root}${CLUSTER_WIDE.has(resource) ? '' : `/namespaces/${NAMESPACE}`}${resource.slice(cut)}${name === undefined ? '' : `/${name}`}`
}
