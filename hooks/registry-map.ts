import type { SCHEMAS } from '../schemas/generated/schemas.ts'
import type { Hook, KubeObject } from './hook.ts'

/** One kind that the server answers for. */
export interface Registered {
  readonly hook: Hook<KubeObject, unknown>
  readonly kind: keyof typeof SCHEMAS
  readonly namespaced: boolean
  /**
   * Child kinds as hook v2 names them. A request must have a group for each of `always`; the answer may hold children of any
   * of them whose group is in the request (Metacontroller makes others too, but never sees or removes them again).
   */
  readonly children: { readonly always: readonly string[]; readonly sometimes: readonly string[] }
}

/** Hooks by their kind in lower case. Throws when two have the same. */
export function byUrl(hooks: readonly Registered[]): ReadonlyMap<string, Registered> {
  const found = new Map(hooks.map(registered => [registered.hook.kind, registered]))
  if (found.size !== hooks.length) throw new Error('two hooks have the same kind')
  return found
}
