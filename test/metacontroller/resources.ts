import { ApiError, type Client } from './client.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

/** One resource of the API server as discovery tells it. */
export interface Resource {
  readonly apiVersion: string
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
  readonly hasStatus: boolean
}

export interface ResourceMap {
  byName(apiVersion: string, name: string): Promise<Resource>
  byKind(apiVersion: string, kind: string): Promise<Resource>
}

interface ApiResource {
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
}

/** Discovery, asked once for each apiVersion and again when something is looked for that was not there. */
export function resourceMap(client: Client): ResourceMap {
  const known = new Map<string, readonly Resource[]>()
  const find = async (apiVersion: string, match: (resource: Resource) => boolean, what: string): Promise<Resource> => {
    const cached = known.get(apiVersion)?.find(match)
    if (cached !== undefined) return cached
    known.set(apiVersion, await discover(client, apiVersion))
    const found = known.get(apiVersion)?.find(match)
    if (found === undefined) throw new Error(`discovery: can't find ${what} in apiVersion ${apiVersion}`)
    return found
  }
  return {
    byName: (apiVersion, name) => find(apiVersion, resource => resource.name === name, `resource ${name}`),
    byKind: (apiVersion, kind) => find(apiVersion, resource => resource.kind === kind, `kind ${kind}`),
  }
}

/** Path of a collection, or of one object or its subresource in it. */
export function pathOf(resource: Resource, at: { namespace?: string; name?: string; subresource?: string } = {}): string {
  const root = resource.apiVersion.includes('/') ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`
  const namespace = resource.namespaced && at.namespace ? `/namespaces/${at.namespace}` : ''
  const name = at.name === undefined ? '' : `/${at.name}`
  return `${root}${namespace}/${resource.name}${name}${at.subresource === undefined ? '' : `/${at.subresource}`}`
}

/** Path of an object that exists. */
export function pathOfObject(resource: Resource, object: KubeObject, subresource?: string): string {
  return pathOf(resource, { namespace: object.metadata.namespace, name: object.metadata.name, subresource })
}

/** Group of an apiVersion; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
}

async function discover(client: Client, apiVersion: string): Promise<readonly Resource[]> {
  const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const list = await client.call<{ resources: readonly ApiResource[] }>('GET', path).catch(emptyIfAbsent)
  return list.resources.filter(resource => !resource.name.includes('/')).map(resource => ({
    apiVersion,
    name: resource.name,
    kind: resource.kind,
    namespaced: resource.namespaced,
    hasStatus: list.resources.some(other => other.name === `${resource.name}/status`),
  }))
}

function emptyIfAbsent(error: unknown): { resources: readonly ApiResource[] } {
  if (error instanceof ApiError && error.code === 404) return { resources: [] }
  throw error
}
