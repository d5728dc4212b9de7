import type { Kind } from './kind.ts'

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** GET of a group and version: its resources, each with its subresource. */
export function discover(kinds: readonly Kind[], apiVersion: string): object {
  const resources = kinds.filter(kind => kind.apiVersion === apiVersion).flatMap(({ plural, kind, namespaced, status }) => {
    const entry = (name: string, verbs: readonly string[]): object => ({ name, singularName: '', namespaced, kind, verbs })
    return [entry(plural, VERBS), ...(status ? [entry(`${plural}/status`, ['get', 'patch', 'update'])] : [])]
  })
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion, resources }
}
