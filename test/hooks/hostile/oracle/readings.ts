import type { KubeObject } from '../../../../hooks/hook.ts'
import type { Answered, Child } from '../answer-shape.ts'
import type { Body } from '../scene.ts'
import type { Reply } from '../target.ts'

/** The body as the server reads it; undefined when it cannot be read. */
export function bodyOf(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body
  } catch {
    return undefined
  }
}

/** The desired children of an answer; none of an error. */
export function desiredOf(reply: Reply): readonly Child[] {
  return reply.status === 200 ? (JSON.parse(reply.text) as Partial<Answered>).children ?? [] : []
}

/** Where a child stands among the observed ones, as `group key`. */
export function placeOf({ kind, apiVersion, metadata: { namespace, name } }: Child): string {
  return `${kind}.${apiVersion} ${namespace}/${name}`
}

/** The observed children of a request, each with its place. */
export function observedIn({ children }: Body): readonly { readonly place: string; readonly object: KubeObject }[] {
  return Object.entries(children ?? {}).flatMap(([group, members]) => Object.entries(members ?? {}).map(([key, object]) => ({ place: `${group} ${key}`, object })))
}

/** Whether an answer lets the parent go. */
export function isReleased(reply: Reply): boolean {
  return reply.status === 200 && (JSON.parse(reply.text) as Partial<Answered>).finalized === true
}
