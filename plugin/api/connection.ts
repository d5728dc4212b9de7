import { existsSync, readFileSync } from 'node:fs'
import type { Agent } from 'node:http'
import { Failure } from '../cli/failure.ts'
import { impersonationOf, type Headers } from './impersonation.ts'
import { selectContext, type Choice, type Selected } from './kubeconfig.ts'

/** All that a request to the API server needs. */
export interface Connection {
  readonly server: URL
  /** Name of the context, to say where something is done. */
  readonly context: string
  /** Namespace of the context; `default` when it names none. */
  readonly namespace: string
  /** Of flags that say the same, theirs win. */
  readonly headers: Headers
  readonly tls: Tls
  /** The same with credentials that are read anew: a long wait outlives a token. It stays with the context, also when another becomes the current one. */
  reopen?(): Promise<Connection>
}

/** Options for node:https. `agent` only with a proxy. */
export interface Tls {
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly rejectUnauthorized?: boolean
  readonly servername?: string
  readonly agent?: Agent
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * Reads the kubeconfig, or the pod's service account when there is none.
 * Exec plugins, auth providers and proxies are left to @kubernetes/client-node, which is loaded only for them (≈ 100 ms).
 * @throws Failure saying what is missing.
 */
export const openConnection = async (choice: Choice): Promise<Connection> => {
  const selected = selectContext(choice)
  if (selected === undefined) return inCluster(choice)
  const server = serverOf(selected)
  const { context, namespace = 'default' } = selected
  const { headers, tls } = await authenticationOf(selected)
  const reopen = (): Promise<Connection> => openConnection({ ...choice, context })
  return { server, context, namespace, headers: { ...headers, ...impersonationOf(selected.user) }, tls, reopen }
}

const authenticationOf = async (selected: Selected): Promise<Pick<Connection, 'headers' | 'tls'>> => {
  if (!needsClientNode(selected)) return { headers: headersOf(selected), tls: tlsOf(selected) }
  const { borrowAuthentication } = await import('./borrowed-authentication.ts')
  return borrowAuthentication(selected)
}

const serverOf = ({ cluster, context }: Selected): URL => {
  const server = URL.parse(cluster.server ?? '')
  if (server !== null) return server
  throw new Failure(`context "${context}" has no usable server address: got "${cluster.server ?? ''}"`)
}

const needsClientNode = ({ user, cluster }: Selected): boolean =>
  user.exec !== undefined || user['auth-provider'] !== undefined || Boolean(cluster['proxy-url'])

const headersOf = ({ user }: Selected): Record<string, string> => {
  const token = user.token ?? (user.tokenFile === undefined ? undefined : read(user.tokenFile, 'tokenFile').toString('utf8').trim())
  if (token) return { authorization: `Bearer ${token}` }
  if (!user.username) return {}
  return { authorization: `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}` }
}

const tlsOf = ({ cluster, user }: Selected): Tls => ({
  ca: material(cluster['certificate-authority-data'], cluster['certificate-authority'], 'certificate-authority'),
  cert: material(user['client-certificate-data'], user['client-certificate'], 'client-certificate'),
  key: material(user['client-key-data'], user['client-key'], 'client-key'),
  ...cluster['insecure-skip-tls-verify'] && { rejectUnauthorized: false },
  ...cluster['tls-server-name'] && { servername: cluster['tls-server-name'] },
})

const material = (data: string | undefined, file: string | undefined, field: string): Buffer | undefined => {
  if (data) return Buffer.from(data, 'base64')
  return file ? read(file, field) : undefined
}

const read = (file: string, field: string): Buffer => {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new Failure(`cannot read ${field} ${file} of the kubeconfig: ${(error as Error).message}`, undefined, { cause: error })
  }
}

const inCluster = (choice: Choice): Connection => {
  const { environment, context } = choice
  const host = environment['KUBERNETES_SERVICE_HOST']
  if (context !== undefined || !host || !existsSync(`${SERVICE_ACCOUNT}/token`)) {
    throw new Failure('there is no kubeconfig: set KUBECONFIG, use --kubeconfig, or make ~/.kube/config')
  }
  const address = host.includes(':') ? `[${host}]` : host
  return {
    server: new URL(`https://${address}:${environment['KUBERNETES_SERVICE_PORT'] ?? '443'}`),
    context: 'in-cluster',
    namespace: read(`${SERVICE_ACCOUNT}/namespace`, 'namespace').toString('utf8').trim(),
    headers: { authorization: `Bearer ${read(`${SERVICE_ACCOUNT}/token`, 'token').toString('utf8').trim()}` },
    tls: { ca: read(`${SERVICE_ACCOUNT}/ca.crt`, 'ca.crt') },
    reopen: async () => inCluster(choice),
  }
}
