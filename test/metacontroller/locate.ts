import { lookup } from 'node:dns/promises'
import { pathOf } from './resources.ts'
import type { Client } from './client.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const SERVICES = { apiVersion: 'v1', name: 'services', kind: 'Service', namespaced: true, hasStatus: true }
const KEEP = 10_000

/** Where a webhook's URL leads to for a process beside the cluster, which has none of its DNS: `name.namespace` becomes the Service's cluster IP, which a node can reach. */
export function locator(client: Client): (url: string) => Promise<string> {
  const known = new Map<string, { host: string; until: number }>()
  return async url => {
    const parsed = new URL(url)
    const [name = '', namespace = ''] = parsed.hostname.split('.')
    if (namespace === '' || parsed.hostname.split('.').length !== 2) return url
    const cached = known.get(parsed.hostname)
    const host = cached !== undefined && cached.until > Date.now() ? cached.host : await resolve(client, { name, namespace })
    known.set(parsed.hostname, { host, until: Date.now() + KEEP })
    parsed.hostname = host
    return parsed.href
  }
}

async function resolve(client: Client, service: { name: string; namespace: string }): Promise<string> {
  const host = `${service.name}.${service.namespace}`
  if (await lookup(host).then(() => true, () => false)) return host
  const found = await client.call<KubeObject & { spec?: { clusterIP?: string } }>('GET', pathOf(SERVICES, service)).catch(() => undefined)
  return found?.spec?.clusterIP ?? host
}
