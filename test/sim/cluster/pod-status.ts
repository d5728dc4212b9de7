import { time, type Condition, type Container, type Pod, type PodSpec } from './objects.ts'

/** What a container is at. */
export type ContainerState =
  | { readonly waiting: { readonly reason: string; readonly message?: string } }
  | { readonly running: { readonly startedAt: string } }
  | { readonly terminated: Terminated }

interface Terminated {
  readonly exitCode: number
  readonly reason: string
  readonly message?: string
  readonly startedAt: string
  readonly finishedAt: string
}

/** What holds a container up. */
export interface Hold {
  readonly container: string
  readonly reason: string
  readonly message?: string
}

/** No node takes it, or none was looked for. */
export function unscheduled(pod: Pod, now: number, message: string): object {
  return { phase: 'Pending', conditions: conditions(pod, now, [['PodScheduled', 'False', 'Unschedulable', message]]) }
}

/** On its node, with its containers being made; `hold` is what keeps one from that. */
export function starting(pod: Pod, now: number, hold?: Hold): object {
  const { initContainers = [], containers } = pod.spec
  const initialized = initContainers.length === 0
  const waiting = (container: Container): object => {
    const { container: held, ...why } = hold ?? { container: '', reason: '' }
    return containerStatus(container, { waiting: container.name === held ? why : { reason: initialized ? 'ContainerCreating' : 'PodInitializing' } })
  }
  const unready = 'ContainersNotReady'
  return {
    phase: 'Pending', startTime: pod.status?.startTime ?? time(now),
    conditions: conditions(pod, now, [
      ['PodScheduled', 'True'], ['Initialized', initialized ? 'True' : 'False'], ['Ready', 'False', unready], ['ContainersReady', 'False', unready],
    ]),
    ...(initContainers.length > 0 && { initContainerStatuses: initContainers.map(waiting) }),
    containerStatuses: containers.map(waiting),
  }
}

/** All containers run; init containers have ended, but for sidecars. */
export function running(pod: Pod, now: number): object {
  const startedAt = time(now)
  const ended = { terminated: { exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt } }
  return {
    phase: 'Running', startTime: pod.status?.startTime ?? startedAt,
    conditions: conditions(pod, now, [['PodScheduled', 'True'], ['Initialized', 'True'], ['Ready', 'True'], ['ContainersReady', 'True']]),
    ...initStatuses(pod.spec, container => container.restartPolicy === 'Always' ? { running: { startedAt } } : ended),
    containerStatuses: pod.spec.containers.map(container => containerStatus(container, { running: { startedAt } })),
  }
}

export interface Ending {
  readonly exitCode: number
  readonly reason?: string
  readonly message?: string
  /** Of the pod. */
  readonly podReason?: string
  readonly podMessage?: string
  /** Reason of a condition DisruptionTarget. */
  readonly disruption?: string
}

/** The main container has ended, and so has the pod. */
export function ended(pod: Pod, now: number, ending: Ending): object {
  const { exitCode, reason = exitCode === 0 ? 'Completed' : 'Error', message, podReason, podMessage, disruption } = ending
  const finishedAt = time(now)
  const startedAt = pod.status?.containerStatuses?.[0]?.state?.running?.startedAt ?? finishedAt
  const done = exitCode === 0 ? 'PodCompleted' : 'PodFailed'
  const terminated = { exitCode, reason, ...(message !== undefined && { message }), startedAt, finishedAt }
  return {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    ...(podReason && { reason: podReason }), ...(podMessage && { message: podMessage }),
    conditions: conditions(pod, now, [
      ['PodScheduled', 'True'], ['Initialized', 'True', exitCode === 0 ? done : undefined], ['Ready', 'False', done], ['ContainersReady', 'False', done],
      ...(disruption === undefined ? [] : [['DisruptionTarget', 'True', disruption] as const]),
    ]),
    ...initStatuses(pod.spec, () => ({ terminated: { exitCode: 0, reason: 'Completed', startedAt, finishedAt } })),
    containerStatuses: pod.spec.containers.map(container => containerStatus(container, { terminated })),
  }
}

/** Failed without its containers having a say: it never started, or nobody can ask its node any more. */
export function failed(pod: Pod, now: number, about: { readonly reason?: string; readonly message?: string; readonly disruption?: string } = {}): object {
  const { disruption, ...said } = about
  const disrupted = disruption === undefined ? [] : [['DisruptionTarget', 'True', disruption] as const]
  return { phase: 'Failed', ...said, conditions: conditions(pod, now, [['Ready', 'False', 'PodFailed'], ...disrupted]) }
}

/** Its node does not answer. */
export function notReady(pod: Pod, now: number): object {
  return { conditions: conditions(pod, now, [['Ready', 'False', 'NodeNotReady']]) }
}

type Told = readonly [type: string, status: string, reason?: string, message?: string]

/** The pod's conditions with some of them changed; times move only with the status. */
export function conditions(pod: Pod, now: number, changes: readonly Told[]): readonly Condition[] {
  const next = new Map((pod.status?.conditions ?? []).map(condition => [condition.type, condition]))
  for (const [type, status, reason, message] of changes) {
    const before = next.get(type)
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : time(now)
    next.set(type, { type, status, ...(reason && { reason }), ...(message && { message }), lastTransitionTime })
  }
  return [...next.values()]
}

function initStatuses({ initContainers = [] }: PodSpec, stateOf: (container: Container) => ContainerState): object {
  return initContainers.length === 0 ? {} : { initContainerStatuses: initContainers.map(container => containerStatus(container, stateOf(container))) }
}

function containerStatus({ name, image = '' }: Container, state: ContainerState): object {
  const up = 'running' in state
  return { name, image, imageID: '', restartCount: 0, ready: up, started: up, state }
}
