import type { Response } from './api/api.ts'
import type { Engine } from './engine.ts'
import type { Faults } from './faults.ts'

/** What lies between two processes: time, and what goes wrong on the way. */
export interface Wire {
  readonly engine: Engine
  readonly faults: Faults
  /** False from the moment in which the caller's process is dead; what it waits for never comes. */
  readonly alive: () => boolean
  /** Called after each write that the server has done, before its answer leaves: where a crash can be placed. */
  readonly wrote: () => void
}

/** A request that is never answered, because who asked is no more. */
export const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

/** Sends one request; the answer may be a failure that the server never gave, before or after the request was done. */
export async function send(wire: Wire, write: boolean, perform: () => Response): Promise<Response> {
  const { faults } = wire
  await travel(wire)
  const refusal = write ? writeFault(faults) : readFault(faults)
  if (refusal !== undefined) return refusal
  const response = perform()
  if (write && response.status < 300) wire.wrote()
  await travel(wire)
  if (write && faults.strikes('apiErrorAfterWrite')) return failure(504, 'Timeout', 'the request did not complete within the allowed time')
  return response
}

/** Most messages take no time worth an event; some take a moment in which others act. */
async function travel({ engine, faults, alive }: Wire): Promise<void> {
  if (!alive()) return await never()
  const slow = faults.strikes('apiSlow')
  if (!slow && engine.random.chance(0.8)) return
  await engine.sleep(slow ? 1000 * engine.random.below(12) : 1 + engine.random.below(40))
  if (!alive()) return await never()
}

function writeFault(faults: Faults): Response | undefined {
  if (faults.strikes('apiConflict')) return failure(409, 'Conflict', 'the object has been modified; please apply your changes to the latest version and try again')
  if (faults.strikes('apiRefused')) return failure(403, 'Forbidden', 'exceeded quota')
  return readFault(faults)
}

function readFault(faults: Faults): Response | undefined {
  return faults.strikes('apiError') ? failure(503, 'ServiceUnavailable', 'apiserver not ready') : undefined
}

function failure(code: number, reason: string, message: string): Response {
  return { status: code, body: { apiVersion: 'v1', kind: 'Status', status: 'Failure', code, reason, message } }
}
