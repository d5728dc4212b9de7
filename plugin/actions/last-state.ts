import type { IncomingMessage } from 'node:http'
import type { KubeObject } from '../../schemas/generated/types.ts'
import type { Client } from '../api/client.ts'
import { pathOf, type Kind } from '../api/kinds.ts'

interface Change<T> {
  readonly type: string
  readonly object: T
}

/** The API server ends the answer after so long. */
const SECONDS = 5

/**
 * An object that is gone as it was at its very end, from the server's memory of what happened since it was last seen: two looks miss
 * what is between them. Undefined when that cannot be had: it is too long ago, or one may not watch.
 */
export const lastState = async <T extends KubeObject>(client: Client, kind: Kind, seen: T): Promise<T | undefined> => {
  const { name, namespace, uid, resourceVersion } = seen.metadata
  if (resourceVersion === undefined) return undefined
  const query = new URLSearchParams({ watch: 'true', fieldSelector: `metadata.name=${name}`, resourceVersion, timeoutSeconds: String(SECONDS) })
  try {
    return await endIn(await client.stream(`${pathOf(kind, { namespace })}?${query}`), uid)
  } catch {
    // Whatever it is, nothing is known then, and the caller says so.
    return undefined
  }
}

const endIn = async <T extends KubeObject>(answer: IncomingMessage, uid: string | undefined): Promise<T | undefined> => {
  answer.setEncoding('utf8').setTimeout(2 * SECONDS * 1000, () => answer.destroy())
  let text = ''
  for await (const chunk of answer) {
    text += chunk
    const changes = text.split('\n').slice(0, -1).map(line => JSON.parse(line) as Change<T>)
    const end = changes.find(({ type, object }) => type === 'DELETED' && object.metadata.uid === uid)
    // Leaving the loop closes the answer, which else goes on until its time is over.
    if (end !== undefined) return end.object
  }
  return undefined
}
