import { TransientError } from '../lib/errors.ts'
import type { KubeObject } from './hook.ts'
import type { Kubernetes } from './kubernetes.ts'
import { resourcePath, type ResourceKind } from './resource-path.ts'

export interface Listing {
  readonly kind: ResourceKind
  readonly namespace?: string
  /** labelSelector, fieldSelector. */
  readonly query?: Readonly<Record<string, string>>
}

/** All pages of a collection; undefined when the API has no such resource. */
export async function list(api: Kubernetes, { kind, namespace, query }: Listing): Promise<readonly KubeObject[] | undefined> {
  const path = resourcePath(kind, { namespace })
  const found: KubeObject[] = []
  let next: string | undefined
  do {
    const answer = await api.call({ method: 'GET', path, query: { limit: '500', ...query, ...(next === undefined ? {} : { continue: next }) } })
    if (answer.outcome === 'absent') return undefined
    if (answer.outcome !== 'ok') throw new TransientError('ApiUnavailable', answer.message)
    const page = answer.object as unknown as Page
    found.push(...page.items.map(item => ({ ...item, apiVersion: item.apiVersion ?? page.apiVersion, kind: item.kind ?? kind })))
    next = page.metadata?.continue || undefined
  } while (next !== undefined)
  return found
}

/** The same where an absent resource has no objects. */
export async function listOf(api: Kubernetes, listing: Listing): Promise<readonly KubeObject[]> {
  return await list(api, listing) ?? []
}

/** Built-in lists leave apiVersion and kind out of their items. */
interface Page {
  readonly apiVersion: string
  readonly metadata?: { readonly continue?: string }
  readonly items: readonly KubeObject[]
}
