import type { Fault } from '../faults.ts'
import type { Inside } from './cluster.ts'
import type { Told } from './events.ts'
import { CLAIMS, hasEnded, SECRETS, STORAGE_CLASSES, uidOf, type Claim, type Container, type KubeObject, type Pod, type StorageClass } from './objects.ts'
import { read } from './requests.ts'
import type { Hold } from './pod-status.ts'

/** Why a pod does not get on. */
export interface Obstacle {
  /** No node takes it, for this reason. */
  readonly unscheduled?: string
  /** A container that cannot be made. */
  readonly hold?: Hold
  /** Its claims wait for a node to be chosen. */
  readonly awaited?: readonly Claim[]
  readonly event?: Told
  /** When to look again; what it waits for may come earlier. */
  readonly againMilliseconds: number
}

/** One pod on its way, and what troubles it has been dealt. */
export interface Starting {
  readonly cluster: Inside
  readonly pod: Pod
  /** Milliseconds for which a fault of this kind still troubles this pod; it is dealt once. */
  trouble(fault: Fault): number
  /** Pods that name a claim (`namespace/name`). */
  podsOf(claim: string): readonly Pod[]
  /** Whether its node, where it must run, is lost. */
  readonly nodeLost: boolean
}

type Rule = (starting: Starting) => Obstacle | undefined

/** Before it has a node, in this order. */
export const SCHEDULING: readonly Rule[] = [claimMissing, claimUnbound, claimTaken, nodeUnreachable, noRoom]

/** On its node, in this order. */
export const STARTING: readonly Rule[] = [placed, wrongMode, mountFails, imageMissing, secretMissing]

/** The first of the obstacles. */
export function firstObstacle(rules: readonly Rule[], starting: Starting): Obstacle | undefined {
  for (const rule of rules) {
    const found = rule(starting)
    if (found !== undefined) return found
  }
  return undefined
}

/** Names of the claims that a pod mounts. */
export function claimsOf({ spec }: Pod): readonly string[] {
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])
}

/** Names of the Secrets that a pod's environment comes from. */
export function secretsOf({ spec }: Pod): readonly string[] {
  return [...new Set(containersOf(spec).flatMap(({ env = [] }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? [])))]
}

const MINUTE = 60_000

function claimMissing({ cluster: { api }, pod }: Starting): Obstacle | undefined {
  for (const name of claimsOf(pod)) {
    const claim = read<Claim>(api, CLAIMS, { namespace: pod.metadata.namespace, name })
    if (claim === undefined) return unschedulable(`persistentvolumeclaim "${name}" not found`)
    if (claim.metadata.deletionTimestamp !== undefined) return unschedulable(`persistentvolumeclaim "${name}" is being deleted`)
    const { volumeName } = claim.spec
    if (claim.status?.phase === 'Lost') return unschedulable(`persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volumeName}"`)
  }
  return undefined
}

/** A claim whose class waits for its first consumer is bound when that is scheduled; any other has to be bound before. */
function claimUnbound({ cluster: { api }, pod }: Starting): Obstacle | undefined {
  const claims = claimsOf(pod).map(name => read<Claim>(api, CLAIMS, { namespace: pod.metadata.namespace, name })).filter(claim => claim !== undefined)
  const unbound = claims.filter(({ status }) => status?.phase !== 'Bound')
  if (unbound.length === 0) return undefined
  const modeOf = (name = '-'): string | undefined => read<StorageClass>(api, STORAGE_CLASSES, { name })?.volumeBindingMode
  const waits = ({ spec }: Claim): boolean => spec.volumeName === undefined && modeOf(spec.storageClassName) === 'WaitForFirstConsumer'
  if (unbound.every(waits)) return { awaited: unbound, againMilliseconds: 10 * MINUTE }
  return unschedulable('pod has unbound immediate PersistentVolumeClaims. not found')
}

/** A claim for one pod alone. */
function claimTaken({ cluster: { api }, pod, podsOf }: Starting): Obstacle | undefined {
  const { namespace } = pod.metadata
  const single = claimsOf(pod).filter(name => read<Claim>(api, CLAIMS, { namespace, name })?.spec.accessModes?.includes('ReadWriteOncePod') === true)
  const others = single.flatMap(name => podsOf(`${namespace}/${name}`)).filter(other => uidOf(other) !== uidOf(pod))
  const taken = others.some(other => other.spec.nodeName !== undefined && !hasEnded(other))
  return taken ? unschedulable('1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode', MINUTE / 2) : undefined
}

function nodeUnreachable({ nodeLost }: Starting): Obstacle | undefined {
  return nodeLost ? unschedulable('1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }', MINUTE) : undefined
}

function noRoom({ trouble }: Starting): Obstacle | undefined {
  const left = trouble('podUnschedulable')
  return left > 0 ? unschedulable('1 Insufficient memory. preemption: 0/1 nodes are available: 1 No preemption victims found', left) : undefined
}

