import { ANNOTATION } from '../../lib/api.ts'
import { timestamp } from '../../lib/timestamps.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'
import { shorten } from '../jobs/finding.ts'
import { jobState } from '../jobs/state.ts'
import { foundVolume, keepFound } from './found.ts'
import { isBound, takeBack } from './handover.ts'
import { WHOLE, type Handover, type Step, type VolumeInput } from './model.ts'
import { missingLabels } from './labels.ts'
import { moveStep } from './move.ts'
import type { Claim } from './objects.ts'
import { publishStep } from './publish.ts'
import { firstVerdict, type Rule } from './rules/first.ts'
import { incompleteness } from './rules/point.ts'
import { startStep } from './start.ts'
import { entryOf, failedStep, MESSAGE_LIMIT } from './steps.ts'

/**
 * A volume's way through a restore, read from its end: what is furthest decides. Every answer follows from the evidence (claims,
 * Jobs, the PersistentVolume); the status only says what was final already and since when something is waited for.
 */
export const VOLUME_STEPS: readonly Rule<VolumeInput, Step>[] = [settled, completed, publishStep, orphaned, vanished, notItsOwn, moveStep, startStep]

/** The next step of one volume. */
export function volumeStep(input: VolumeInput): Step {
  const step = firstVerdict(VOLUME_STEPS, input) ?? startStep(input)
  const keep = keepFound(foundVolume(input.facts))
  if (keep.length === 0) return step
  // It is handed over in the next sync, when the note on it is seen.
  return { ...step, effects: [...keep, ...(step.effects ?? []).filter(({ type }) => type !== 'setReclaimPolicy')] }
}

function settled(input: VolumeInput): Step | undefined {
  const { previous } = input.facts
  if (previous?.phase !== 'Completed' && previous?.phase !== 'Failed') return undefined
  return { volume: previous, children: [], effects: takeBack(input.restore, input.facts) }
}

function completed(input: VolumeInput): Step | undefined {
  const { target, targetIs, handover } = input.facts
  if (targetIs !== 'ours' || handover !== undefined || !isBound(target)) return undefined
  const { remark, ...figures } = resultOn(target)
  const missing = incompleteness(input.facts)
  // A volume that an earlier version handed over does not tell what is missing.
  const flaws = [missing !== undefined && remark?.startsWith(missing) ? undefined : missing, remark].filter(text => text !== undefined)
  const told = [flaws.join('; ') || WHOLE, missingLabels(input.facts.plan, target)].filter(text => text !== undefined)
  const message = shorten(told.join('; '), MESSAGE_LIMIT)
  const news = { phase: 'Completed', reason: flaws.length > 0 ? 'UnreadableFiles' : 'Completed', message, completionTime: timestamp(input.now) } as const
  return { volume: entryOf(input, { ...figures, ...news, volumeName: volumeNameOf(target) }) }
}

/** The claim was made, but the volume that was handed over to it is gone. */
function orphaned(input: VolumeInput): Step | undefined {
  if (input.facts.targetIs !== 'ours' || input.facts.handover !== undefined) return undefined
  return failedStep(input, { reason: 'VolumeNotFound', message: 'the restored PersistentVolume was deleted before its claim was bound; start a new Restore' })
}

/** The volume was held, and now there is neither volume nor claim. */
function vanished(input: VolumeInput): Step | undefined {
  const { previous, temporaryIs, targetIs } = input.facts
  if (previous?.phase !== 'Publishing' || temporaryIs !== 'absent' || targetIs !== 'absent') return undefined
  return failedStep(input, { reason: 'VolumeNotFound', message: 'the restored PersistentVolume was deleted before it was handed over; start a new Restore' })
}

/** What was to be made from a snapshot is another volume. A mover looks itself whether the volume it was given is empty. A running Job is let end. */
function notItsOwn(input: VolumeInput): Step | undefined {
  const { job, temporary } = input.facts
  const volume = job !== undefined && jobState(job) === 'active' ? undefined : foundVolume(input.facts)
  const claim = temporary as Claim | undefined
  const isOfSnapshot = claim?.spec?.dataSource !== undefined || input.backup?.spec.strategy === 'snapshot'
  if (volume === undefined || !isOfSnapshot) return undefined
  const message = `Kubernetes gave claim ${claim?.metadata.name} a free volume, ${volume.metadata.name}, instead of one made from the snapshot; start a new Restore: that volume is not free any more`
  return failedStep(input, { reason: 'ForeignVolume', message })
}

function volumeNameOf(claim: KubeObject | undefined): string | undefined {
  return (claim?.spec as { volumeName?: string } | undefined)?.volumeName
}

/** What the mover reported, as written on the claim. */
function resultOn(claim: KubeObject | undefined): Pick<Handover, 'bytes' | 'files' | 'sha256' | 'remark'> {
  try {
    const { bytes, files, sha256, remark } = JSON.parse(claim?.metadata.annotations?.[ANNOTATION.restoreResult] ?? '{}') as Partial<Handover>
    return {
      ...(Number.isSafeInteger(bytes) && { bytes }),
      ...(Number.isSafeInteger(files) && { files }),
      ...(typeof sha256 === 'string' && { sha256 }),
      ...(typeof remark === 'string' && { remark: shorten(remark) }),
    }
  } catch {
    return {}
  }
}
