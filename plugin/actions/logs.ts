import { createInterface } from 'node:readline'
import type { KubeObject } from '../../schemas/generated/types.ts'
import { LABEL } from '../../lib/api.ts'
import type { Client } from '../api/client.ts'
import type { Context } from '../cli/context.ts'
import { Failure } from '../cli/failure.ts'
import { pathOf, POD } from '../api/kinds.ts'

export interface Container {
  readonly pod: string
  readonly namespace: string
  readonly container: string
  /** Claim that the pod works on. */
  readonly volume?: string
}

export interface LogOptions {
  readonly containers: readonly Container[]
  readonly follow: boolean
  readonly tail?: number
  readonly timestamps: boolean
}

/** Containers of a mover pod that have started; of a custom strategy first the user's, which is a sidecar. Of other init containers only those that failed. */
export const containersOf = (pod: KubeObject): readonly Container[] => {
  const { spec, status } = pod as unknown as Pod
  const sidecars = new Set(spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name))
  const before = (status?.initContainerStatuses ?? []).filter(({ name, state }) => sidecars.has(name) || (state?.terminated?.exitCode ?? 0) !== 0)
  return [...before, ...status?.containerStatuses ?? []]
    .filter(({ state }) => state?.waiting === undefined)
    .map(({ name }) => ({ pod: pod.metadata.name, namespace: pod.metadata.namespace ?? '', container: name, volume: pod.metadata.labels?.[LABEL.volume] }))
}

interface Pod {
  readonly spec?: { readonly initContainers?: readonly { readonly name: string, readonly restartPolicy?: string }[] }
  readonly status?: { readonly initContainerStatuses?: readonly ContainerStatus[], readonly containerStatuses?: readonly ContainerStatus[] }
}

interface ContainerStatus {
  readonly name: string
  readonly state?: { readonly waiting?: object, readonly terminated?: { readonly exitCode: number } }
}

/** Prints logs one after the other, or side by side with --follow; lines are prefixed when there are several. */
export const printLogs = async (context: Context, client: Client, options: LogOptions): Promise<void> => {
  const { containers, follow } = options
  const print = async (container: Container): Promise<void> => {
    const prefix = containers.length > 1 ? `[${prefixOf(container, containers)}] ` : ''
    const answer = await client.stream(pathOfLog(container, options))
    try {
      for await (const line of createInterface({ input: answer, crlfDelay: Infinity })) context.output.line(prefix + line)
    } catch (error) {
      throw new Failure(`the log of pod ${container.pod} broke off: ${(error as Error).message}`, undefined, { cause: error })
    }
  }
  if (follow) await Promise.all(containers.map(print))
  else for (const container of containers) await print(container)
}

const pathOfLog = ({ pod, namespace, container }: Container, { follow, tail, timestamps }: LogOptions): string => {
  const query = new URLSearchParams({
    container,
    ...follow && { follow: 'true' },
    ...tail !== undefined && { tailLines: String(tail) },
    ...timestamps && { timestamps: 'true' },
  })
  return `${pathOf(POD, { namespace, name: pod })}/log?${query}`
}

/** Shortest text that tells the containers apart. */
const prefixOf = (one: Container, all: readonly Container[]): string => {
  const pods = new Set(all.filter(other => other.volume === one.volume).map(other => other.pod))
  const head = one.volume !== undefined && pods.size === 1 ? one.volume : one.pod
  return all.some(other => other.pod === one.pod && other.container !== one.container) ? `${head}/${one.container}` : head
}
