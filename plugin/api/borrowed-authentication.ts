import { KubeConfig } from '@kubernetes/client-node'
import type { RequestOptions } from 'node:https'
import type { Connection, Tls } from './connection.ts'
import { EXIT } from '../cli/exit-code.ts'
import { Failure } from '../cli/failure.ts'
import type { Selected } from './kubeconfig.ts'

/**
 * Credentials of exec plugins and auth providers, and agents for proxies, by @kubernetes/client-node.
 * A file of its own, so that a bundle keeps only what KubeConfig needs and other commands never load it.
 * @throws Failure when the exec plugin fails.
 */
export const borrowAuthentication = async (selected: Selected): Promise<Pick<Connection, 'headers' | 'tls'>> => {
  const config = new KubeConfig()
  config.loadFromString(JSON.stringify(oneContext(selected)))
  const options: RequestOptions = { headers: {} }
  try {
    await config.applyToHTTPSOptions(options)
  } catch (error) {
    const source = selected.user.exec?.command ?? 'the auth provider'
    throw new Failure(`cannot get credentials from ${source}: ${(error as Error).message}`, EXIT.forbidden, { cause: error })
  }
  return { headers: headersOf(options), tls: tlsOf(options) }
}

const oneContext = ({ context, namespace, cluster, user }: Selected): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': context,
  contexts: [{ name: context, context: { cluster: 'cluster', user: 'user', namespace } }],
  clusters: [{ name: 'cluster', cluster }],
  users: [{ name: 'user', user }],
})

const headersOf = ({ headers, auth }: RequestOptions): Record<string, string> => {
  const own = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]))
  return auth ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}`, ...own } : own
}

const tlsOf = ({ ca, cert, key, rejectUnauthorized, servername, agent }: RequestOptions): Tls =>
  ({ ca, cert, key, rejectUnauthorized, servername, agent }) as Tls
