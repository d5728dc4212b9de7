import type { Backup, KubeObject } from '../../schemas/generated/types.ts'
import { ApiFailure } from '../api/api-error.ts'
import type { Client } from '../api/client.ts'
import { BACKUP, EVENT, fullName } from '../api/kinds.ts'
import type { Context } from '../cli/context.ts'
import { EXIT, type ExitCode } from '../cli/exit-code.ts'
import { PROGRAM } from '../cli/program.ts'
import { waitFor, type Observation } from './wait.ts'

/** An Event, as far as it is used. */
type Event = KubeObject & {
  readonly reason?: string
  readonly message?: string
  readonly involvedObject?: { readonly uid?: string }
}

/**
 * Waits until exactly this record is gone, which is after its data, and says what became of the data: 0 only when it was removed.
 * A Backup that somebody makes anew under its name is another one.
 */
export const followDeletion = async (context: Context, doomed: Backup, timeout: string): Promise<ExitCode> => {
  const { name, namespace = '', uid } = doomed.metadata
  const client = await context.client()
  let last = doomed
  return waitFor(context, {
    what: fullName(BACKUP, name),
    timeout,
    look: async () => {
      const found = await client.find<Backup>(BACKUP, { namespace, name })
      if (found === undefined || found.metadata.uid !== uid) return verdict(last, await eventsAbout(client, last))
      last = found
      return going(found)
    },
    resume: `The deletion goes on in the cluster; to look again: ${PROGRAM} describe ${name} -n ${namespace}`,
  })
}

const going = ({ status }: Backup): Observation => {
  const { message, deletion } = status ?? {}
  return { text: `is being deleted${deletion?.failures ? `, ${deletion.failures} attempts failed` : ''}${message ? `: ${message}` : ''}` }
}

/** A record can go without its data: the Event about that tells, and so does a record that never said it was being deleted. */
const verdict = (last: Backup, events: readonly Event[] | undefined): Observation => {
  const kept = events?.find(({ reason }) => reason === 'DataKept')
  if (kept !== undefined) return { text: `is gone, but its data was kept: ${kept.message ?? ''}`, code: EXIT.failed }
  const { phase, volumes = [] } = last.status ?? {}
  const removed = volumes.length > 0 && volumes.every(volume => volume.phase === 'Deleted')
  const announced = phase === 'Deleting' || events?.some(({ metadata }) => metadata.name === `${last.metadata.name}.deleting`)
  if (removed || (announced && events !== undefined)) return { text: 'is gone, and its data too', code: EXIT.ok }
  const why = events === undefined ? 'you may not read the events that tell' : 'it never said that its data was being removed; kubectl delete, for one, leaves it'
  return { text: `is gone; whether its data is gone too, is not known: ${why}. docs/format.md tells where it would be`, code: EXIT.failed }
}

/** Undefined for who may not read them. */
const eventsAbout = async (client: Client, { metadata: { namespace, uid } }: Backup): Promise<readonly Event[] | undefined> => {
  try {
    const events = await client.list<Event>(EVENT, { namespace, fieldSelector: `involvedObject.uid=${uid}` })
    return events.filter(({ involvedObject }) => involvedObject?.uid === uid)
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 403) return undefined
    throw error
  }
}
