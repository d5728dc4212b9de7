import { join } from 'node:path'
import { kubeconfigOf } from '../kubeconfigs.ts'
import type { Layout } from '../layout.ts'
import { pkiDir } from '../pki.ts'

/** Name under which the image that holds a pod's namespaces is imported. */
export const PAUSE_IMAGE = 'holdfast.test/pause:1'

/** TOML. `restrict_oom_score_adj`: without CAP_SYS_RESOURCE no score may be lowered. */
export function containerdConfig(layout: Layout): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"'
  return `version = 2
root = "${layout.stateDir}/containerd"
state = "${layout.stateDir}/containerd-run"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper"]
[plugins."io.containerd.internal.v1.opt"]
  path = "${layout.stateDir}/containerd-opt"
[grpc]
  address = "${layout.containerdSocket}"
[debug]
  level = "warn"
[${cri}]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  disable_apparmor = true
  [${cri}.containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [${cri}.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [${cri}.containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = "${layout.stateDir}/runc"
  [${cri}.cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${layout.stateDir}/cni/conf"
`
}

/** JSON of the pod network: one bridge, addresses from files of our own. */
export function networkConfig(layout: Layout): string {
  const rangeStart = layout.nodeAddress.replace(/\.1$/, '.10')
  const ipam = {
    type: 'host-local', dataDir: join(layout.stateDir, 'cni', 'addresses'), routes: [{ dst: '0.0.0.0/0' }],
    ranges: [[{ subnet: layout.podSubnet, gateway: layout.nodeAddress, rangeStart }]],
  }
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: false, hairpinMode: true, ipam }
  const portmap = { type: 'portmap', capabilities: { portMappings: true } }
  return JSON.stringify({ cniVersion: '1.0.0', name: layout.network, plugins: [bridge, portmap] }, undefined, 2)
}

/** JSON (which is YAML). Works on both cgroup versions and without CAP_SYS_RESOURCE; images are never collected. */
export function kubeletConfig(layout: Layout): string {
  return JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: join(pkiDir(layout), 'ca.crt') } },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: `unix://${layout.containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${layout.cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    featureGates: { KubeletInUserNamespace: true },
    oomScoreAdj: 0,
    localStorageCapacityIsolation: false,
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'nodefs.inodesFree': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    clusterDNS: [layout.nodeAddress],
    clusterDomain: 'cluster.local',
    resolvConf: join(layout.stateDir, 'resolv.conf'),
    podLogsDir: join(layout.stateDir, 'pod-logs'),
    volumePluginDir: join(layout.stateDir, 'volume-plugins'),
    staticPodPath: '',
    syncFrequency: '10s',
    nodeStatusUpdateFrequency: '5s',
    serializeImagePulls: false,
    maxPods: 200,
    registerNode: true,
  }, undefined, 2)
}

/** JSON (which is YAML). Leaves the machine's connection-tracking limits alone. */
export function kubeProxyConfig(layout: Layout): string {
  return JSON.stringify({
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    hostnameOverride: layout.nodeName,
    clientConnection: { kubeconfig: kubeconfigOf(layout, 'kube-proxy') },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    iptables: { minSyncPeriod: '100ms' },
    bindAddress: '0.0.0.0',
    healthzBindAddress: '127.0.0.1:10256',
    metricsBindAddress: '127.0.0.1:10249',
  }, undefined, 2)
}
