import { noSuchPath } from './failure.ts'
import type { Kind } from './kind.ts'

/** What a path means. */
export type Route =
  | { readonly to: 'discovery'; readonly apiVersion: string }
  | { readonly to: 'resource'; readonly kind: Kind; readonly namespace: string | undefined; readonly name: string | undefined; readonly sub: 'status' | 'binding' | undefined }

/** Reads paths; each is read once. */
export function router(kinds: readonly Kind[]): (path: string) => Route {
  const byResource = new Map(kinds.map(kind => [`${kind.apiVersion}/${kind.plural}`, kind]))
  const versions = new Set(kinds.map(kind => kind.apiVersion))
  const known = new Map<string, Route>()
  const read = (path: string): Route => {
    const parts = path.split('/').slice(1)
    const head = parts[0] === 'api' ? 2 : parts[0] === 'apis' ? 3 : undefined
    if (head === undefined || parts.length < head || parts.includes('')) throw noSuchPath()
    const apiVersion = parts.slice(1, head).join('/')
    if (!versions.has(apiVersion)) throw noSuchPath()
    const rest = parts.slice(head)
    return rest.length === 0 ? { to: 'discovery', apiVersion } : resourceRoute(byResource, apiVersion, rest)
  }
  return path => {
    const found = known.get(path)
    if (found !== undefined) return found
    const route = read(path)
    known.set(path, route)
    return route
  }
}

function resourceRoute(byResource: ReadonlyMap<string, Kind>, apiVersion: string, parts: readonly string[]): Route {
  // `namespaces/<name>` and `namespaces/<name>/status` are Namespaces themselves.
  const inside = parts[0] === 'namespaces' && parts.length > 2 && parts[2] !== 'status'
  const namespace = inside ? parts[1] : undefined
  const [plural, name, subresource, ...more] = inside ? parts.slice(2) : parts
  const kind = byResource.get(`${apiVersion}/${plural}`)
  if (kind === undefined || more.length > 0 || (namespace !== undefined && !kind.namespaced)) throw noSuchPath()
  if (subresource !== undefined && !(subresource === 'status' && kind.status) && !(subresource === 'binding' && kind.plural === 'pods')) throw noSuchPath()
  if (kind.namespaced && name !== undefined && namespace === undefined) throw noSuchPath()
  return { to: 'resource', kind, namespace, name, sub: subresource }
}
