import type { KubeObject } from '../../../schemas/generated/types.ts'
import { recent } from '../../metacontroller/recent.ts'
import { badRequest } from './failure.ts'
import type { Kind } from './kind.ts'
import { selectorOf } from './selectors.ts'
import type { Server } from './server.ts'

interface Listing {
  readonly namespace: string | undefined
  readonly query: Readonly<Record<string, string>>
}

/** GET of a collection: all of it, or pages that show the collection as it was when the first one was read. */
export function list(server: Server, kind: Kind, { namespace, query }: Listing): object {
  const from = query.continue === undefined || query.continue === '' ? undefined : tokenOf(query.continue)
  const version = from?.version ?? server.storage.version()
  const select = selectorOf(kind, query)
  const whole = from === undefined ? server.storage.list(kind, namespace) : listAt(server, kind, { namespace, version: from.version })
  const rest = from === undefined ? whole : whole.filter(object => keyOf(object) > from.after)
  const found = select === undefined ? rest : rest.filter(select)
  const limit = Number(query.limit ?? 0)
  const page = limit > 0 ? found.slice(0, limit) : found
  const last = page.at(-1)
  // A full page says that there may be more when anything follows, selected or not.
  const left = limit > 0 && page.length === limit && last !== undefined ? rest.length - 1 - rest.indexOf(last) : 0
  const more = left > 0 && last !== undefined ? { continue: tokenText(version, keyOf(last)), ...(select === undefined ? { remainingItemCount: left } : {}) } : {}
  return { kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata: { resourceVersion: String(version), ...more }, items: kind.custom ? page : page.map(bare) }
}

/** Items of built-in lists do not say what they are. The same for the same object, so that it is known again. */
const bare = recent(({ apiVersion: _apiVersion, kind: _kind, ...rest }: KubeObject): object => Object.freeze(rest))

/** The collection as it was at a resourceVersion. */
function listAt(server: Server, kind: Kind, at: { readonly namespace: string | undefined; readonly version: number }): readonly KubeObject[] {
  const objects = new Map<string, KubeObject>()
  const resource = `${kind.apiVersion}/${kind.plural}`
  for (const change of server.storage.journal) {
    if (change.resourceVersion > at.version) break
    if (change.resource !== resource || (at.namespace !== undefined && change.after.metadata.namespace !== at.namespace)) continue
    if (change.type === 'DELETED') objects.delete(keyOf(change.after))
    else objects.set(keyOf(change.after), change.after)
  }
  return [...objects.keys()].sort().map(key => objects.get(key) as KubeObject)
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

function tokenText(version: number, after: string): string {
  return Buffer.from(JSON.stringify({ version, after })).toString('base64url')
}

function tokenOf(text: string): { readonly version: number; readonly after: string } {
  try {
    const { version, after } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as { version: unknown; after: unknown }
    if (typeof version === 'number' && typeof after === 'string') return { version, after }
  } catch {
    // Falls through to the same answer as for any other text.
  }
  throw badRequest('continue key is not valid')
}
