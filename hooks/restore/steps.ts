import { timestamp } from '../../lib/timestamps.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'
import { shorten, type Finding } from '../jobs/finding.ts'
import { pollSeconds } from '../jobs/poll.ts'
import { temporaryClaim } from './claims.ts'
import { foundVolume, policyBefore } from './found.ts'
import { takeBack } from './handover.ts'
import { isOver, type Obstacle, type RestoreVolume, type Step, type VolumeInput } from './model.ts'
import { kept, type PersistentVolume } from './objects.ts'

/** Longest message of one volume. */
export const MESSAGE_LIMIT = 1000

/** Status entry of a volume: what is known of it, and what is new. */
export function entryOf(input: VolumeInput, news: Pick<RestoreVolume, 'phase'> & Partial<RestoreVolume>): RestoreVolume {
  const { facts: { plan, previous }, now } = input
  const { reason: _reason, message: _message, ...known } = previous ?? { startTime: timestamp(now) }
  const entry = { ...known, source: plan.source, target: plan.target, startTime: known.startTime ?? timestamp(now), ...news }
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as unknown as RestoreVolume
}

/** Ends a volume in failure: its temporary objects are no longer wanted, and a handover that was begun is taken back. */
export function failedStep(input: VolumeInput, finding: Finding): Step {
  const message = shorten([finding.message, leftover(input)].filter(text => text !== '').join('; '), MESSAGE_LIMIT)
  const volume = entryOf(input, { phase: 'Failed', reason: finding.reason, message, completionTime: timestamp(input.now) })
  return { volume, children: [], effects: takeBack(input.restore, input.facts) }
}

/** Waits for an obstacle to go, or fails when the patience is over. */
export function obstacleStep(input: VolumeInput, obstacle: Obstacle, since: string): Step {
  if (isOver(since, obstacle.patienceSeconds, input.now)) return failedStep(input, obstacle)
  const { reason, message } = obstacle
  const phase = input.facts.handover ? 'Publishing' : input.facts.temporaryIs === 'ours' ? 'Running' : 'Pending'
  const children = input.facts.temporaryIs === 'ours' && !input.facts.handover ? ownChildren(input) : []
  return { volume: entryOf(input, { phase, reason, message: shorten(message, MESSAGE_LIMIT) }), children, resyncAfterSeconds: pollSeconds(since, input.now) }
}

/** The temporary claim and the Job as they are, so that they stay. */
export function ownChildren(input: VolumeInput): readonly KubeObject[] {
  const { job } = input.facts
  return [claimChild(input), ...(job ? [kept(job)] : [])]
}

/** The temporary claim as a child: as it is when it exists, else as it shall be. */
export function claimChild(input: VolumeInput): KubeObject {
  const { temporary, temporaryIs } = input.facts
  return temporary && temporaryIs === 'ours' ? kept(temporary) : temporaryClaim(input)
}

/** A volume that its class keeps stays behind with half of the data; nobody but the person may delete it. One that was there before holds who knows what. */
function leftover({ facts }: VolumeInput): string {
  const { persistentVolume, handover } = facts
  if (!persistentVolume) return ''
  if (handover?.found || foundVolume(facts)) return wasThere(persistentVolume)
  const policy = handover?.reclaimPolicy ?? (persistentVolume as PersistentVolume).spec?.persistentVolumeReclaimPolicy
  const { name } = persistentVolume.metadata
  return policy === 'Delete' ? '' : `PersistentVolume ${name} stays because its reclaim policy is ${policy}: kubectl delete pv ${name}`
}

function wasThere(volume: PersistentVolume): string {
  const [{ name }, before] = [volume.metadata, policyBefore(volume)]
  const kept = before === 'Retain' ? '' : `, so its reclaim policy is Retain now and was ${before}`
  return `PersistentVolume ${name} was there before this restore and may hold data of somebody else: it stays as it is${kept}`
}
