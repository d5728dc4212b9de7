import type { KubeObject, ObjectMeta } from '../../schemas/generated/types.ts'
import type { LabelSelector } from './selector.ts'

/** The fields of Composite- and DecoratorControllers that the stand-in reads. */
export interface ResourceRule {
  readonly apiVersion: string
  readonly resource: string
}

export type UpdateMethod = 'OnDelete' | 'Recreate' | 'InPlace' | 'RollingRecreate' | 'RollingInPlace'

export interface ChildRule extends ResourceRule {
  readonly updateStrategy?: { readonly method?: UpdateMethod }
}

export interface ParentRule extends ResourceRule {
  readonly labelSelector?: LabelSelector
  readonly annotationSelector?: { readonly matchAnnotations?: Readonly<Record<string, string>>; readonly matchExpressions?: LabelSelector['matchExpressions'] }
  readonly ignoreStatusChanges?: boolean
}

export interface Authorization {
  readonly type?: string
  readonly secretRef: { readonly name: string; readonly namespace: string; readonly key: string }
}

export interface Webhook {
  readonly url?: string
  readonly service?: { readonly name: string; readonly namespace: string; readonly port?: number; readonly protocol?: string }
  readonly path?: string
  readonly timeout?: string
  readonly etag?: { readonly enabled?: boolean; readonly cacheTimeoutSeconds?: number; readonly cacheCleanupSeconds?: number }
  readonly responseUnMarshallMode?: 'loose' | 'strict'
  readonly authorization?: Authorization
}

export interface HookManifest {
  readonly version?: 'v1' | 'v2'
  readonly webhook?: Webhook
}

export interface ControllerSpec {
  readonly parentResource?: ParentRule
  readonly childResources?: readonly ChildRule[]
  readonly resources?: readonly ParentRule[]
  readonly attachments?: readonly ChildRule[]
  readonly hooks?: { readonly sync?: HookManifest; readonly finalize?: HookManifest; readonly customize?: HookManifest }
  readonly endpointConfigs?: readonly { readonly host: string; readonly authorization?: Authorization }[]
  readonly resyncPeriodSeconds?: number
  readonly generateSelector?: boolean
}

/** A CompositeController or a DecoratorController. */
export interface ControllerManifest extends KubeObject {
  readonly metadata: ObjectMeta
  readonly spec: ControllerSpec
}
