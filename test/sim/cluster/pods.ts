import type { Fault } from '../faults.ts'
import type { MoverEnd } from '../store/mover.ts'
import { isSpared } from '../store/spared.ts'
import type { Inside } from './cluster.ts'
import { controller, keyOf, placeOf } from './controller.ts'
import { lookup, type Lookup } from './lookup.ts'
import { LostPods, type Loss } from './lost-pods.ts'
import { createNodes, type Nodes } from './nodes.ts'
import { CLAIMS, controllerOf, hasEnded, PODS, SECRETS, uidOf, type Claim, type Pod } from './objects.ts'
import { startProcess, type Process } from './pod-process.ts'
import { claimsOf, firstObstacle, SCHEDULING, secretsOf, STARTING, type Obstacle } from './pod-start.ts'
import { conditions, ended, failed, running, starting, unscheduled, type Ending } from './pod-status.ts'
import { create, patch, patchStatus, pathOf, remove } from './requests.ts'

/** Scheduler, kubelets and pod garbage collector: pods find a node, start, run and end. */
export function startPods(cluster: Inside): void {
  const { api } = cluster
  const pods = new Pods(cluster)
  const pending = (word: (pod: Pod) => readonly string[]): ((key: string) => readonly string[]) => {
    const find = lookup<Pod>(api, PODS, pod => pod.status?.phase === 'Pending' ? word(pod).map(name => `${pod.metadata.namespace}/${name}`) : [])
    return key => find(key).map(keyOf)
  }
  const [byClaim, bySecret] = [pending(claimsOf), pending(secretsOf)]
  controller({
    cluster, name: 'pods', resource: PODS,
    concerns: ({ type, after }) => type === 'DELETED' || after.metadata.deletionTimestamp !== undefined || (after as Pod).status?.phase === 'Pending',
    also: { [CLAIMS]: claim => byClaim(keyOf(claim)), [SECRETS]: secret => bySecret(keyOf(secret)) },
    reconcile: key => pods.reconcile(key),
  })
}

const MINUTE = 60_000
const TROUBLE_MINUTES = [0.5, 2, 5, 12, 30, 90] as const
const START_TROUBLES = ['podUnschedulable', 'mountFailed', 'imagePullStuck', 'secretMissing'] as const
const MISFORTUNES = ['podEvicted', 'podOutOfMemory', 'nodeLost'] as const
const FORCE = { gracePeriodSeconds: 0 }

class Pods {
  readonly #cluster: Inside
  readonly #random
  readonly #nodes: Nodes
  readonly #lost: LostPods
  readonly #podsOf: Lookup<Pod>
  readonly #processes = new Map<string, Process>()
  /** UID of the pod that was seen last under a key. */
  readonly #uids = new Map<string, string>()
  /** Until when a fault troubles a pod, by its UID. */
  readonly #troubles = new Map<string, Map<Fault, number>>()
  /** Pods that are just being stopped. */
  readonly #silent = new Set<string>()

  constructor(cluster: Inside) {
    this.#cluster = cluster
    this.#random = cluster.engine.random.fork('kubelet')
    this.#nodes = createNodes(cluster)
    this.#lost = new LostPods(cluster, this.#nodes)
    this.#podsOf = lookup<Pod>(cluster.api, PODS, pod => claimsOf(pod).map(name => `${pod.metadata.namespace}/${name}`))
  }

