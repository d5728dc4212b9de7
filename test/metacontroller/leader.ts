import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { isCode } from './atomic.ts'
import { pathOf } from './resources.ts'
import type { Client } from './client.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const LEASES = { apiVersion: 'coordination.k8s.io/v1', name: 'leases', kind: 'Lease', namespaced: true, hasStatus: false }
const LEASE_SECONDS = 15
const RETRY_MILLISECONDS = 2000

interface Lease extends KubeObject {
  readonly spec?: { readonly holderIdentity?: string; readonly renewTime?: string; readonly leaseDurationSeconds?: number }
}

/** Waits until this process holds the lease, and then keeps it. `lost` is called when another one took it. */
export async function lead(client: Client, lease: { namespace: string; name: string }, lost: () => void): Promise<void> {
  const identity = `${hostname()}_${process.pid}`
  while (!await acquire(client, lease, identity)) await sleep(RETRY_MILLISECONDS)
  const timer = setInterval(() => {
    void acquire(client, lease, identity).then(held => { if (!held) lost() }, () => undefined)
  }, RETRY_MILLISECONDS)
  timer.unref()
}

async function acquire(client: Client, at: { namespace: string; name: string }, identity: string): Promise<boolean> {
  const spec = { holderIdentity: identity, leaseDurationSeconds: LEASE_SECONDS, renewTime: new Date().toISOString().replace('Z', '000Z') }
  try {
    const found = await client.call<Lease>('GET', pathOf(LEASES, at))
    const fresh = Date.parse(found.spec?.renewTime ?? '') + 1000 * (found.spec?.leaseDurationSeconds ?? 0) > Date.now()
    if (fresh && found.spec?.holderIdentity && found.spec.holderIdentity !== identity) return false
    await client.call('PUT', pathOf(LEASES, at), { ...found, spec: { ...found.spec, ...spec } })
    return true
  } catch (error) {
    if (isCode(error, 409)) return false
    if (!isCode(error, 404)) throw error
    const created = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: at.name }, spec }
    return client.call('POST', pathOf(LEASES, { namespace: at.namespace }), created).then(() => true, () => false)
  }
}
