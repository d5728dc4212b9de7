import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject } from '../../schemas/generated/types.ts'
import { ApiFailure, apiFailure } from './api-error.ts'
import type { Connection } from './connection.ts'
import { EXIT } from '../cli/exit-code.ts'
import { pathOf, type Kind } from './kinds.ts'
import { readBody, send, type Call } from './transport.ts'

export interface ListOptions {
  /** Without it: all namespaces. */
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

export interface ObjectPlace {
  readonly namespace?: string
  readonly name: string
}

export interface WriteOptions {
  /** `server` sends dryRun=All: checked and answered, not stored. */
  readonly dryRun?: 'server'
}

/** The few calls of the Kubernetes API that the commands need. Each throws a Failure (ApiFailure for a refusal). */
export interface Client {
  readonly connection: Connection
  get<T extends KubeObject>(kind: Kind, place: ObjectPlace): Promise<T>
  /** As get, but undefined when the object (not the kind) is absent. */
  find<T extends KubeObject>(kind: Kind, place: ObjectPlace): Promise<T | undefined>
  /** All items, read in pages, in the server's order. */
  list<T extends KubeObject>(kind: Kind, options: ListOptions): Promise<readonly T[]>
  create<T extends KubeObject>(kind: Kind, object: T, options?: WriteOptions): Promise<T>
  /** JSON merge patch. */
  patch<T extends KubeObject>(kind: Kind, place: ObjectPlace, change: { readonly body: object } & WriteOptions): Promise<T>
  /** Any GET, parsed. */
  read<T>(path: string): Promise<T>
  /** A body as it comes, for logs; no time limit once it began. */
  stream(path: string): Promise<IncomingMessage>
  /** The API server's clock at its last answer; undefined when it did not tell. Times that are compared with the cluster's are taken from it. */
  serverTime(): Date | undefined
}

export interface ClientOptions {
  readonly timeoutMs: number
  /** Impersonation headers. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

const PAGE = 500
const RETRIES = 3
const MERGE_PATCH = 'application/merge-patch+json'

/**
 * A client of one API server. Pages lists, repeats calls that were answered 429, and once, with credentials that are read anew,
 * those answered 401; turns refusals into ApiFailure.
 */
export const createClient = (connection: Connection, options: ClientOptions): Client => {
  let told: Date | undefined
  let current = connection
  const open = async (call: Omit<Call, 'timeoutMs' | 'headers'>): Promise<IncomingMessage> => {
    let renewed = false
    for (let attempt = 1; ;) {
      const answer = await send(current, { ...call, ...options })
      const code = answer.statusCode ?? 0
      told = dateOf(answer)
      if (code < 300) return answer
      const body = await readBody(answer)
      // 401 and 429 say that nothing was done, so any call may be repeated.
      if (code === 401 && !renewed && current.reopen !== undefined) {
        current = await current.reopen()
        renewed = true
      } else if (code === 429 && attempt++ <= RETRIES) await sleep(1000 * Math.min(Number(answer.headers['retry-after']) || 1, 5))
      else throw apiFailure(code, body, call.path)
    }
  }
  const ask = async <T>(call: Omit<Call, 'timeoutMs' | 'headers'>): Promise<T> => JSON.parse(await readBody(await open(call))) as T
  const get = <T extends KubeObject>(kind: Kind, place: ObjectPlace): Promise<T> => ask({ method: 'GET', path: pathOf(kind, place) })
  return {
    connection,
    get,
    find: (kind, place) => absentAsUndefined(get(kind, place)),
    list: (kind, listed) => pages(path => ask({ method: 'GET', path }), kind, listed),
    create: (kind, object, { dryRun } = {}) =>
      ask({ method: 'POST', path: pathOf(kind, { namespace: object.metadata.namespace }) + dryRunQuery(dryRun), body: object }),
    patch: (kind, place, { body, dryRun }) =>
      ask({ method: 'PATCH', path: pathOf(kind, place) + dryRunQuery(dryRun), body, contentType: MERGE_PATCH }),
    read: path => ask({ method: 'GET', path }),
    stream: async path => {
      const answer = await open({ method: 'GET', path })
      answer.socket.setTimeout(0)
      return answer
    },
    serverTime: () => told,
  }
}

const dateOf = ({ headers: { date = '' } }: IncomingMessage): Date | undefined => {
  const time = new Date(date)
  return Number.isNaN(time.getTime()) ? undefined : time
}

const dryRunQuery = (dryRun: 'server' | undefined): string =>
  `?fieldManager=kubectl-backup&fieldValidation=Strict${dryRun === 'server' ? '&dryRun=All' : ''}`

const absentAsUndefined = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404 && error.exitCode === EXIT.notFound) return undefined
    throw error
  }
}

interface Page<T> {
  readonly apiVersion?: string
  readonly metadata?: { readonly continue?: string }
  readonly items?: readonly T[]
}

const pages = async <T extends KubeObject>(read: (path: string) => Promise<Page<T>>, kind: Kind, options: ListOptions): Promise<readonly T[]> => {
  const { namespace, ...selectors } = options
  const items: T[] = []
  let from = ''
  do {
    const query = new URLSearchParams({ limit: String(PAGE), ...defined(selectors), ...from !== '' && { continue: from } })
    const page = await read(`${pathOf(kind, { namespace })}?${query}`)
    // Items of a list carry no kind of their own.
    for (const item of page.items ?? []) items.push({ ...item, apiVersion: page.apiVersion ?? '', kind: kind.kind })
    from = page.metadata?.continue ?? ''
  } while (from !== '')
  return items
}

const defined = (record: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''))
