import type { KubeObject } from '../../../schemas/generated/types.ts'

/** A pod whose status is this. */
export function pod(status: object, name = 'pod-1'): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, status }
}

/** A pod whose mover ended like this. */
export function ended(exitCode: number, message: string | object = '', reason?: string): KubeObject {
  const text = typeof message === 'string' ? message : JSON.stringify(message)
  return pod({ containerStatuses: [{ name: 'mover', state: { terminated: { exitCode, message: text, ...(reason && { reason }) } } }] })
}

/** A pod one of whose containers waits. */
export function waiting(reason: string, message: string, of: { name?: string; init?: boolean; lastState?: object } = {}): KubeObject {
  const status = { name: of.name ?? 'mover', image: 'registry.example/mover:1', state: { waiting: { reason, message } }, lastState: of.lastState }
  return pod({ phase: 'Pending', [of.init ? 'initContainerStatuses' : 'containerStatuses']: [status] })
}

/** A Job with this condition True. */
export function job(condition?: string, reason?: string): KubeObject {
  const conditions = condition ? [{ type: condition, status: 'True', reason, message: 'as said', lastTransitionTime: '2026-11-21T02:10:00Z' }] : []
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job' }, status: { startTime: '2026-11-21T02:00:00Z', conditions } }
}

/** A Warning event. */
export function event(reason: string, message: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Event', metadata: { name: 'event' }, type: 'Warning', reason, message }
}
