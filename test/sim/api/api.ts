import type { KubeObject } from '../../../schemas/generated/types.ts'

/** Who asks: decides nothing, but stands in the journal, and invariants are about what *we* do. */
export type Actor = 'hooks' | 'metacontroller' | 'user' | 'cluster'

/** One request as an HTTP server would see it; paths as Kubernetes has them, already decoded. */
export interface Request {
  readonly actor: Actor
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Absolute, without a query; `/status` at the end is the subresource. */
  readonly path: string
  /** labelSelector, fieldSelector, limit, continue. */
  readonly query?: Readonly<Record<string, string>>
  /** POST, PUT: the object. PATCH: a JSON merge patch. DELETE: DeleteOptions. */
  readonly body?: unknown
}

/** `body` is an object, a list, or a `Status` of failure with `code`, `reason`, `message`. */
export interface Response {
  readonly status: number
  readonly body: unknown
}

/** One change of one object. Objects are frozen; a write makes a new one. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** `apiVersion/plural`, as in `batch/v1/jobs` or `v1/pods`. */
  readonly resource: string
  readonly actor: Actor
  readonly before: KubeObject | undefined
  /** DELETED: the object as it was last, with the resourceVersion of its deletion. */
  readonly after: KubeObject
  readonly resourceVersion: number
  /** Virtual milliseconds. */
  readonly at: number
}

/** The API server with what belongs to it: admission, defaults, finalizers, garbage collection. Every request is atomic and at once. */
export interface ApiServer {
  request(request: Request): Response
  /** Milliseconds since the epoch by its own clock, which may be wrong. */
  now(): number
  /** Every change so far, oldest first. */
  readonly journal: readonly Change[]
  /** Called at each change, at once. Answers how to end that. */
  subscribe(listener: (change: Change) => void): () => void
  /** Whether the store holds this object now; a shortcut of GET for models and invariants. `path` as in Request. */
  read<T = KubeObject>(path: string): T | undefined
  /** All objects of a resource (`batch/v1/jobs`), in one namespace or all. */
  all<T = KubeObject>(resource: string, namespace?: string): readonly T[]
}
