import type { Backup, BackupStatus } from '../../schemas/generated/types.ts'
import type { Effect } from '../effects/effect.ts'

/** The Event of a run that has just ended, or is just being removed. Its name makes it one only, however often it is sent. */
export function transitionEvent(backup: Backup, status: Pick<BackupStatus, 'phase' | 'reason' | 'message'>): Effect {
  const { phase = '', reason = '', message = '' } = status
  const eventType = phase === 'Completed' || phase === 'Deleting' ? 'Normal' : 'Warning'
  return { type: 'emitEvent', name: `${backup.metadata.name}.${phase.toLowerCase()}`, about: backup, eventType, reason, message }
}

/** The Event about data that is removed later. */
export function waitsEvent(backup: Backup, message: string): Effect {
  return { type: 'emitEvent', name: `${backup.metadata.name}.waits`, about: backup, eventType: 'Normal', reason: 'Deleting', message }
}

/** The Event about a wish that nobody can read, so that its data stays with its record. */
export function notUnderstoodEvent(backup: Backup, message: string): Effect {
  return { type: 'emitEvent', name: `${backup.metadata.name}.notunderstood`, about: backup, eventType: 'Warning', reason: 'InvalidSpec', message }
}

/** The Event about data that stays although somebody wanted it removed. */
export function dataKeptEvent(backup: Backup, message: string): Effect {
  return { type: 'emitEvent', name: `${backup.metadata.name}.datakept`, about: backup, eventType: 'Warning', reason: 'DataKept', message }
}
