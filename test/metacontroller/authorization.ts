import { pathOf } from './resources.ts'
import { urlOf } from './webhook.ts'
import type { Client } from './client.ts'
import type { Authorization, ControllerSpec, Webhook } from './manifest.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const SECRETS = { apiVersion: 'v1', name: 'secrets', kind: 'Secret', namespaced: true, hasStatus: false }

/**
 * The Authorization header of a webhook: its own, else that of the endpointConfigs entry for its host. Read once, when the
 * controller starts; a Secret or key that is absent keeps the controller from starting.
 */
export async function authorizationOf(client: Client, target: Webhook | undefined, spec: ControllerSpec): Promise<string | undefined> {
  if (target === undefined) return undefined
  const chosen = target.authorization ?? spec.endpointConfigs?.find(entry => sameHost(entry.host, urlOf(target)))?.authorization
  return chosen === undefined ? undefined : read(client, chosen)
}

async function read(client: Client, authorization: Authorization): Promise<string> {
  const type = authorization.type?.trim() || 'Bearer'
  if (type.toLowerCase() === 'basic') throw new Error(`authorization type "${type}" is not supported; use the basicAuth field instead`)
  const { name, namespace, key } = authorization.secretRef
  const secret = await client.call<KubeObject & { data?: Record<string, string> }>('GET', pathOf(SECRETS, { namespace, name }))
  const value = secret.data?.[key]
  if (value === undefined) throw new Error(`authorization secret ${namespace}/${name} does not contain key "${key}"`)
  return `${type} ${Buffer.from(value, 'base64').toString('utf8').trim()}`
}

function sameHost(host: string, url: string): boolean {
  const { hostname, port, protocol } = new URL(url)
  const fallback = protocol === 'https:' ? '443' : '80'
  const accepted = [`${hostname}:${port || fallback}`, ...(port === '' || port === fallback ? [hostname] : [])]
  return accepted.includes(host.toLowerCase())
}
