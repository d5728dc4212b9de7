import type { Client } from './client.ts'
import type { Informer } from './informer.ts'
import type { Resource, ResourceMap } from './resources.ts'
import type { Post } from './webhook.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

/** What every controller of the process shares. */
export interface Environment {
  readonly client: Client
  readonly resources: ResourceMap
  readonly informerOf: (resource: Resource) => Informer
  /** Syncs at once, for each controller. */
  readonly workers: number
  /** Sends a call to a webhook. */
  readonly post: Post
  readonly log: (message: string) => void
  readonly event: (about: KubeObject, type: 'Normal' | 'Warning', text: { reason: string; message: string }) => void
  /** Ends the process, as a nil dereference ends the real one. */
  readonly crash: (message: string) => never
}
