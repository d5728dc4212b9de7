import { AGAIN } from '../refused.ts'
import { publishedClaim } from './claims.ts'
import { holderOf, isBound, releaseVolume, volumeTarget } from './handover.ts'
import { isOver, startupTimeout, type Handover, type RestoreVolume, type Step, type VolumeInput } from './model.ts'
import type { PersistentVolume } from './objects.ts'
import { firstVerdict, type Rule } from './rules/first.ts'
import { targetExists } from './rules/target.ts'
import { entryOf, failedStep, obstacleStep } from './steps.ts'

/**
 * From a held volume to the user's claim, each step told by the volume itself: first the temporary claim and its pods have to go (a pod
 * that has ended still holds its claim), then the user's claim is made and bound, then the volume gets its own reclaim policy back.
 */
export const PUBLISH_STEPS: readonly Rule<Handing, Step>[] = [givenAway, handedOver, nameTaken, overdue, stillHeld, publish]

/** The next step of a handover; undefined when there is none under way. */
export function publishStep(input: VolumeInput): Step | undefined {
  const { persistentVolume, handover } = input.facts
  if (persistentVolume === undefined || handover === undefined) return undefined
  return firstVerdict(PUBLISH_STEPS, { input, volume: persistentVolume, handover, holder: holderOf(input.restore, input.facts) })
}

interface Handing {
  readonly input: VolumeInput
  readonly volume: PersistentVolume
  readonly handover: Handover
  readonly holder: ReturnType<typeof holderOf>
}

/** Somebody else bound the volume: it is theirs now and is not touched. */
function givenAway({ input, volume, holder }: Handing): Step | undefined {
  if (holder !== 'other') return undefined
  const { namespace, name } = volume.spec?.claimRef ?? {}
  const message = `PersistentVolume ${volume.metadata.name} was given to claim ${namespace}/${name} while it was being handed over; start a new Restore`
  return failedStep(input, { reason: 'VolumeNotBound', message })
}

function handedOver({ input, volume, handover }: Handing): Step | undefined {
  const { target, targetIs } = input.facts
  if (targetIs !== 'ours' || !isBound(target)) return undefined
  return publishing({ input, volume, handover }, { effects: [releaseVolume(volume, handover)], message: 'the claim is bound; its volume gets its reclaim policy back' })
}

function nameTaken({ input, handover }: Handing): Step | undefined {
  const obstacle = targetExists(input)
  return obstacle && obstacleStep(input, obstacle, handover.since)
}

function overdue({ input, volume, handover, holder }: Handing): Step | undefined {
  const seconds = startupTimeout(input.restore)
  if (!isOver(handover.since, seconds, input.now)) return undefined
  const { temporary, previous } = input.facts
  const outcome = `after ${seconds} s, so PersistentVolume ${volume.metadata.name} was not handed over; start a new Restore`
  if (previous?.reason === 'ApiRefused') return failedStep(input, { reason: 'ApiRefused', message: `${(previous.message ?? '').replace(`; ${AGAIN}`, '')}: still so ${outcome}` })
  const isHolding = holder === 'temporary' && temporary !== undefined && temporary.metadata.uid === volume.spec?.claimRef?.uid
  const waited = isHolding ? `claim ${handover.temporaryClaim}, which a pod may hold, was not gone` : `claim ${handover.target} was not bound`
  return failedStep(input, { reason: 'VolumeNotBound', message: `${waited} ${outcome}` })
}

function stillHeld({ input, volume, handover, holder }: Handing): Step | undefined {
  if (holder !== 'temporary' || input.facts.temporaryIs !== 'ours') return undefined
  return publishing({ input, volume, handover }, { message: `the data is whole; claim ${handover.temporaryClaim} lets go of its volume` })
}

function publish({ input, volume, handover }: Handing): Step {
  const claim = publishedClaim(input.restore, volume, handover)
  return publishing({ input, volume, handover }, {
    effects: [{ type: 'publishClaim', volume: volumeTarget(volume), claim }],
    message: 'the data is whole; its volume is being bound to the claim',
  })
}

function publishing({ input, volume, handover }: Omit<Handing, 'holder'>, news: { readonly message: string; readonly effects?: Step['effects'] }): Step {
  const entry: RestoreVolume = entryOf(input, {
    phase: 'Publishing',
    reason: 'Publishing',
    message: news.message,
    volumeName: volume.metadata.name,
    temporaryClaim: handover.temporaryClaim,
    reclaimPolicy: handover.reclaimPolicy,
    bytes: handover.bytes,
    files: handover.files,
    sha256: handover.sha256,
  })
  return { volume: entry, children: [], effects: news.effects ?? [], resyncAfterSeconds: 1 }
}
