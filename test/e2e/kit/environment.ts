import { up, type Cluster } from '../../cluster/cluster.ts'
import { chooseMetacontroller, type MetacontrollerChoice } from '../../cluster/images/metacontroller.ts'
import { loadMetacontrollerImage, loadProductImages, loadTestImages } from '../../images.ts'
import { prepareBucket } from './bucket.ts'
import { installChart, useUserCluster } from './install.ts'
import { useKubectl } from './path.ts'

/** What tests and the demo run on. Plain data, so that a parent process can hand it to test files. */
export interface Environment {
  readonly kubeconfig: string
  /** Folder with kubectl, helm and others; undefined with a cluster of the user's. */
  readonly binDir?: string
  readonly metacontroller: MetacontrollerChoice['kind']
  /** Class that waits for its first consumer; undefined: the cluster's default. */
  readonly storageClassName?: string
  readonly containerdSocket?: string
  readonly store: Store
}

/** An S3 store that pods reach at `endpoint` and this machine at `endpointOnHost`. */
export interface Store {
  readonly endpoint: string
  readonly endpointOnHost: string
  readonly bucket: string
  readonly accessKey: string
  readonly secretKey: string
}

export interface EnvironmentOptions {
  /** A context of the user's kubeconfig instead of our own node. */
  readonly context?: string
  readonly metacontroller?: MetacontrollerChoice['kind']
  /** Name of our node. @default default */
  readonly cluster?: string
  readonly progress?: (text: string) => void
}

/**
 * Brings everything up that is not up yet: cluster, images, chart, bucket. Inside a run of `test/run.ts` it only reads what that prepared.
 * Afterwards `kubectl` and `kubectl backup` of this process speak to the cluster.
 */
export async function environment(options: EnvironmentOptions = {}): Promise<Environment> {
  const given = process.env.HOLDFAST_ENVIRONMENT
  const ready = given !== undefined && options.progress === undefined ? JSON.parse(given) as Environment : await prepare(options)
  useKubectl(ready)
  return ready
}

async function prepare(options: EnvironmentOptions): Promise<Environment> {
  const progress = options.progress ?? (() => undefined)
  if (options.context !== undefined) return await useUserCluster(options.context, progress)
  const choice: MetacontrollerChoice = options.metacontroller === 'stand-in' ? { kind: 'stand-in' } : chooseMetacontroller()
  if (options.metacontroller === 'real' && choice.kind !== 'real') throw new Error('the real Metacontroller is asked for, but no `metacontroller` is on PATH')
  const cluster = await up({ name: options.cluster, progress })
  await loadTestImages(cluster.layout, progress)
  await loadProductImages(cluster.layout, progress)
  await loadMetacontrollerImage(cluster.layout, progress, choice)
  const surroundings = ownCluster(cluster, choice.kind)
  useKubectl(surroundings)
  await Promise.all([installChart(progress, choice.kind), prepareBucket(surroundings.store)])
  return surroundings
}

function ownCluster(cluster: Cluster, metacontroller: MetacontrollerChoice['kind']): Environment {
  return {
    kubeconfig: cluster.kubeconfig, binDir: cluster.binDir, metacontroller, storageClassName: 'holdfast-wait', containerdSocket: cluster.layout.containerdSocket,
    store: { endpoint: cluster.minioEndpoint, endpointOnHost: cluster.minioEndpoint, bucket: 'holdfast', accessKey: cluster.minioUser, secretKey: cluster.minioPassword },
  }
}
