import type { MoverEnd } from '../store/mover.ts'
import type { Inside } from './cluster.ts'
import { NODE_LOST_AFTER, type Nodes } from './nodes.ts'
import { hasEnded, PODS, uidOf, type Pod } from './objects.ts'
import type { Process } from './pod-process.ts'
import { conditions, ended, failed, notReady, type Ending } from './pod-status.ts'
import { patchStatus, pathOf, remove } from './requests.ts'

/** How a node is lost. */
export interface Loss {
  /** It lives and is only not heard of: what runs there goes on, and writes. */
  readonly severed: boolean
  /** Its Node object is deleted in the end, and the pods with it; else it comes back by itself. */
  readonly removed: boolean
  readonly milliseconds?: number
}

interface Lost {
  process?: Process | undefined
  /** What came of it, which nobody has heard of. */
  end?: Ending
}

/**
 * Pods whose node does not answer. After five minutes they are told to go, and stay as they are for as long as the Node object does: neither ended nor
 * gone, for nobody knows. Only the kubelet tells, once it is back, or the pod garbage collector in its place when the Node object is deleted.
 */
export class LostPods {
  readonly #cluster: Inside
  readonly #nodes: Nodes
  readonly #random
  readonly #lost = new Map<string, Lost>()

  constructor(cluster: Inside, nodes: Nodes) {
    this.#cluster = cluster
    this.#nodes = nodes
    this.#random = cluster.engine.random.fork('lost nodes')
  }

  has(uid: string): boolean {
    return this.#lost.has(uid)
  }

  lose(pod: Pod, process: Process | undefined, { severed, removed, milliseconds }: Loss = this.#draw()): void {
    const { engine, api } = this.#cluster
    if (!severed) process?.kill()
    this.#lost.set(uidOf(pod), { process: severed ? process : undefined })
    const back = this.#nodes.lose(pod.spec.nodeName ?? '', milliseconds)
    engine.after(40_000, () => this.#whenLost(pod, now => patchStatus(api, pathOf(PODS, pod.metadata), notReady(now, engine.now()))))
    engine.after(NODE_LOST_AFTER + this.#random.below(60_000), () => this.#whenLost(pod, now => this.#evict(now)))
    engine.after(back, () => this.#back(pod, removed))
  }

  /** Whether nobody hears of the end of this process. */
  ended(uid: string, end: MoverEnd | Ending): boolean {
    const lost = this.#lost.get(uid)
    if (lost === undefined) return false
    lost.process?.kill()
    lost.process = undefined
    lost.end ??= end
    return true
  }

  #draw(): Loss {
    return { severed: this.#random.chance(0.3), removed: this.#random.chance(0.3) }
  }

  #whenLost(pod: Pod, deed: (now: Pod) => void): void {
    const now = this.#current(pod)
    if (now !== undefined && this.has(uidOf(pod)) && !hasEnded(now)) deed(now)
  }

  #evict(pod: Pod): void {
    const { api, engine } = this.#cluster
    if (pod.metadata.deletionTimestamp !== undefined) return
    patchStatus(api, pathOf(PODS, pod.metadata), { conditions: conditions(pod, engine.now(), [['DisruptionTarget', 'True', 'DeletionByTaintManager']]) })
    remove(api, pathOf(PODS, pod.metadata))
  }

  #back(pod: Pod, removed: boolean): void {
    const { api, engine } = this.#cluster
    const lost = this.#lost.get(uidOf(pod))
    lost?.process?.kill()
    const path = pathOf(PODS, pod.metadata)
    this.#whenLost(pod, now => {
      const message = `PodGC: node ${pod.spec.nodeName} no longer exists`
      patchStatus(api, path, removed ? failed(now, engine.now(), { disruption: 'DeletionByPodGC', message }) : ended(now, engine.now(), lost?.end ?? UNKNOWN))
      if (removed || now.metadata.deletionTimestamp !== undefined) remove(api, path, { gracePeriodSeconds: 0 })
    })
    this.#lost.delete(uidOf(pod))
  }

  /** The very pod as it is now. */
  #current({ metadata }: Pod): Pod | undefined {
    const found = this.#cluster.api.read<Pod>(pathOf(PODS, metadata))
    return found?.metadata.uid === metadata.uid ? found : undefined
  }
}

/** The kubelet came back and found no container. */
const UNKNOWN: Ending = { exitCode: 137, reason: 'ContainerStatusUnknown' }
