import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Draft, Fields } from './draft.ts'
import type { FieldError } from './failure.ts'

/** What admission may look at besides the object itself. */
export interface Surroundings {
  /** The object of a resource (`v1/namespaces`). */
  find(resource: string, namespace: string | undefined, name: string): KubeObject | undefined
  all(resource: string): readonly KubeObject[]
  /** RFC 3339 with seconds, as Kubernetes writes times. */
  readonly now: string
}

/** Everything that the API server knows of one resource. */
export interface Kind {
  readonly group: string
  readonly apiVersion: string
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
  /** A custom resource: unlike built-in ones, a PUT needs a resourceVersion, and /status writes nothing but the status. */
  readonly custom: boolean
  /** Whether there is a `/status`, which alone writes the status. */
  readonly status: boolean
  /** Whether metadata.generation is counted. */
  readonly generation: boolean
  /** Names are DNS labels instead of subdomains. */
  readonly labelNames?: boolean
  /** A DELETE that removes at once answers the object instead of a Status. */
  readonly returnsDeleted?: boolean
  /** Orphans are left by a DELETE that says nothing of propagation. */
  readonly orphans?: boolean
  /** Seconds of grace of a deletion; undefined for kinds that know none. */
  grace?(object: KubeObject, wanted: number | undefined): number
  /** Fields that a field selector may name, besides metadata.name and metadata.namespace. */
  readonly fields?: Readonly<Record<string, (object: KubeObject) => string>>
  /** Defaults and admission of a new object, before it is validated. */
  prepare?(draft: Draft, around: Surroundings): void
  /** Defaults of an object of which more than metadata is changed; the status is the stored one and frozen where there is a `/status`. */
  prepareUpdate?(next: Draft, old: KubeObject, around: Surroundings): void
  /** Defaults within the metadata of any changed object, also when nothing else is changed. */
  prepareMetadata?(next: Draft, asked: Fields): void
  /** Defaults of a changed status. The rest of the object is the stored one and frozen. */
  prepareStatus?(next: Draft, old: KubeObject, around: Surroundings): void
  /** What is wrong with an object, or with a change when `old` is given. */
  validate?(next: Draft, old: KubeObject | undefined, around: Surroundings): readonly FieldError[]
  /** Admission of a change that is valid; throws a Refusal. */
  admitUpdate?(next: Draft, old: KubeObject, around: Surroundings): void
  /** What is wrong with a change through `/status`. */
  validateStatus?(next: Draft, old: KubeObject): readonly FieldError[]
}
