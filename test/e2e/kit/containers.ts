import type { Environment } from './environment.ts'
import { getObject } from './api.ts'
import { execute } from './kubectl.ts'

interface PodStatus { readonly status: { readonly containerStatuses: readonly { readonly name: string; readonly containerID?: string }[] } }

/** Sends SIGKILL to a container's first process from outside, as the kernel or an operator would. */
export async function killContainer(environment: Environment, { namespace, pod, container }: { namespace: string; pod: string; container: string }): Promise<void> {
  const found = await getObject<PodStatus>('pod', pod, namespace)
  const id = found?.status.containerStatuses.find(({ name }) => name === container)?.containerID?.replace('containerd://', '')
  if (id === undefined || environment.containerdSocket === undefined) throw new Error(`container ${container} of ${namespace}/${pod} has no task to kill`)
  const killed = await execute('ctr', ['--address', environment.containerdSocket, '--namespace', 'k8s.io', 'task', 'kill', '--signal', 'SIGKILL', id])
  if (killed.code !== 0) throw new Error(`ctr task kill ${id}: ${killed.stderr}`)
}
