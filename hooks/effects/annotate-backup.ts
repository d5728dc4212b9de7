import { ANNOTATION } from '../../lib/api.ts'
import { misunderstood } from '../../lib/deletion-request.ts'
import type { Kubernetes } from '../kubernetes.ts'
import type { EffectOf } from './effect.ts'
import { patchFenced, readTarget } from './fenced.ts'

/** Sets annotations on a Backup; writes nothing when they are there already or the Backup is gone. */
export async function annotateBackup({ target, annotations }: EffectOf<'annotateBackup'>, api: Kubernetes): Promise<void> {
  const backup = await readTarget(api, 'Backup', target)
  if (backup === undefined) return
  const present = backup.metadata.annotations ?? {}
  // The first request stands: who asked, and why, is part of the record. One that is not understood asks for nothing.
  const isOpen = (key: string): boolean => present[key] === undefined || (key === ANNOTATION.deleteRequested && misunderstood(backup) !== undefined)
  const missing = Object.entries(annotations).filter(([key]) => isOpen(key))
  if (missing.length > 0) await patchFenced(api, backup, { metadata: { annotations: Object.fromEntries(missing) } })
}
