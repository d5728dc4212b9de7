import { join } from 'node:path'

/** Where everything of one cluster lies, and its addresses. All of it follows from the name and the slot. */
export interface Layout {
  name: string
  slot: number
  stateDir: string
  binDir: string
  kubeconfig: string
  nodeName: string
  /** The node, and everything that listens for pods: the API server, DNS, MinIO. Reachable from the host too. */
  nodeAddress: string
  /** The machine outside the cluster's network namespace, as pods see it. */
  hostAddress: string
  linkAddress: string
  podSubnet: string
  serviceSubnet: string
  kubernetesService: string
  /** Network namespace, as a file to enter. */
  netns: string
  hostLink: string
  /** Name of the pod network. */
  network: string
  kubeletRoot: string
  containerdSocket: string
  cgroup: string
}

/** Names are part of paths of sockets (108 bytes at most), of cgroups and of the node. */
export const NAME_PATTERN = /^[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$/

/** Clusters live below this folder; HOLDFAST_STATE overrides it. */
export function stateRoot(): string {
  return process.env['HOLDFAST_STATE'] ?? '/var/lib/holdfast-test'
}

/** `slot` (0–255) gives each cluster subnets of its own, so that several can run, or be left over, side by side. */
export function layoutOf(name: string, slot: number, binDir: string): Layout {
  if (!NAME_PATTERN.test(name)) {
    throw new Error(`cluster name ${JSON.stringify(name)}: give lower-case letters, digits and dashes, 20 at most`)
  }
  const stateDir = join(stateRoot(), name)
  return {
    name,
    slot,
    stateDir,
    binDir,
    kubeconfig: join(stateDir, 'kubeconfig'),
    nodeName: `holdfast-${name}`,
    nodeAddress: `10.244.${slot}.1`,
    hostAddress: `10.243.${slot}.1`,
    linkAddress: `10.243.${slot}.2`,
    podSubnet: `10.244.${slot}.0/24`,
    serviceSubnet: `10.245.${slot}.0/24`,
    kubernetesService: `10.245.${slot}.1`,
    netns: join(stateDir, 'netns'),
    hostLink: `holdfast${slot}`,
    network: `holdfast.${name}`,
    kubeletRoot: join(stateDir, 'kubelet'),
    containerdSocket: join(stateDir, 'containerd.sock'),
    cgroup: `holdfast-${name}`,
  }
}
