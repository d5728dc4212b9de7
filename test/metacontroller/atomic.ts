import { ApiError, type Client } from './client.ts'
import { pathOfObject, type Resource } from './resources.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const ATTEMPTS = 4

/**
 * Read-modify-write against the live object, again on conflict. `change` answers undefined when nothing is to be written.
 * A namesake with another UID counts as not found.
 */
export async function atomicUpdate(
  client: Client, at: { resource: Resource; object: KubeObject; subresource?: string }, change: (live: KubeObject) => KubeObject | undefined,
): Promise<KubeObject> {
  for (let attempt = 1; ; attempt++) {
    const live = await client.call('GET', pathOfObject(at.resource, at.object))
    if (live.metadata.uid !== at.object.metadata.uid) throw new ApiError(404, { reason: 'NotFound', message: `${at.resource.kind} ${at.object.metadata.name} was replaced by another` })
    const next = change(live)
    if (next === undefined) return live
    try {
      return await client.call('PUT', pathOfObject(at.resource, at.object, at.subresource), next)
    } catch (error) {
      if (!isCode(error, 409) || attempt === ATTEMPTS) throw error
      await client.time.sleep(10 * 5 ** (attempt - 1))
    }
  }
}

/** Adds or removes a finalizer on the live object. */
export function setFinalizer(client: Client, at: { resource: Resource; object: KubeObject }, wanted: { name: string; present: boolean }): Promise<KubeObject> {
  return atomicUpdate(client, at, live => {
    const finalizers = live.metadata.finalizers ?? []
    if (finalizers.includes(wanted.name) === wanted.present) return undefined
    const next = wanted.present ? [...finalizers, wanted.name] : finalizers.filter(name => name !== wanted.name)
    return { ...live, metadata: { ...live.metadata, finalizers: next } }
  })
}

/** Whether an error is an answer of the API server with this status code. */
export function isCode(error: unknown, code: number): boolean {
  return error instanceof ApiError && error.code === code
}
