import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findLayout } from '../../cluster/record.ts'
import type { Layout } from '../../cluster/layout.ts'
import type { Environment } from '../kit/environment.ts'
import { execute } from '../kit/kubectl.ts'

/** Our own node behind an environment; undefined with a cluster of the user's, whose processes are not ours to kill. */
export function nodeOf({ containerdSocket }: Environment): Layout | undefined {
  return containerdSocket === undefined ? undefined : findLayout(basename(dirname(containerdSocket)))
}

/** Which containers of pods are meant. */
export interface Which {
  readonly namespace: string
  readonly container: string
}

/** Ids of running containers, asked of containerd, so that no API server and no kubelet is needed. */
export async function runningContainers(node: Layout, { namespace, container }: Which): Promise<readonly string[]> {
  const filter = `labels."io.kubernetes.pod.namespace"==${namespace},labels."io.kubernetes.container.name"==${container}`
  const known = (await ctr(node, ['containers', 'list', '--quiet', filter])).split('\n')
  const tasks = (await ctr(node, ['tasks', 'list'])).split('\n').filter(line => line.endsWith('RUNNING')).map(line => line.split(' ')[0])
  return known.filter(id => id !== '' && tasks.includes(id)).sort()
}

/** SIGKILL to the first process of a container, as the kernel's OOM killer sends it. Answers false when it has ended. */
export async function killById(node: Layout, id: string): Promise<boolean> {
  return (await execute('ctr', [...on(node), 'tasks', 'kill', '--signal', 'SIGKILL', id])).code === 0
}

async function ctr(node: Layout, args: readonly string[]): Promise<string> {
  const outcome = await execute('ctr', [...on(node), ...args])
  if (outcome.code !== 0) throw new Error(`ctr ${args.join(' ')}: ${outcome.stderr}`)
  return outcome.stdout
}

function on(node: Layout): readonly string[] {
  return ['--address', node.containerdSocket, '--namespace', 'k8s.io']
}

/** Waits a number of seconds, or until the signal. */
export async function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined)
}
