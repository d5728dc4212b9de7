import { LABEL, MANAGED_BY } from '../../lib/api.ts'
import type { BackupRepositorySpec, Custom, KubeObject, Mover, Task } from '../../schemas/generated/types.ts'
import type { Settings } from '../hook.ts'
import { customContainers } from './custom-containers.ts'
import { MOVER_CONTAINER, moverContainer } from './mover-container.ts'
import type { NodePin } from './node.ts'
import { podMetadata } from './pod-metadata.ts'
import type { ResticPassword } from './secret-env.ts'
import { podSecurity, type RunAs } from './security.ts'
import { podVolumes, type DataClaim } from './volumes.ts'

export interface MoverJobOptions {
  /** At most 63 characters, made by childName(). */
  readonly name: string
  readonly namespace: string
  /** On the Job and its pod; managed-by and role are always there. */
  readonly labels: Readonly<Record<string, string>>
  readonly task: Task
  /** Decides the store volume and the secret environment. */
  readonly repository?: BackupRepositorySpec
  /** The data volume. */
  readonly claim?: DataClaim
  /** Where the pod must run, when the volume is in use there. */
  readonly node?: NodePin
  /** The user's side of the custom strategy. Ignored for a restore without restoreCommand: the mover then writes the stream itself. */
  readonly custom?: { readonly image: string; readonly spec: Custom }
  readonly mover: Mover | undefined
  readonly settings: Settings
  readonly resticPassword: ResticPassword
}

/** How long a mover may run, in seconds; a day where `mover.timeoutSeconds` says nothing. */
export function timeoutOf(mover: Mover | undefined): number {
  return mover?.timeoutSeconds ?? 86_400
}

/** The Job that runs one mover task. Same options, same object: it is compared and golden-tested byte for byte. */
export function moverJob(given: MoverJobOptions): KubeObject {
  const options = { ...given, mover: moverOf(given.mover, given.settings) }
  const labels = { ...options.labels, [LABEL.managedBy]: MANAGED_BY, [LABEL.role]: options.labels[LABEL.role] ?? options.task.operation }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: options.name, namespace: options.namespace, labels },
    spec: {
      backoffLimit: options.mover?.backoffLimit ?? 3,
      activeDeadlineSeconds: deadlineOf(options),
      ttlSecondsAfterFinished: SHORT_LIVED.has(options.task.operation) ? SHORT_LIFE_SECONDS : LIFE_SECONDS,
      podFailurePolicy: { rules: failureRules },
      template: { metadata: podMetadata(labels, customOf(options) !== undefined), spec: podSpec(options) },
    },
  }
}

/** What the record says, and the chart's word where it says nothing. */
export function moverOf(mover: Mover | undefined, { moverDefaults }: Settings): Mover | undefined {
  return moverDefaults ? { ...moverDefaults, ...mover } : mover
}

/** What is short enough for a run may be too short for removing what it has stored, and every further try would end the same way. */
const LEAST_FOR_DELETE_SECONDS = 3600

function deadlineOf({ mover, task }: MoverJobOptions): number {
  return Math.max(timeoutOf(mover), task.operation === 'delete' ? LEAST_FOR_DELETE_SECONDS : 0)
}

/** A Job whose labels somebody took away is not ours any more, and its name is taken until it goes. What these do can be done again, so they go soon. */
const SHORT_LIVED: ReadonlySet<string> = new Set(['check', 'delete'])
const SHORT_LIFE_SECONDS = 900
/** The results of the others are kept for longer than any outage that is noticed. */
export const LIFE_SECONDS = 86_400

/** A drained node is nobody's fault; exit code 2 is the person's to mend, so trying again cannot help. */
const failureRules = [
  { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  { action: 'FailJob', onExitCodes: { containerName: MOVER_CONTAINER, operator: 'In', values: [2] } },
]

/** Our images are Linux's, and nodes of Windows need not be tainted. */
export const LINUX = { 'kubernetes.io/os': 'linux' }

function podSpec(options: MoverJobOptions): object {
  const { claim, repository, node } = options
  const runAs = runAsOf(options)
  const custom = customOf(options)
  const exchange = custom !== undefined
  const { moverImage, imagePullPolicy } = options.settings
  const resources = options.mover?.resources
  const operation = options.task.operation
  return {
    restartPolicy: 'Never',
    // From the pod's own start, so the Job's comes first. It ends a pod whose Job somebody deleted without it (--cascade=orphan).
    activeDeadlineSeconds: deadlineOf(options),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    nodeSelector: LINUX,
    securityContext: podSecurity(runAs, claim?.readOnly !== true),
    ...(node && { affinity: affinity(node.name), tolerations: node.tolerations }),
    ...(custom && { initContainers: customContainers({ ...custom, moverImage, imagePullPolicy, operation, runAs, claim, resources }) }),
    containers: [moverContainer({ ...options, exchange, runAs })],
    volumes: podVolumes({ claim, repository, exchange }),
  }
}

/** Root is needed for foreign files only. A task that touches nothing but an object store runs as a plain user. */
function runAsOf(options: MoverJobOptions): RunAs {
  if (options.mover?.runAs) return options.mover.runAs
  const files = options.claim !== undefined || options.task.store.type === 'directory'
  return files ? 'root' : 'user'
}

function customOf(options: MoverJobOptions): MoverJobOptions['custom'] {
  if (options.task.operation === 'restore' && !options.custom?.spec.restoreCommand) return undefined
  return options.custom
}

/** Through the scheduler and not by nodeName, so that a full or cordoned node is reported and waited for. */
function affinity(node: string): object {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }]
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } } }
}