  reconcile(key: string): number | undefined {
    const pod = this.#cluster.api.read<Pod>(pathOf(PODS, placeOf(key)))
    this.#forgetFormer(key, pod)
    if (pod === undefined || this.#silent.has(uidOf(pod)) || this.#lost.has(uidOf(pod))) return undefined
    if (pod.metadata.deletionTimestamp !== undefined) return this.#stop(pod)
    if (hasEnded(pod) || pod.status?.phase === 'Running') return undefined
    return pod.spec.nodeName === undefined ? this.#schedule(pod) : this.#start(pod)
  }

  #forgetFormer(key: string, pod: Pod | undefined): void {
    const former = this.#uids.get(key)
    if (pod !== undefined) this.#uids.set(key, uidOf(pod))
    else this.#uids.delete(key)
    if (former === undefined || former === pod?.metadata.uid) return
    this.#processes.get(former)?.kill()
    for (const known of [this.#processes, this.#troubles, this.#silent]) known.delete(former)
  }

  #schedule(pod: Pod): number | undefined {
    const { api, engine, events } = this.#cluster
    const path = pathOf(PODS, pod.metadata)
    const node = this.#nodes.choose(pod)
    const obstacle = firstObstacle(SCHEDULING, this.#starting(pod, node === undefined))
    for (const claim of obstacle?.awaited ?? []) this.#choose(claim, node ?? '')
    if (obstacle?.unscheduled !== undefined && !pod.status?.conditions?.some(({ message }) => message === obstacle.unscheduled)) {
      patchStatus(api, path, unscheduled(pod, engine.now(), obstacle.unscheduled))
    }
    if (obstacle?.event !== undefined) events.tell(pod, obstacle.event)
    if (obstacle !== undefined) return obstacle.againMilliseconds
    create(api, `${path}/binding`, { target: { name: node } })
    return undefined
  }

  /** Tells the provisioner that somebody waits for the volume. */
  #choose({ metadata }: Claim, node: string): void {
    if (metadata.annotations?.[SELECTED_NODE] !== undefined) return
    patch(this.#cluster.api, pathOf(CLAIMS, metadata), { metadata: { annotations: { [SELECTED_NODE]: node } } })
  }

  #start(pod: Pod): number | undefined {
    const { api, engine, events } = this.#cluster
    const path = pathOf(PODS, pod.metadata)
    const obstacle = firstObstacle(STARTING, this.#starting(pod, false))
    if (obstacle === undefined) return this.#run(pod)
    if (!isHeld(pod, obstacle)) patchStatus(api, path, starting(pod, engine.now(), obstacle.hold))
    if (obstacle.event !== undefined) events.tell(pod, obstacle.event)
    return obstacle.againMilliseconds
  }

  #starting(pod: Pod, nodeLost: boolean) {
    return { cluster: this.#cluster, pod, nodeLost, podsOf: this.#podsOf, trouble: (fault: Fault) => this.#trouble(uidOf(pod), fault) }
  }

  #trouble(uid: string, fault: Fault): number {
    const { engine, faults } = this.#cluster
    const troubles = this.#troubles.get(uid) ?? this.#troublesOf(uid)
    if (!troubles.has(fault)) troubles.set(fault, faults.strikes(fault) ? engine.now() + MINUTE * this.#random.pick(TROUBLE_MINUTES) : 0)
    return faults.healed ? 0 : Math.max(0, (troubles.get(fault) ?? 0) - engine.now())
  }

  #troublesOf(uid: string): Map<Fault, number> {
    const spared = isSpared({ faults: this.#cluster.faults, random: this.#random }, START_TROUBLES)
    const troubles = new Map<Fault, number>(spared ? START_TROUBLES.map(fault => [fault, 0]) : [])
    this.#troubles.set(uid, troubles)
    return troubles
  }

  #run(pod: Pod): undefined {
    const { api, engine, faults } = this.#cluster
    patchStatus(api, pathOf(PODS, pod.metadata), running(pod, engine.now()))
    this.#limit(pod)
    if (controllerOf(pod, 'Job') === undefined && !pod.spec.containers.some(({ name }) => name === 'mover')) return
    const spared = isSpared({ faults, random: this.#random }, MISFORTUNES)
    const fault = spared ? undefined : this.#random.shuffled(MISFORTUNES).find(one => faults.strikes(one))
    const struckAt = this.#random.below(4)
    const process = startProcess(this.#cluster, pod, {
      ended: end => { if (!this.#lost.ended(uidOf(pod), end) && this.#processes.delete(uidOf(pod))) this.#ended(pod, end) },
      paused: (pause, milliseconds) => {
        if (fault !== undefined && pause === struckAt) engine.after(milliseconds * this.#random.next(), () => this.#strike(pod, fault))
      },
    })
    this.#processes.set(uidOf(pod), process)
    const loss = this.#cluster.mishaps.node?.(pod)
    if (loss !== undefined) engine.after(1, () => this.#loseNode(pod, loss))
  }

  /** The kubelet ends a pod whose own time is over, whoever made it. */
  #limit(pod: Pod): void {
    const { activeDeadlineSeconds } = pod.spec
    if (activeDeadlineSeconds !== undefined) this.#cluster.engine.after(1000 * activeDeadlineSeconds, () => {
      const now = this.#current(pod)
      if (this.#lost.ended(uidOf(pod), OVERDUE) || this.#silent.has(uidOf(pod))) return
      if (now !== undefined && !hasEnded(now)) this.#kill(now, OVERDUE)
    })
  }

  #strike(pod: Pod, fault: (typeof MISFORTUNES)[number]): void {
    const process = this.#processes.get(uidOf(pod))
    const now = this.#current(pod)
    if (process === undefined || now === undefined) return
    if (fault === 'nodeLost') return this.#loseNode(now)
    if (fault === 'podEvicted' && this.#random.chance(0.5)) return this.#drain(now)
    this.#kill(now, fault === 'podOutOfMemory' ? { exitCode: 137, reason: 'OOMKilled' } : EVICTED)
  }

  #kill(pod: Pod, ending: Ending): void {
    this.#processes.get(uidOf(pod))?.kill()
    this.#processes.delete(uidOf(pod))
    this.#finish(pod, ending)
  }

  /** The very pod as it is now. */
  #current({ metadata }: Pod): Pod | undefined {
    const found = this.#cluster.api.read<Pod>(pathOf(PODS, metadata))
    return found?.metadata.uid === metadata.uid ? found : undefined
  }

  /** What `kubectl drain` does. */
  #drain(pod: Pod): void {
    const { api, engine } = this.#cluster
    patchStatus(api, pathOf(PODS, pod.metadata), { conditions: conditions(pod, engine.now(), [['DisruptionTarget', 'True', 'EvictionByEvictionAPI']]) })
    remove(api, pathOf(PODS, pod.metadata))
  }

  #loseNode(pod: Pod, loss?: Loss): void {
    const process = this.#processes.get(uidOf(pod))
    this.#processes.delete(uidOf(pod))
    this.#lost.lose(pod, process, loss)
  }

  #ended(pod: Pod, { exitCode, message }: MoverEnd): void {
    const { api, engine, faults } = this.#cluster
    const now = this.#current(pod)
    if (now === undefined) return
    if (!faults.strikes('terminationMessageLost')) return this.#finish(now, { exitCode, message })
    const how = this.#random.pick(['message', 'pod', 'node'] as const)
    if (how === 'node') return this.#loseNode(now)
    this.#finish(now, { exitCode, ...(how === 'pod' && { message }) })
    if (how !== 'pod') return
    engine.after(this.#random.below(500), () => { if (this.#current(pod) !== undefined) remove(api, pathOf(PODS, pod.metadata), FORCE) })
  }

  /** The kubelet reports the end; of a pod that is being deleted it is also the end of the object, unless a finalizer holds it. */
  #finish(pod: Pod, ending: Ending): void {
    const { api, engine } = this.#cluster
    patchStatus(api, pathOf(PODS, pod.metadata), ended(pod, engine.now(), ending))
    if (pod.metadata.deletionTimestamp !== undefined) remove(api, pathOf(PODS, pod.metadata), FORCE)
  }

