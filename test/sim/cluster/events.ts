import type { ApiServer } from '../api/api.ts'
import type { Engine } from '../engine.ts'
import { EVENTS, time, uidOf, type KubeObject } from './objects.ts'
import { create, patch, pathOf, remove } from './requests.ts'

/** What a component tells about an object. */
export interface Told {
  /** @default Warning */
  readonly type?: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly component: string
}

/** Events, one for all repetitions of the same words; they expire an hour after the last. */
export interface Events {
  tell(about: KubeObject, told: Told): void
}

const HOUR = 3_600_000

interface Known {
  readonly path: string
  count: number
  expires: number
}

/** Writes the events of this cluster. */
export function createEvents(api: ApiServer, engine: Engine): Events {
  const known = new Map<string, Known>()
  let made = 0
  const expire = (key: string, event: Known): void => {
    if (engine.now() < event.expires) return void engine.after(event.expires - engine.now(), () => expire(key, event))
    known.delete(key)
    remove(api, event.path)
  }
  return {
    tell(about, told) {
      const key = `${uidOf(about)} ${told.reason} ${told.message}`
      const now = time(engine.now())
      const same = known.get(key)
      if (same !== undefined) {
        Object.assign(same, { count: same.count + 1, expires: engine.now() + HOUR })
        return void patch(api, same.path, { count: same.count, lastTimestamp: now })
      }
      const namespace = about.metadata.namespace ?? 'default'
      const name = `${about.metadata.name}.${(0x1700_0000_0000 + made++).toString(16)}`
      if (create(api, pathOf(EVENTS, { namespace }), eventOf(about, told, { name, namespace, now })).status >= 300) return
      const event = { path: pathOf(EVENTS, { namespace, name }), count: 1, expires: engine.now() + HOUR }
      known.set(key, event)
      engine.after(HOUR, () => expire(key, event))
    },
  }
}

interface Place {
  readonly name: string
  readonly namespace: string
  readonly now: string
}

function eventOf(about: KubeObject, { type = 'Warning', reason, message, component }: Told, at: Place): object {
  const { apiVersion, kind, metadata: { name, namespace } } = about
  return {
    apiVersion: 'v1', kind: 'Event', metadata: { name: at.name, namespace: at.namespace },
    involvedObject: { apiVersion, kind, name, namespace, uid: uidOf(about) },
    type, reason, message, source: { component }, reportingComponent: component, reportingInstance: '',
    firstTimestamp: at.now, lastTimestamp: at.now, count: 1,
  }
}
