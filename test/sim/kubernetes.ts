import { TransientError } from '../../lib/errors.ts'
import type { Call, interpret, Kubernetes, Received } from '../../hooks/kubernetes.ts'
import { listJson, objectJson } from '../metacontroller/json.ts'
import type { ApiServer } from './api/api.ts'
import { send, type Wire } from './wire.ts'

/** One call and what came back: with these a hook's call can be played again. */
export interface Heard {
  readonly call: Call
  readonly received: Received
}

/** How the version under test reads answers. */
type Interpret = typeof interpret

/** The hooks' Kubernetes API, answered by the simulated server. `heard` is told all answers. */
export function simKubernetes(api: ApiServer, wire: Wire & { readonly interpret: Interpret }, heard: (heard: Heard) => void): (signal: AbortSignal) => Kubernetes {
  return signal => ({
    async call(call) {
      if (signal.aborted) throw new TransientError('ApiUnavailable', `${call.method} ${call.path}: the caller is gone`)
      const { status, body } = await send(wire, call.method !== 'GET', () => api.request({ ...onTheWire(call), actor: 'hooks', path: decodeURIComponent(call.path) }))
      const received = { status, text: textOf(body), date: new Date(api.now()).toUTCString() }
      heard({ call, received })
      return wire.interpret(call, received)
    },
  })
}

/** What the server keeps is frozen, also when it stands in a list. */
function textOf(body: unknown): string {
  const { items } = body as { readonly items?: unknown }
  if (Array.isArray(items)) return listJson(body as { readonly items: readonly object[] })
  return Object.isFrozen(body) ? objectJson(body as object) : JSON.stringify(body)
}

/** What JSON leaves out is not sent: to a merge patch it is not the same as null. */
function onTheWire(call: Call): Call {
  return call.body === undefined ? call : { ...call, body: JSON.parse(JSON.stringify(call.body)) as object }
}

/** The same answers once more, in the order in which each question was asked. */
export function replayKubernetes(all: readonly Heard[], interpret: Interpret): Kubernetes {
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
