import { shorten, type Finding } from './finding.ts'
import type { ContainerStatus } from './shapes.ts'

/** Why a container waits, when its reason is one that time alone does not mend. */
export function diagnoseContainer(status: ContainerStatus): Finding | undefined {
  const { reason = '', message = '' } = status.state?.waiting ?? {}
  for (const rule of containerRules) {
    const found = rule({ status, reason, message })
    if (found) return found
  }
  return undefined
}

interface Waiting {
  readonly status: ContainerStatus
  readonly reason: string
  readonly message: string
}

/** In this order; the first that holds decides. */
export const containerRules: readonly ((waiting: Waiting) => Finding | undefined)[] = [imagePull, secretNotFound, secretKeyMissing, config, noShell]

const imageReasons = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable', 'ImageInspectError']

function imagePull({ status, reason, message }: Waiting): Finding | undefined {
  if (!imageReasons.includes(reason)) return undefined
  const image = status.image ? ` "${status.image}"` : ''
  const next = 'check its name, that the node can reach the registry, and the pull secret of the default ServiceAccount'
  return { reason: 'ImagePullFailed', message: `image${image} of container ${status.name} cannot be pulled (${shorten(message || reason, 120)}); ${next}` }
}

function secretNotFound({ reason, message }: Waiting): Finding | undefined {
  const secret = reason === 'CreateContainerConfigError' && /secrets? "([^"]+)" not found/.exec(message)?.[1]
  if (!secret) return undefined
  return { reason: 'SecretNotFound', message: `Secret "${secret}" does not exist in this namespace; create it, or correct the name where the repository or the policy refers to it` }
}

function secretKeyMissing({ reason, message }: Waiting): Finding | undefined {
  const match = reason === 'CreateContainerConfigError' && /couldn't find key "?([^\s"]+)"? in Secret (?:[^/\s]+\/)?([^\s"]+)/.exec(message)
  if (!match) return undefined
  const [, key = '', secret = ''] = match
  return { reason: 'SecretKeyMissing', message: `Secret "${secret}" has no key ${key}; add it: kubectl patch secret ${secret} -p '{"stringData":{"${key}":"…"}}'` }
}

function config({ status, reason, message }: Waiting): Finding | undefined {
  if (reason !== 'CreateContainerConfigError' && reason !== 'CreateContainerError') return undefined
  return { reason: 'StartupTimeout', message: `container ${status.name} cannot be created: ${shorten(message || reason, 200)}` }
}

/** A sidecar that the runtime cannot start is tried for ever; for the custom strategy that is an image without a shell. */
function noShell({ status, reason, message }: Waiting): Finding | undefined {
  const last = status.lastState?.terminated
  const start = reason === 'RunContainerError' || last?.reason === 'StartError' || last?.reason === 'ContainerCannotRun'
  if (!start) return undefined
  const words = shorten(message || last?.message || reason, 140)
  return { reason: 'ProducerFailed', message: `container ${status.name} cannot run: ${words}; the image of the custom strategy needs /bin/sh and sleep` }
}