  /** SIGTERM, and a little later the end: with the mover's last words, or by SIGKILL without. */
  #stop(pod: Pod): undefined {
    const { api, engine } = this.#cluster
    const path = pathOf(PODS, pod.metadata)
    const process = this.#processes.get(uidOf(pod))
    if (hasEnded(pod)) return void remove(api, path, FORCE)
    if (process === undefined) {
      patchStatus(api, path, pod.status?.phase === 'Running' ? ended(pod, engine.now(), { exitCode: 143 }) : failed(pod, engine.now()))
      return void remove(api, path, FORCE)
    }
    const end = process.terminate()
    this.#processes.delete(uidOf(pod))
    this.#silent.add(uidOf(pod))
    const killed = this.#random.chance(0.3)
    engine.after(killed ? 30_000 : this.#random.below(15_000), () => {
      this.#silent.delete(uidOf(pod))
      const now = this.#current(pod)
      if (now !== undefined && !hasEnded(now)) this.#finish(now, killed ? { exitCode: 137 } : end)
    })
  }
}

const SELECTED_NODE = 'volume.kubernetes.io/selected-node'
const OVERDUE: Ending = { exitCode: 137, podReason: 'DeadlineExceeded', podMessage: 'Pod was active on the node longer than the specified deadline' }
const EVICTED: Ending = { exitCode: 137, podReason: 'Evicted', podMessage: 'The node was low on resource: memory.', disruption: 'TerminationByKubelet' }

function isHeld(pod: Pod, { hold }: Obstacle): boolean {
  const all = [...pod.status?.initContainerStatuses ?? [], ...pod.status?.containerStatuses ?? []]
  if (hold === undefined) return pod.status?.startTime !== undefined
  return all.some(({ name, state }) => name === hold.container && state?.waiting?.reason === hold.reason)
}

