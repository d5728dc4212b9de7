import { createHash } from 'node:crypto'
import { isCode } from './atomic.ts'
import { pathOf } from './resources.ts'
import type { Client } from './client.ts'
import type { Environment } from './environment.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const EVENTS = { apiVersion: 'v1', name: 'events', kind: 'Event', namespaced: true, hasStatus: false }

/** Writes Events as Metacontroller's recorder does: a repeated one is counted. Failures to write are only logged. */
export function eventRecorder(client: Client, log: (message: string) => void): Environment['event'] {
  const counts = new Map<string, number>()
  return (about, type, { reason, message }) => {
    const hash = createHash('sha256').update(`${about.metadata.uid}${reason}${message}`).digest('hex').slice(0, 16)
    const count = (counts.get(hash) ?? 0) + 1
    counts.set(hash, count)
    void write(client, eventOf(about, { type, reason, message, count, hash, time: client.time.now() })).catch((error: unknown) => log(`can't write event: ${String(error)}`))
  }
}

interface EventText {
  readonly type: string
  readonly reason: string
  readonly message: string
  readonly count: number
  readonly hash: string
  /** Milliseconds since the epoch. */
  readonly time: number
}

function eventOf(about: KubeObject, text: EventText): KubeObject {
  const { uid, name, namespace, resourceVersion } = about.metadata
  const time = new Date(text.time).toISOString().replace(/\.\d+/, '')
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, 200)}.${text.hash}`, namespace: namespace ?? 'default' },
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid, resourceVersion },
    type: text.type, reason: text.reason, message: text.message.slice(0, 1000), count: text.count,
    firstTimestamp: time, lastTimestamp: time, source: { component: 'metacontroller' },
  }
}

async function write(client: Client, event: KubeObject): Promise<void> {
  const { namespace, name } = event.metadata
  await client.call('POST', pathOf(EVENTS, { namespace }), event).catch(async (error: unknown) => {
    if (!isCode(error, 409)) throw error
    await client.call('PATCH', pathOf(EVENTS, { namespace, name }), { count: event.count, lastTimestamp: event.lastTimestamp })
  })
}
