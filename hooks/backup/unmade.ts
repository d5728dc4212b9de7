import { timestamp } from '../../lib/timestamps.ts'
import type { Volume } from '../../schemas/generated/types.ts'
import type { Finding } from '../jobs/finding.ts'
import { namesakeFinding } from '../jobs/namesake.ts'
import { secondsLeft, type Facts } from './facts.ts'
import { startupTimeout } from './startup.ts'
import { quiet } from './volume.ts'

/** Until Metacontroller's cache shows a Job that was just made. */
const CACHE_LAG_SECONDS = 15

/** A volume whose Job is asked for now or was before, and has not been seen; with `failure` when the patience is over. */
export interface Asked {
  readonly volume: Volume
  readonly failure?: Finding
}

/**
 * Asks for a volume's Job. It may never come: a quota or an admission policy refuses it, which Metacontroller tells in an event only, or
 * its name is taken, which nobody tells. The volume carries a reason from here until the Job has been seen.
 */
export function ask(facts: Facts, volume: Volume, name: string): Asked {
  const isAsked = volume.jobName === name && ['Running', 'TargetExists'].includes(volume.reason ?? '')
  const startTime = (isAsked ? volume.startTime : undefined) ?? timestamp(facts.now)
  const left = secondsLeft(facts, startTime, startupTimeout(facts))
  const found = facts.observed.unseenJobs[name]
  const taken = namesakeFinding(found, facts.backup, 'the mover')
  const isLate = startupTimeout(facts) - left > CACHE_LAG_SECONDS && found === undefined
  const asked: Volume = { ...quiet(volume), phase: 'Running', jobName: name, startTime, reason: 'Running', ...(isLate && { message: unmade(facts, name).message }), ...taken }
  const isLost = left <= 0 && (taken !== undefined || found === undefined)
  return { volume: asked, ...(isLost && { failure: taken ?? unmade(facts, name) }) }
}

function unmade({ backup, namespace }: Facts, name: string): Finding {
  const look = `kubectl describe backup ${backup.metadata.name} -n ${namespace}`
  return { reason: 'StartupTimeout', message: `Job ${name} has not been made; a quota or an admission policy may refuse it: ${look}` }
}
