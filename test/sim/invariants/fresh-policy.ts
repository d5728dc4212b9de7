import type { Heard } from '../kubernetes.ts'
import type { HookCall } from './invariant.ts'
import type { StoredPolicy } from './resources.ts'

interface Request {
  readonly parent: StoredPolicy
}

/** As the hook has read it, else that of the request: an edit may be newer than the cache that the request comes from. */
export function policyIn(call: HookCall): StoredPolicy {
  const read = policyRead(call)
  return read?.received.status === 200 ? JSON.parse(read.received.text) as StoredPolicy : (call.request as Request).parent
}

/** By the clock of the API server, as it came with the policy. */
export function clockOf(call: HookCall): number {
  const date = policyRead(call)?.received.date
  return date === undefined ? call.at : Date.parse(date)
}

function policyRead({ request, heard = [] }: HookCall): Heard | undefined {
  const { parent: { metadata: { name } } } = request as Request
  return heard.find(({ call: { method, path } }) => method === 'GET' && path.endsWith(`/backuppolicies/${name}`))
}
