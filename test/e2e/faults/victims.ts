import { CLIENTS, componentNamed, SIDECARS } from '../../cluster/components/all.ts'
import type { Layout } from '../../cluster/layout.ts'
import { kill, launch, restart, start, untilReady } from '../../cluster/start.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { listObjects } from '../kit/api.ts'
import { SYSTEM } from '../kit/install.ts'
import { execute } from '../kit/kubectl.ts'
import { killById, pause, runningContainers } from './node.ts'
import { pick, type Random } from './random.ts'

/** Something that can be struck down at any moment, and brought back. */
export interface Victim {
  readonly name: string
  /** Name of the victim without which this one cannot be struck. */
  readonly needs?: string
  /** Answers false when there was nothing to strike; throws when it could not be. */
  readonly strike: (random: Random) => Promise<boolean>
  /** Brings it back without waiting for it to serve. May be repeated, and may fail while others are down. */
  readonly heal: () => Promise<void>
}

/** Everything that a backup or a restore in this namespace needs, each in its own way of dying. */
export function victimsOf(node: Layout, namespace: string): readonly Victim[] {
  return [
    container(node, 'hooks'), container(node, 'metacontroller'),
    component(node, 'kubelet'), apiServer(node), component(node, 'minio'), component(node, 'csi-driver'),
    moverProcess(node, namespace), moverPod(namespace),
  ]
}

/**
 * Brings all back and waits until all serve. The driver comes last, once more: a kubelet that met its socket while it had no API server
 * gives up, and does not look again until there is a new socket.
 */
export async function healAll(node: Layout, victims: readonly Victim[]): Promise<void> {
  for (const name of ['minio', 'csi-driver', 'kube-apiserver', 'kubelet']) await start(node, name)
  for (const victim of victims) await victim.heal()
  await restart(node, 'csi-driver')
}

function component(node: Layout, name: string): Victim {
  const { dependents = [] } = componentNamed(name)
  return {
    name,
    strike: () => kill(node, name),
    heal: async () => {
      for (const one of [name, ...dependents]) await launch(node, componentNamed(one))
    },
  }
}

/**
 * What watches the API server comes back to it after waits that double up to a minute with every fall, so that soon nothing would be
 * scheduled any more: its clients start anew with it, which is one more fault for them.
 */
function apiServer(node: Layout): Victim {
  const self = component(node, 'kube-apiserver')
  return {
    ...self,
    heal: async () => {
      await self.heal()
      await untilReady(node, componentNamed(self.name))
      for (const { name } of [...CLIENTS, ...SIDECARS].filter(({ name }) => name !== 'kubelet')) await restartHard(node, name)
    },
  }
}

async function restartHard(node: Layout, name: string): Promise<void> {
  await kill(node, name)
  await launch(node, componentNamed(name))
}

/** Processes of a Deployment of ours, one of them or all. The kubelet starts them again, later and later; a new pod is spared that. */
function container(node: Layout, name: string): Victim {
  return {
    name,
    strike: async random => {
      const running = await runningContainers(node, { namespace: SYSTEM, container: name })
      const struck = random() < 0.5 ? running.slice(0, 1) : running
      return (await Promise.all(struck.map(id => killById(node, id)))).includes(true)
    },
    heal: () => relieve(name),
  }
}

/**
 * Replaces pods of ours that wait in back-off, every few seconds until the signal. They end with the API server too, and after a few of
 * its falls they would sleep for minutes in which no fault can meet them at work.
 */
export async function keepAwake(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const name of ['hooks', 'metacontroller']) await relieve(name).catch(() => undefined)
    await pause(3, signal)
  }
}

async function relieve(name: string): Promise<void> {
  const pods = await listObjects<Waiting>('pods', SYSTEM, `app.kubernetes.io/component=${name}`)
  for (const { metadata } of pods.filter(isBackingOff)) await execute('kubectl', ['-n', SYSTEM, 'delete', 'pod', metadata.name, '--wait=false'])
}

interface Waiting extends KubeObject {
  readonly status?: { readonly containerStatuses?: readonly { readonly state?: { readonly waiting?: { readonly reason?: string } } }[] }
}

function isBackingOff({ status }: Waiting): boolean {
  return status?.containerStatuses?.some(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff') === true
}

/** The mover, or the user's command beside it. */
function moverProcess(node: Layout, namespace: string): Victim {
  return {
    name: 'mover process',
    strike: async random => {
      const names = ['mover', 'producer', 'consumer', 'prepare']
      const running = (await Promise.all(names.map(one => runningContainers(node, { namespace, container: one })))).flat()
      const id = pick(random, running)
      return id !== undefined && await killById(node, id)
    },
    heal: async () => undefined,
  }
}

/** The record of the pod goes at once, its processes when the kubelet comes to it: for that while two movers may work on one point. */
function moverPod(namespace: string): Victim {
  return {
    name: 'mover pod',
    needs: 'kube-apiserver',
    strike: async random => {
      const pods = await listObjects<KubeObject & { readonly status?: { readonly phase?: string } }>('pods', namespace, 'app.kubernetes.io/managed-by=holdfast')
      const live = pods.filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending').map(({ metadata }) => metadata.name).sort()
      const pod = pick(random, live)
      if (pod === undefined) return false
      const outcome = await execute('kubectl', ['-n', namespace, 'delete', 'pod', pod, '--force', '--grace-period=0', '--wait=false'])
      if (outcome.code !== 0 && !/NotFound/.test(outcome.stderr)) throw new Error(outcome.stderr)
      return outcome.code === 0
    },
    heal: async () => undefined,
  }
}
