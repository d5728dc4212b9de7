import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Permission } from './permission.ts'

/** A request as the API server's audit log tells it. */
export interface AuditEvent {
  readonly verb: string
  readonly user: { readonly username: string }
  readonly objectRef?: { readonly apiGroup?: string; readonly resource?: string; readonly subresource?: string; readonly namespace?: string; readonly name?: string }
  readonly requestReceivedTimestamp: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** A request that RBAC refused, without its name, so that many of a sort are one. */
export type Denial = Omit<Permission, 'role' | 'names'>

/** What the ServiceAccounts of the product did with what they were granted. */
export interface Usage {
  /** Permissions of the list that some request needed. */
  readonly used: ReadonlySet<Permission>
  readonly denied: ReadonlyMap<string, { readonly denial: Denial; readonly count: number }>
  /** Requests for resources; 0 tells that nothing was logged at all. */
  readonly requests: number
}

const DECISION = 'authorization.k8s.io/decision'

/** Collects usage over any number of logs, of any number of clusters. */
export class UsageCollector implements Usage {
  readonly used = new Set<Permission>()
  readonly denied = new Map<string, { denial: Denial; count: number }>()
  requests = 0
  readonly #granted: ReadonlyMap<string, readonly Permission[]>
  readonly #prefix: string

  /** `namespace` is that of the release: its ServiceAccounts are the product's. */
  constructor(granted: readonly Permission[], namespace: string) {
    this.#granted = Map.groupBy(granted, keyOf)
    this.#prefix = `system:serviceaccount:${namespace}:`
  }

  /** Reads every log of an API server, also those rotated out; only requests from `since` on count. Throws when there is no log. */
  async read(folder: string, since: Date): Promise<void> {
    const files = existsSync(folder) ? readdirSync(folder).filter(name => /^audit.*\.log$/.test(name)).sort() : []
    if (files.length === 0) throw new Error(`no audit log in ${folder}; the cluster is older than its audit: npm run cluster -- down, and again`)
    for (const name of files) {
      for await (const line of createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Infinity })) this.add(line, since)
    }
  }

  /** One line of a log. A line that a crash cut off says nothing. */
  add(line: string, since: Date): void {
    const event = parse(line)
    if (event?.objectRef?.resource === undefined || !event.user.username.startsWith(this.#prefix)) return
    if (Date.parse(event.requestReceivedTimestamp) < since.getTime()) return
    this.requests += 1
    const asked = askedFor(event, this.#prefix)
    if (event.annotations?.[DECISION] === 'forbid') return this.#deny(asked)
    for (const permission of this.#granted.get(keyOf(asked)) ?? []) {
      if (permission.names === undefined || permission.names.includes(event.objectRef.name ?? '')) this.used.add(permission)
    }
  }

  #deny(denial: Denial): void {
    const key = keyOf(denial)
    this.denied.set(key, { denial, count: (this.denied.get(key)?.count ?? 0) + 1 })
  }
}

function askedFor({ verb, user, objectRef = {} }: AuditEvent, prefix: string): Denial {
  const { apiGroup = '', resource = '', subresource } = objectRef
  return { account: user.username.slice(prefix.length), group: apiGroup, resource: subresource === undefined ? resource : `${resource}/${subresource}`, verb }
}

function keyOf({ account, group, resource, verb }: Denial): string {
  return [account, group, resource, verb].join(' ')
}

function parse(line: string): AuditEvent | undefined {
  try {
    return JSON.parse(line) as AuditEvent
  } catch {
    return undefined
  }
}
