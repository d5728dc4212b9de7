import type { IncomingMessage, RequestOptions } from 'node:http'
import type { Connection } from './connection.ts'
import { Failure } from '../cli/failure.ts'

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Path with its query, for example `/api/v1/pods?limit=500`. */
  readonly path: string
  readonly body?: unknown
  readonly contentType?: string
  /** No answer within this time is a failure; 0 waits for ever. */
  readonly timeoutMs: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

/**
 * Sends one request by node:http(s): fetch cannot carry a client certificate, and a client library costs more than 100 ms.
 * @returns the answer whatever its status, its body unread.
 * @throws Failure when no answer came.
 */
export const send = async (connection: Connection, call: Call): Promise<IncomingMessage> => {
  // Not by import(): that reads every export of node:http, and one of them (WebSocket) loads all of undici, ≈ 20 ms.
  const { request } = process.getBuiltinModule(connection.server.protocol === 'http:' ? 'node:http' : 'node:https')
  const body = call.body === undefined ? undefined : JSON.stringify(call.body)
  return new Promise((resolve, reject) => {
    const outgoing = request(optionsOf(connection, call, body), resolve)
    outgoing.setTimeout(call.timeoutMs, () => outgoing.destroy(new Error(`no answer within ${call.timeoutMs / 1000} s`)))
    outgoing.on('error', error => reject(unreachable(connection.server, error)))
    outgoing.end(body)
  })
}

/**
 * Whole body as text.
 * @throws Failure when the connection breaks before its end.
 */
export const readBody = async (answer: IncomingMessage): Promise<string> => {
  answer.setEncoding('utf8')
  let text = ''
  try {
    for await (const chunk of answer) text += chunk
  } catch (error) {
    throw new Failure(`the API server broke off its answer: ${(error as Error).message}. Try again`, undefined, { cause: error })
  }
  return text
}

const optionsOf = ({ server, headers, tls }: Connection, call: Call, body: string | undefined): RequestOptions => ({
  ...tls,
  host: server.hostname.replace(/^\[|\]$/g, ''),
  port: server.port || undefined,
  path: `${server.pathname.replace(/\/$/, '')}${call.path}`,
  method: call.method,
  headers: {
    accept: 'application/json',
    'user-agent': 'kubectl-backup',
    ...headers as Record<string, string>,
    ...call.headers as Record<string, string>,
    ...body !== undefined && { 'content-type': call.contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) },
  },
})

const unreachable = (server: URL, error: Error): Failure => {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const next = /CERT|SELF_SIGNED|UNABLE_TO/.test(code)
    ? 'The certificate does not fit the kubeconfig: check certificate-authority-data of the cluster'
    : 'Check that the cluster runs and that the context is the right one (kubectl config current-context)'
  return new Failure(`cannot reach the API server ${server.origin}: ${error.message || code}. ${next}`, undefined, { cause: error })
}
