import { existsSync, writeFileSync } from 'node:fs'
import type { Layout } from './layout.ts'
import { isMountPoint } from './mounts.ts'
import { run } from './run.ts'

/**
 * A network namespace for the whole cluster, joined to the machine by one pair of links. The bridge, the rules of kube-proxy
 * and every port live and die with it, so two clusters cannot meet and a removed one leaves nothing on the machine.
 */
export async function createNetwork(layout: Layout): Promise<void> {
  if (existsSync(layout.netns) && isMountPoint(layout.netns)) return
  writeFileSync(layout.netns, '')
  await run('unshare', [`--net=${layout.netns}`, 'true'])
  await run('ip', ['link', 'delete', layout.hostLink], { allowFailure: true })
  await run('ip', ['link', 'add', layout.hostLink, 'type', 'veth', 'peer', 'name', `${layout.hostLink}n`])
  await run('ip', ['link', 'set', `${layout.hostLink}n`, 'netns', layout.netns])
  await run('ip', ['addr', 'add', `${layout.hostAddress}/30`, 'dev', layout.hostLink])
  await run('ip', ['link', 'set', layout.hostLink, 'up'])
  await configureInside(layout)
  await run('ip', ['route', 'replace', layout.podSubnet, 'via', layout.linkAddress])
  await run('ip', ['route', 'replace', layout.serviceSubnet, 'via', layout.linkAddress])
}

/** The end of the pair on the machine goes at once; the rest goes when the namespace is unmounted and its last process has ended. */
export async function removeNetwork(layout: Layout): Promise<void> {
  await run('ip', ['link', 'delete', layout.hostLink], { allowFailure: true })
}

/** The command line that runs a command inside the cluster's network, in the same process. */
export function inNetwork(layout: Layout, command: readonly string[]): string[] {
  return ['nsenter', `--net=${layout.netns}`, '--', ...command]
}

async function configureInside(layout: Layout): Promise<void> {
  const inside = `${layout.hostLink}n`
  const script = `set -e
ip link set lo up
ip addr add ${layout.linkAddress}/30 dev ${inside}
ip link set ${inside} up
ip route add default via ${layout.hostAddress}
ip link add cni0 type bridge
ip addr add ${layout.nodeAddress}/24 dev cni0
ip link set cni0 up
echo 1 > /proc/sys/net/ipv4/ip_forward
if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables; fi`
  const [command = '', ...args] = inNetwork(layout, ['sh', '-c', script])
  await run(command, args)
}
