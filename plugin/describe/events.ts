import type { KubeObject } from '../../schemas/generated/types.ts'
import { unlessForbidden } from '../api/api-error.ts'
import type { Client } from '../api/client.ts'
import { EVENT } from '../api/kinds.ts'
import { age } from '../output/age.ts'
import { section } from '../output/fields.ts'
import { table, type Column } from '../output/table.ts'

type Event = KubeObject & {
  readonly type?: string
  readonly reason?: string
  readonly message?: string
  readonly lastTimestamp?: string | null
  readonly eventTime?: string | null
}

/** Events about an object, oldest first. Who may not read events gets the rest of the description all the same. */
export const eventLines = async (client: Client, object: KubeObject, now: Date): Promise<readonly string[]> => {
  const { name, namespace } = object.metadata
  const fieldSelector = `involvedObject.kind=${object.kind},involvedObject.name=${name}`
  const events = await unlessForbidden(client.list<Event>(EVENT, { namespace, fieldSelector }))
  if (events === undefined) return ['Events: not allowed to read them']
  if (events.length === 0) return []
  return [section('Events', table(columns(now), events.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)))))]
}

const columns = (now: Date): readonly Column<Event>[] => [
  { title: 'TYPE', cell: event => event.type },
  { title: 'REASON', cell: event => event.reason },
  { title: 'AGE', cell: event => age(timeOf(event), now) },
  { title: 'MESSAGE', cell: event => event.message },
]

const timeOf = (event: Event): string => event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? ''
