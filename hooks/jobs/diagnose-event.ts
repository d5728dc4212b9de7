import { shorten, type Finding } from './finding.ts'
import { explainScheduling } from './scheduling.ts'
import type { WarningEvent } from './shapes.ts'

/** What a Warning event about a pod means for its start. */
export function diagnoseEvent(event: WarningEvent): Finding | undefined {
  const message = event.message ?? ''
  if (event.reason === 'FailedScheduling') return explainScheduling(message)
  if (mounting.includes(event.reason ?? '')) return mount(message)
  if (event.reason === 'FailedCreatePodSandBox') return { reason: 'StartupTimeout', message: `the node cannot set the pod up: ${shorten(message, 200)}` }
  return undefined
}

const mounting = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']

function mount(message: string): Finding {
  const secret = /secret "([^"]+)" not found/.exec(message)?.[1]
  if (secret) return { reason: 'SecretNotFound', message: `Secret "${secret}" does not exist in this namespace; create it` }
  if (/Multi-Attach error/.test(message)) return { reason: 'VolumeInUse', message: `the volume is attached to another node: ${shorten(message, 180)}` }
  return { reason: 'MountFailed', message: `a volume of the mover cannot be mounted: ${shorten(message, 220)}` }
}
