/** One Go module below tools/: what is built from it, and which files of its dependencies are kept beside the binaries. */
export interface Tool {
  module: string
  /** Binary name → package. */
  binaries: Readonly<Record<string, string>>
  /** After `-s -w`. */
  ldflags?: string
  files?: readonly ToolFile[]
}

export interface ToolFile {
  module: string
  /** A file or a folder inside the module. */
  path: string
  as: string
}

const KUBERNETES = 'v1.35.4'
const versionFlags = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
  .map((path) => `-X ${path}.gitVersion=${KUBERNETES} -X ${path}.gitMajor=1 -X ${path}.gitMinor=35`)
  .join(' ')

const kubernetesBinaries = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'kubectl']
const snapshotter = 'github.com/kubernetes-csi/external-snapshotter'

/** In the order of building. Versions are in the go.mod of each. */
export const TOOLS: readonly Tool[] = [
  {
    module: 'etcd',
    binaries: { etcd: 'go.etcd.io/etcd/server/v3', etcdctl: 'go.etcd.io/etcd/etcdctl/v3', etcdutl: 'go.etcd.io/etcd/etcdutl/v3' },
  },
  {
    module: 'kubernetes',
    binaries: Object.fromEntries(kubernetesBinaries.map((name) => [name, `k8s.io/kubernetes/cmd/${name}`])),
    ldflags: versionFlags,
    files: [{ module: 'k8s.io/kubelet', path: 'pkg/apis/pluginregistration/v1/api.proto', as: 'registration.proto' }],
  },
  {
    module: 'snapshotter',
    binaries: {
      'snapshot-controller': `${snapshotter}/v8/cmd/snapshot-controller`,
      'csi-snapshotter': `${snapshotter}/v8/cmd/csi-snapshotter`,
    },
    files: [
      { module: `${snapshotter}/client/v8`, path: 'config/crd', as: 'snapshot-crds' },
      { module: 'github.com/container-storage-interface/spec', path: 'csi.proto', as: 'csi.proto' },
    ],
  },
  { module: 'provisioner', binaries: { 'csi-provisioner': 'github.com/kubernetes-csi/external-provisioner/v6/cmd/csi-provisioner' } },
  { module: 'coredns', binaries: { coredns: 'github.com/coredns/coredns' } },
  { module: 'pause', binaries: { pause: 'holdfast.dev/test/cluster/tools/pause' } },
  { module: 'minio', binaries: { minio: 'github.com/minio/minio' } },
  { module: 'helm', binaries: { helm: 'helm.sh/helm/v4/cmd/helm' } },
]