function unschedulable(why: string, againMilliseconds = 10 * MINUTE): Obstacle {
  const message = `0/1 nodes are available: ${why}.`
  return { unscheduled: message, event: { reason: 'FailedScheduling', message, component: 'default-scheduler' }, againMilliseconds }
}

function placed({ cluster: { mishaps }, pod }: Starting): Obstacle | undefined {
  return mishaps.start?.(pod)
}

/** The kubelet mounts file systems and maps devices, and never takes one for the other. */
function wrongMode({ cluster: { api }, pod }: Starting): Obstacle | undefined {
  const { namespace } = pod.metadata
  for (const { name, persistentVolumeClaim } of pod.spec.volumes ?? []) {
    const claim = read<Claim>(api, CLAIMS, { namespace, name: persistentVolumeClaim?.claimName ?? '-' })
    if (claim === undefined) continue
    const isBlock = claim.spec.volumeMode === 'Block'
    const wrong = containersOf(pod.spec).some(({ volumeMounts = [], volumeDevices = [] }) => (isBlock ? volumeMounts : volumeDevices).some(use => use.name === name))
    const message = `volume ${name} has volumeMode ${isBlock ? 'Block' : 'Filesystem'}, but is specified in ${isBlock ? 'volumeMounts' : 'volumeDevices'}`
    if (wrong) return unmounted(`Unable to attach or mount volumes: ${message}`, 2 * MINUTE)
  }
  return undefined
}

function mountFails({ cluster: { api }, pod, trouble }: Starting): Obstacle | undefined {
  const volumes = (pod.spec.volumes ?? []).filter(({ persistentVolumeClaim, nfs }) => persistentVolumeClaim !== undefined || nfs !== undefined)
  const [first] = volumes
  if (first === undefined) return undefined
  const gone = claimsOf(pod).find(name => read(api, CLAIMS, { namespace: pod.metadata.namespace, name }) === undefined)
  if (gone !== undefined) return unmounted(`MountVolume.SetUp failed for volume "${first.name}" : persistentvolumeclaim "${gone}" not found`, 2 * MINUTE)
  const left = trouble('mountFailed')
  if (left <= 0) return undefined
  // One of the two for each pod.
  if (uidOf(pod).charCodeAt(0) % 2 === 0) return unmounted(`MountVolume.SetUp failed for volume "${first.name}" : rpc error: code = DeadlineExceeded`, left)
  const attached = `Multi-Attach error for volume "${first.name}" Volume is already exclusively attached to one node and can't be attached to another`
  return unmounted(attached, left, 'FailedAttachVolume')
}

function unmounted(message: string, left: number, reason = 'FailedMount'): Obstacle {
  return { event: { reason, message, component: 'kubelet' }, againMilliseconds: Math.min(left, 2 * MINUTE) }
}

function imageMissing({ pod, trouble }: Starting): Obstacle | undefined {
  const left = trouble('imagePullStuck')
  if (left <= 0) return undefined
  const container = firstOf(pod)
  const why = 'failed to pull and unpack image: dial tcp: i/o timeout'
  const message = `Back-off pulling image "${container.image}": ErrImagePull: ${why}`
  return {
    hold: { container: container.name, reason: left % 3 === 0 ? 'ErrImagePull' : 'ImagePullBackOff', message },
    event: { reason: 'Failed', message: `Failed to pull image "${container.image}": ${why}`, component: 'kubelet' },
    againMilliseconds: left,
  }
}

/** The kubelet looks for each container's Secrets when it makes it. */
function secretMissing({ cluster: { api }, pod, trouble }: Starting): Obstacle | undefined {
  for (const container of containersOf(pod.spec)) {
    for (const { valueFrom } of container.env ?? []) {
      const ref = valueFrom?.secretKeyRef
      if (ref === undefined || ref.optional === true) continue
      const { namespace } = pod.metadata
      const secret = read<KubeObject & { readonly data?: object }>(api, SECRETS, { namespace, name: ref.name })
      const left = trouble('secretMissing')
      if (secret === undefined || left > 0) return unconfigured(container, `secret "${ref.name}" not found`, left)
      if (!Object.hasOwn(secret.data ?? {}, ref.key)) return unconfigured(container, `couldn't find key ${ref.key} in Secret ${namespace}/${ref.name}`)
    }
  }
  return undefined
}

function unconfigured({ name }: Container, message: string, left = 0): Obstacle {
  return {
    hold: { container: name, reason: 'CreateContainerConfigError', message },
    event: { reason: 'Failed', message: `Error: ${message}`, component: 'kubelet' },
    againMilliseconds: left > 0 ? left : 5 * MINUTE,
  }
}

function containersOf({ initContainers = [], containers }: Pod['spec']): readonly Container[] {
  return [...initContainers, ...containers]
}

function firstOf({ spec }: Pod): Container {
  return containersOf(spec)[0] as Container
}
