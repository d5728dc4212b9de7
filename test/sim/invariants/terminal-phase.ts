import type { Volume } from '../../../schemas/generated/types.ts'
import type { Change } from '../api/api.ts'
import type { Invariant, Watched } from './invariant.ts'
import { pastOf } from './past.ts'
import { hasEnded, isUs, keyOf, RESOURCE, uidOf, type StoredBackup, type StoredRestore } from './resources.ts'

const NAME = 'S5'
/** What is known of a volume for ever once it has ended. */
const RESULTS = ['handle', 'bytes', 'files', 'errors', 'sha256', 'completionTime'] as const

type Ended = Partial<Record<(typeof RESULTS)[number], unknown>> & { readonly phase: string }
interface Verdict {
  readonly phase: string | undefined
  readonly completionTime: string | undefined
  readonly volumes: ReadonlyMap<string, Ended>
}

/** S5. */
export function terminalPhase(watched: Watched): Invariant {
  pastOf(watched)
  const verdicts = new Map<string, Verdict>()
  return {
    name: NAME,
    title: 'S5 terminal phases absorb, of runs and of their volumes, and recorded results never change',
    onChange(change) {
      if (change.resource !== RESOURCE.backups && change.resource !== RESOURCE.restores) return undefined
      const record = change.after as unknown as StoredBackup | StoredRestore
      const uid = uidOf(record)
      if (!isUs(change.actor)) return void forget(verdicts, change)
      if (change.type === 'DELETED') return undefined
      const known = verdicts.get(uid)
      verdicts.set(uid, verdictOf(record, known))
      return known && changed(known, record)
    },
  }
}

/** What somebody else writes into a status is believed: it is no longer what we have said. */
function forget(verdicts: Map<string, Verdict>, { before, after }: Change): void {
  if (before !== undefined && JSON.stringify(before.status) !== JSON.stringify(after.status)) verdicts.delete(uidOf(after))
}

function verdictOf({ status = {} }: StoredBackup | StoredRestore, known: Verdict | undefined): Verdict {
  const volumes = new Map(known?.volumes)
  for (const volume of volumesOf(status)) if (!volumes.has(volume.name) && hasEnded(volume.phase)) volumes.set(volume.name, volume)
  const ended = hasEnded(status.phase)
  return { phase: known?.phase ?? (ended ? status.phase : undefined), completionTime: known?.completionTime ?? (ended ? status.completionTime : undefined), volumes }
}

function changed(known: Verdict, record: StoredBackup | StoredRestore): string | undefined {
  const { status = {}, kind } = record
  const what = `${kind} ${keyOf(record)}`
  if (known.phase !== undefined && status.phase !== known.phase && status.phase !== 'Deleting') return `${what} was ${known.phase} and is ${status.phase ?? 'New'} again`
  if (known.completionTime !== undefined && status.completionTime !== known.completionTime) return `${what} ended at ${known.completionTime}, now it says ${status.completionTime}`
  const present = new Map(volumesOf(status).map(volume => [volume.name, volume]))
  for (const [name, volume] of known.volumes) {
    const now = present.get(name)
    if (now === undefined) return `${what} no longer knows its volume ${name}, which was ${volume.phase}`
    if (now.phase !== volume.phase && now.phase !== 'Deleted') return `${what}: volume ${name} was ${volume.phase} and is ${now.phase} again`
    const other = RESULTS.find(field => now[field] !== volume[field])
    if (other !== undefined) return `${what}: ${other} of volume ${name} was ${String(volume[other])} and is ${String(now[other])}`
  }
  return undefined
}

function volumesOf(status: NonNullable<StoredBackup['status'] | StoredRestore['status']>): readonly (Ended & { readonly name: string })[] {
  return ((status.volumes ?? []) as readonly (Volume & { readonly target?: string })[]).map(volume => ({ ...volume, name: volume.target ?? volume.pvc }))
}
