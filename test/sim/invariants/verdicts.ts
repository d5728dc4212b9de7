import type { Change } from '../api/api.ts'
import type { Invariant, Watched } from './invariant.ts'
import { pastOf } from './past.ts'
import { isUs, RESOURCE, uidOf, type StoredBackup } from './resources.ts'

const NAME = 'D9'

/** D9. */
export function verdicts(watched: Watched): Invariant {
  pastOf(watched)
  return {
    name: NAME,
    title: 'D9 a run is Completed only when every volume of its spec is',
    onChange(change) {
      if (change.resource !== RESOURCE.backups || change.type !== 'MODIFIED' || !isUs(change.actor)) return undefined
      const [before, after] = [change.before, change.after] as readonly unknown[] as readonly StoredBackup[]
      return before?.status?.phase === 'Completed' || after?.status?.phase !== 'Completed' ? undefined : incomplete(watched, change)
    },
  }
}

function incomplete({ blame }: Watched, { after }: Change): string | undefined {
  const { metadata: { name }, spec, status } = after as unknown as StoredBackup
  const missing = spec.volumes.find(pvc => !status?.volumes?.some(volume => volume.pvc === pvc && volume.phase === 'Completed'))
  if (missing === undefined) return undefined
  if (blame.excuses(NAME, 'statusEdited', { subject: uidOf(after) }) || blame.excuses(NAME, 'specEdited', { subject: uidOf(after) })) return undefined
  return `Backup ${name} is Completed, but its volume ${missing} is ${status?.volumes?.find(({ pvc }) => pvc === missing)?.phase ?? 'not there'}`
}
