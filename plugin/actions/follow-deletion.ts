import type { Backup, KubeObject } from '../../schemas/generated/types.ts'
import { unlessForbidden } from '../api/api-error.ts'
import type { Client } from '../api/client.ts'
import { BACKUP, EVENT, fullName, NAMESPACE } from '../api/kinds.ts'
import type { Context } from '../cli/context.ts'
import { EXIT, type ExitCode } from '../cli/exit-code.ts'
import { PROGRAM } from '../cli/program.ts'
import { lastState } from './last-state.ts'
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
      if (found === undefined || found.metadata.uid !== uid) return verdict(await evidenceAbout(client, last))
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

/** What there is to know about a record that is gone. */
interface Evidence {
  readonly last: Backup
  /** Whether `last` is how it ended, and not only how it was last seen. */
  readonly isEnd: boolean
  /** Undefined for who may not read them. */
  readonly events: readonly Event[] | undefined
  /** Whether the namespace stays. One that goes takes records without their data, and refuses the Event about that. */
  readonly homeStays: boolean
}

const evidenceAbout = async (client: Client, seen: Backup): Promise<Evidence> => {
  const end = await lastState(client, BACKUP, seen)
  const events = await unlessForbidden(eventsAbout(client, seen))
  const home = await unlessForbidden(client.find<KubeObject>(NAMESPACE, { name: seen.metadata.namespace ?? '' }))
  return { last: end ?? seen, isEnd: end !== undefined, events, homeStays: home !== undefined && home.metadata.deletionTimestamp === undefined }
}

/** A record can go without its data. What proves the contrary is its last status; where only an earlier one is known, nothing may speak against it. */
const verdict = (evidence: Evidence): Observation => {
  const kept = evidence.events?.find(({ reason }) => reason === 'DataKept')
  if (kept !== undefined) return { text: `is gone, but its data was kept: ${kept.message ?? ''}`, code: EXIT.failed }
  const { volumes = [] } = evidence.last.status ?? {}
  const removed = volumes.length > 0 && volumes.every(volume => volume.phase === 'Deleted')
  const why = removed ? undefined : doubt(evidence)
  if (why === undefined) return { text: 'is gone, and its data too', code: EXIT.ok }
  return { text: `is gone; whether its data is gone too, is not known: ${why}. docs/format.md tells where it would be`, code: EXIT.failed }
}

const doubt = ({ last, isEnd, events, homeStays }: Evidence): string | undefined => {
  if (events === undefined) return 'you may not read the events that tell'
  const announced = last.status?.phase === 'Deleting' || events.some(({ metadata }) => metadata.name === `${last.metadata.name}.deleting`)
  if (!announced) return 'it never said that its data was being removed; kubectl delete, for one, leaves it'
  if (isEnd) return 'its removal had begun, but its last status does not say that it had ended'
  return homeStays ? undefined : `namespace "${last.metadata.namespace}" is going or gone, and takes records without their data`
}

const eventsAbout = async (client: Client, { metadata: { namespace, uid } }: Backup): Promise<readonly Event[]> => {
  const events = await client.list<Event>(EVENT, { namespace, fieldSelector: `involvedObject.uid=${uid}` })
  return events.filter(({ involvedObject }) => involvedObject?.uid === uid)
}
