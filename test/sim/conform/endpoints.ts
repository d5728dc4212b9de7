import { readFileSync } from 'node:fs'
import { Agent, request as requestHttps } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { createApiServer } from '../api/server.ts'
import type { Answer, Endpoint, WatchEvent } from './trace.ts'

const PATH = /^\/apis?\/(v1|[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)$/

/** The simulated server; its controllers work through whatever there is at each pause. */
export function simulated(api: ReturnType<typeof createApiServer>): Endpoint {
  return {
    request: ({ method, path, query, body }) => {
      const { status, body: answer } = api.request({ actor: 'user', method: method as 'GET', path, ...(query === undefined ? {} : { query }), body })
      return Promise.resolve({ status, body: wired(answer) })
    },
    watch: (path, since, uids) => {
      const [, group = '', namespace, plural = ''] = PATH.exec(path) ?? []
      const changes = api.journal.filter(({ resource, resourceVersion, after }) => resource === `${group}/${plural}` && resourceVersion > Number(since) && (namespace === undefined || after.metadata.namespace === namespace))
      return Promise.resolve(wired(changes.filter(({ after }) => uids.has(after.metadata.uid ?? '')).map(({ type, after }) => ({ type, object: after }))))
    },
    pause: () => {
      while (api.collectGarbage());
      return Promise.resolve()
    },
  }
}

/** A real server by its kubeconfig, as test/metacontroller/api-server.ts writes it. */
export function real(kubeconfig: string): Endpoint {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as { clusters: [{ cluster: { server: string } }]; users: [{ user: { token: string } }] }
  const { server } = config.clusters[0].cluster
  const { token } = config.users[0].user
  const request = sender(server, token)
  return {
    pause: async () => { await sleep(100) },
    request: async ask => {
      if (ask.method === 'DELETE') await cacheIsFresh(request, ask.path)
      return request(ask)
    },
    watch: (path, since, uids) => watchAll(request, { path, since, uids }),
  }
}

/**
 * Waits until the server's own cache shows what is to be deleted as it is stored.
 * A deletion is tried on the cached object first, and the grace period that this try has worked out stays when it is tried again on the stored one:
 * a pod that failed by the cache, and by what is stored not, goes at once. Seen on a busy machine with v1.35.4.
 */
async function cacheIsFresh(request: Endpoint['request'], path: string): Promise<void> {
  const { status, body } = await request({ method: 'GET', path })
  const { resourceVersion } = (body as Partial<KubeObject>).metadata ?? {}
  if (status === 200 && resourceVersion !== undefined) await request({ method: 'GET', path, query: { resourceVersion } })
}

interface Watched {
  readonly path: string
  readonly since: string
  readonly uids: ReadonlySet<string>
}

/** Watches long enough: until each object is, by what was told of it, as a list has it, or gone. */
async function watchAll(request: Endpoint['request'], { path, since, uids }: Watched): Promise<readonly WatchEvent[]> {
  const ours = ({ metadata }: KubeObject): boolean => uids.has(metadata.uid ?? '')
  const list = (await request({ method: 'GET', path })).body as { readonly items: readonly KubeObject[] }
  const listed = new Map(list.items.filter(ours).map(({ metadata }) => [metadata.uid, metadata.resourceVersion]))
  for (let seconds = 1; ; seconds *= 2) {
    const { body } = await request({ method: 'GET', path, query: { watch: '1', resourceVersion: since, timeoutSeconds: String(seconds) } })
    const events = eventsOf(body).filter(({ object }) => ours(object))
    const last = new Map(events.map(({ type, object }) => [object.metadata.uid, type === 'DELETED' ? undefined : object.metadata.resourceVersion]))
    const whole = [...uids].every(uid => last.has(uid) && last.get(uid) === listed.get(uid))
    if (whole || seconds > 60) return events
  }
}

/** One event a line; a single one is an object by itself. */
function eventsOf(body: unknown): readonly WatchEvent[] {
  const { text, type } = body as { text?: string; type?: string }
  return text?.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as WatchEvent) ?? (type === undefined ? [] : [body as WatchEvent])
}

/** Sends one request; every answer is an answer, whatever its status. */
function sender(server: string, token: string): Endpoint['request'] {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false })
  return ({ method, path, query, body }) => {
    const url = new URL(server + path)
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
    const text = body === undefined ? undefined : JSON.stringify(body)
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json', ...(text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) }) }
    return new Promise<Answer>((resolve, reject) => {
      const outgoing = requestHttps(url, { method, headers, agent }, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString('utf8')) }))
      })
      outgoing.on('error', reject)
      outgoing.end(text)
    })
  }
}

/** As it would come over the wire. */
function wired<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // A path of no API at all is answered in plain text.
    return { reason: 'NotFound', code: 404, text }
  }
}
