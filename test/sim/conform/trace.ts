import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Ask, Scenario, Seen, Settle } from './scenario.ts'

/** A server that scenarios can be played on. */
export interface Endpoint {
  request(ask: { readonly method: string; readonly path: string; readonly query?: Readonly<Record<string, string>>; readonly body?: unknown }): Promise<Answer>
  /** What a watch of a collection told of since a resourceVersion, only of these objects. */
  watch(path: string, since: string, uids: ReadonlySet<string>): Promise<readonly WatchEvent[]>
  /** Lets controllers do what they have to do; called before each look while a step waits. */
  pause(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly body: unknown
}

export interface WatchEvent {
  readonly type: string
  readonly object: KubeObject
}

/** What a step came to, without what differs from run to run. */
export interface Line {
  readonly step: string
  readonly status: number
  readonly body: unknown
}

const LOOKS = 900

/** Plays a scenario in a new namespace. */
export async function play(endpoint: Endpoint, scenario: Scenario, namespace: string): Promise<readonly Line[]> {
  const made = await endpoint.request({ method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } })
  if (made.status !== 201) throw new Error(`can't make namespace ${namespace}: ${JSON.stringify(made.body)}`)
  const answers = new Map<string, Answer>()
  const mask = masker()
  const seen: Seen = name => {
    const answer = answers.get(name)
    if (answer === undefined) throw new Error(`${scenario.name}: no step is called ${name}`)
    return answer.body as KubeObject
  }
  const lines: Line[] = []
  const uids = new Map<string, Set<string>>()
  for (const step of scenario.steps(namespace)) {
    const answer = 'settle' in step ? await wait(endpoint, step) : await ask(endpoint, step, seen)
    answers.set(step.name, answer)
    const { uid } = (answer.body as Partial<KubeObject>).metadata ?? {}
    if (answer.status === 201 && 'path' in step && uid !== undefined) uids.set(step.path, new Set(uids.get(step.path)).add(uid))
    lines.push({ step: step.name, status: answer.status, body: mask(answer) })
  }
  const since = (made.body as KubeObject).metadata.resourceVersion ?? ''
  return [...lines, ...await events({ endpoint, uids, since, mask })]
}

interface Watching {
  readonly endpoint: Endpoint
  /** What was made in each collection: other scenarios have objects of their own. */
  readonly uids: ReadonlyMap<string, ReadonlySet<string>>
  readonly since: string
  readonly mask: (answer: Answer) => unknown
}

/** What watchers have seen of the objects of each name, one line for each; Namespaces change when their controller likes. */
async function events({ endpoint, uids, since, mask }: Watching): Promise<readonly Line[]> {
  const told = await Promise.all([...uids].filter(([path]) => !path.endsWith('/namespaces')).map(async ([path, made]) => ({ path, ours: await endpoint.watch(path, since, made) })))
  return told.flatMap(({ path, ours }) => {
    const names = [...new Set(ours.map(({ object }) => object.metadata.name))].sort()
    return names.map(name => ({
      step: `watch ${path}/${name}`,
      status: 200,
      body: ours.filter(({ object }) => object.metadata.name === name).map(({ type, object }) => ({ type, object: mask({ status: 200, body: object }) })),
    }))
  })
}

function ask(endpoint: Endpoint, { method, path, query, body }: Ask, seen: Seen): Promise<Answer> {
  const sent = typeof body === 'function' ? body(seen) : body
  return endpoint.request({ method, path, ...(query === undefined ? {} : { query: { ...query, ...continued(query, seen) } }), ...(sent === undefined ? {} : { body: sent }) })
}

/** `continue: '<step>'` stands for the token that this step was answered. */
function continued(query: Readonly<Record<string, string>>, seen: Seen): Record<string, string> {
  if (query.continue === undefined || query.continue === 'nonsense') return {}
  return { continue: (seen(query.continue).metadata as { continue?: string }).continue ?? '' }
}

async function wait(endpoint: Endpoint, { name, settle, until }: Settle): Promise<Answer> {
  for (let look = 0; ; look++) {
    await endpoint.pause()
    const answer = await endpoint.request({ method: 'GET', path: settle })
    if (until === 'gone' ? answer.status === 404 : answer.status === 200 && until(answer.body as KubeObject)) return answer
    if (look === LOOKS) return { status: 0, body: { never: name, last: answer } }
  }
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/
const UID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Masks what no two servers answer alike; UIDs and resourceVersions keep who is who by numbers in the order of their appearance. */
function masker(): (answer: Answer) => unknown {
  const uids = new Map<string, string>()
  const versions = new Map<string, string>()
  const numbered = (map: Map<string, string>, what: string, text: string): string => {
    if (!map.has(text)) map.set(text, `${what} ${map.size + 1}`)
    return map.get(text) as string
  }
  const mask = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return maskText(value, key, { uid: text => numbered(uids, 'uid', text), version: text => numbered(versions, 'version', text) })
    if (Array.isArray(value)) return value.map(item => mask(item, ''))
    if (typeof value !== 'object' || value === null) return value
    const fields = Object.entries(value).filter(([name, field]) => field !== null && name !== 'managedFields' && !(name === 'continue' && field === '')).sort(([a], [b]) => a < b ? -1 : 1)
    return Object.fromEntries(fields.map(([name, field]) => [name, name === 'continue' && field !== '' ? 'token' : mask(field, name)]))
  }
  return ({ status, body }) => status >= 300 ? failure(body) : mask(reduced(body as object), '')
}

function maskText(text: string, key: string, number: { uid: (text: string) => string; version: (text: string) => string }): string {
  if (key === 'resourceVersion') return number.version(text)
  if (UID.test(text)) return number.uid(text)
  return key.endsWith('Time') || key.endsWith('Timestamp') ? TIME.test(text) ? 'time' : text : text
}

/** Of a failure only what programs look at. */
function failure(body: unknown): unknown {
  const { reason, code, details } = body as { reason?: string; code?: number; details?: { name?: string; group?: string; kind?: string; causes?: readonly { reason?: string; field?: string }[] } }
  const causes = (details?.causes ?? []).map(cause => `${cause.reason} ${cause.field}`)
  return { reason, code, name: details?.name, group: details?.group, kind: details?.kind, causes: [...new Set(causes)].sort() }
}

/** A list's own resourceVersion is that of the whole server; what a namespace controller says of its progress is its own affair. */
function reduced(body: object): object {
  const { metadata, items, status, kind } = body as { metadata?: object; items?: unknown; status?: unknown; kind?: string }
  if (kind === 'APIResourceList') return discovered(body)
  if (items !== undefined) return { ...body, metadata: { ...metadata, resourceVersion: undefined, remainingItemCount: undefined, ...remaining(metadata) } }
  return kind === 'Namespace' ? { ...body, metadata: { ...metadata, resourceVersion: undefined }, status: { phase: (status as { phase?: string }).phase } } : body
}

function remaining(metadata: { readonly remainingItemCount?: number } | undefined): object {
  return metadata?.remainingItemCount === undefined ? {} : { remainingItemCount: metadata.remainingItemCount }
}

/** Only the resources that both servers are meant to have. */
function discovered(body: object): object {
  const { groupVersion, resources } = body as { groupVersion?: string; resources?: readonly { name: string; kind: string; namespaced: boolean }[] }
  const ours = (resources ?? []).map(({ name, kind, namespaced }) => `${name} ${kind} ${namespaced}`)
  return { groupVersion, resources: ours.sort() }
}
