import { stableHash } from '../../lib/names.ts'
import type { KubeObject } from '../hook.ts'
import type { Kubernetes } from '../kubernetes.ts'
import { resourcePath } from '../resource-path.ts'
import type { EffectOf } from './effect.ts'
import { conflict } from './fenced.ts'

/** What the API server takes at most. */
const NAME_MAX = 253
const MESSAGE_MAX = 1024

/**
 * Records an Event once for each name. It stands in the namespace of its object; that of a cluster-scoped object in
 * `default`, as kubectl expects. A namespace that is going takes no events, and nobody will read them: not an error.
 */
export async function emitEvent(effect: EffectOf<'emitEvent'>, api: Kubernetes, now: Date): Promise<void> {
  const event = eventOf(effect, now)
  const answer = await api.call({ method: 'POST', path: resourcePath('Event', { namespace: event.metadata.namespace }), body: event })
  if (answer.outcome === 'conflict') throw conflict(answer)
}

function eventOf({ name, about, eventType, reason, message }: EffectOf<'emitEvent'>, now: Date): KubeObject {
  const { namespace, name: aboutName, uid, resourceVersion } = about.metadata
  const time = `${now.toISOString().slice(0, 19)}Z`
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: cut(name), namespace: namespace ?? 'default' },
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, namespace, name: aboutName, uid, resourceVersion },
    type: eventType,
    reason,
    message: message.length > MESSAGE_MAX ? `${message.slice(0, MESSAGE_MAX - 1)}…` : message,
    source: { component: 'holdfast' },
    reportingComponent: 'holdfast.dev/hooks',
    reportingInstance: 'holdfast-hooks',
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  }
}

function cut(name: string): string {
  return name.length <= NAME_MAX ? name : `${name.slice(0, NAME_MAX - 9)}-${stableHash(name)}`
}
