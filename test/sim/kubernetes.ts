import { TransientError } from '../../lib/errors.ts'
import { interpret, type Call, type Kubernetes, type Received } from '../../hooks/kubernetes.ts'
import type { ApiServer } from './api/api.ts'
import { send, type Wire } from './wire.ts'

/** One call and what came back: with these a hook's call can be played again. */
export interface Heard {
  readonly call: Call
  readonly received: Received
}

/** The hooks' Kubernetes API, answered by the simulated server. `heard` is told all answers. */
export function simKubernetes(api: ApiServer, wire: Wire, heard: (heard: Heard) => void): (signal: AbortSignal) => Kubernetes {
  return signal => ({
    async call(call) {
      if (signal.aborted) throw new TransientError('ApiUnavailable', `${call.method} ${call.path}: the caller is gone`)
      const { status, body } = await send(wire, call.method !== 'GET', () => api.request({ ...call, actor: 'hooks', path: decodeURIComponent(call.path) }))
      const received = { status, text: JSON.stringify(body) }
      heard({ call, received })
      return interpret(call, received)
    },
  })
}

/** The same answers once more, in the order in which each question was asked. */
export function replayKubernetes(all: readonly Heard[]): Kubernetes {
  const left = new Map<string, Received[]>()
  for (const { call, received } of all) left.set(keyOf(call), [...left.get(keyOf(call)) ?? [], received])
  return {
    call: call => {
      const received = left.get(keyOf(call))?.shift()
      if (received === undefined) return Promise.reject(new Error(`the same input led to another question: ${keyOf(call)}`))
      return Promise.resolve().then(() => interpret(call, received))
    },
  }
}

function keyOf({ method, path, query, body }: Call): string {
  return JSON.stringify([method, path, query, body])
}
