import { remove } from './delete.ts'
import type { Kind } from './kind.ts'
import type { Server } from './server.ts'

/** The namespace controller: empties namespaces that are going, and lets each go when nothing is left in it. */
export function clearNamespaces(server: Server): void {
  const namespaces = server.kinds.find(kind => kind.apiVersion === 'v1' && kind.plural === 'namespaces')
  if (namespaces === undefined) return
  for (const namespace of server.storage.list(namespaces)) {
    if (namespace.metadata.deletionTimestamp === undefined) continue
    const inside = server.kinds.filter(kind => kind.namespaced)
    for (const kind of inside) empty(server, kind, namespace.metadata.name)
    if (inside.every(kind => server.storage.list(kind, namespace.metadata.name).length === 0)) server.storage.remove(namespaces, namespace, 'cluster')
  }
}

function empty(server: Server, kind: Kind, namespace: string): void {
  for (const { metadata } of server.storage.list(kind, namespace)) {
    if (metadata.deletionTimestamp !== undefined) continue
    remove(server, kind, { namespace, name: metadata.name, actor: 'cluster', body: { propagationPolicy: 'Background' } })
  }
}
