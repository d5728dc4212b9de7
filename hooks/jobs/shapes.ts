import type { KubeObject } from '../../schemas/generated/types.ts'

/** What we read of a Job. */
export type Job = KubeObject & {
  readonly spec?: {
    readonly suspend?: boolean
    readonly activeDeadlineSeconds?: number
    readonly template?: { readonly spec?: { readonly containers?: readonly JobContainer[] } }
  }
  readonly status?: {
    readonly startTime?: string
    readonly completionTime?: string
    readonly active?: number
    readonly ready?: number
    readonly conditions?: readonly ObjectCondition[]
  }
}

export interface JobContainer {
  readonly name: string
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
}

/** A condition of a Job or a pod. */
export interface ObjectCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

/** What we read of a pod. */
export type Pod = KubeObject & {
  readonly spec?: {
    readonly nodeName?: string
    readonly tolerations?: readonly object[]
    readonly volumes?: readonly PodVolume[]
  }
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly message?: string
    readonly conditions?: readonly ObjectCondition[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

export interface PodVolume {
  readonly name: string
  readonly persistentVolumeClaim?: { readonly claimName: string }
  readonly ephemeral?: object
}

export interface ContainerStatus {
  readonly name: string
  readonly image?: string
  readonly state?: ContainerState
  readonly lastState?: ContainerState
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string }
  readonly running?: object
  readonly terminated?: Terminated
}

export interface Terminated {
  readonly exitCode: number
  readonly reason?: string
  readonly message?: string
  readonly finishedAt?: string
}

/** What we read of an Event. */
export type WarningEvent = KubeObject & {
  readonly reason?: string
  readonly message?: string
  /** When it was told first, RFC 3339; other times tell of its repetitions. */
  readonly firstTimestamp?: string
}
