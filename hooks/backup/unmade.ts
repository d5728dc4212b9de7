import type { Reason } from '../../lib/reasons.ts'
import { timestamp } from '../../lib/timestamps.ts'
import type { KubeObject, Volume } from '../../schemas/generated/types.ts'
import type { Finding } from '../jobs/finding.ts'
import { namesakeFinding } from '../jobs/namesake.ts'
import { isLate, unmade } from '../jobs/unmade.ts'
import { secondsLeft, type Facts } from './facts.ts'
import { startupTimeout } from './startup.ts'
import { quiet } from './volume.ts'

/** What a volume needs, has asked for or asks for now, and Metacontroller does not show. */
export interface Wanted {
  readonly kind: 'Job' | 'VolumeSnapshot'
  readonly name: string
  /** What has that name, read live; undefined for what is asked for the first time. */
  readonly found: KubeObject | undefined
  /** What the volume fails with when it is never made. */
  readonly reason: Reason
}

/** The volume that asks; with `failure` when the patience is over. */
export interface Asked {
  readonly volume: Volume
  readonly failure?: Finding
}

/**
 * Asks for a volume's Job or VolumeSnapshot. It may never come: a quota or an admission policy refuses it, which Metacontroller tells in an
 * event only, or its name is taken, which nobody tells. The volume carries a reason from here until what it asks for has been seen.
 */
export function ask(facts: Facts, volume: Volume, { kind, name, found, reason }: Wanted): Asked {
  const names = kind === 'Job' ? { jobName: name } : { snapshotName: name }
  const isAsked = [volume.jobName, volume.snapshotName].includes(name) && ['Running', 'TargetExists'].includes(volume.reason ?? '')
  const startTime = (isAsked ? volume.startTime : undefined) ?? timestamp(facts.now)
  const taken = namesakeFinding(found, facts.backup, kind === 'Job' ? 'the mover' : 'the volume')
  const missing: Finding | undefined = found ? undefined : { reason, message: unmade(`${kind} ${name}`, facts.backup) }
  const said = missing && isLate(startTime, facts.now) ? { message: missing.message } : {}
  const asked: Volume = { ...quiet(volume), phase: 'Running', ...names, startTime, reason: 'Running', ...said, ...taken }
  const failure = secondsLeft(facts, startTime, startupTimeout(facts)) > 0 ? undefined : taken ?? missing
  return { volume: asked, ...(failure && { failure }) }
}
