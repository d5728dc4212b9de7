import { KubeConfig } from '@kubernetes/client-node'
import { kubernetesOf, type Kubernetes } from '../../../hooks/kubernetes.ts'

const OURS = '/apis/holdfast.dev/v1alpha1'
const SNAPSHOTS = '/apis/snapshot.storage.k8s.io/v1'

/** Where tests find each kind. */
const ROOTS: Readonly<Record<string, string>> = {
  backups: OURS, backuppolicies: OURS, restores: OURS, backuprepositories: OURS,
  jobs: '/apis/batch/v1', cronjobs: '/apis/batch/v1', deployments: '/apis/apps/v1',
  pods: '/api/v1', persistentvolumeclaims: '/api/v1', persistentvolumes: '/api/v1', events: '/api/v1', namespaces: '/api/v1',
  volumesnapshots: SNAPSHOTS, volumesnapshotcontents: SNAPSHOTS, volumesnapshotclasses: SNAPSHOTS,
}
const SHORT: Readonly<Record<string, string>> = { pvc: 'persistentvolumeclaims', pv: 'persistentvolumes', backuppolicy: 'backuppolicies', backuprepository: 'backuprepositories' }

/**
 * An object; undefined when it is not there, and an error when nobody could say. Tests poll with this and not with kubectl: a hundred polls a second over one kept connection
 * cost less than one process.
 */
export async function getObject<T>(kind: string, name: string, namespace?: string): Promise<T | undefined> {
  const answer = await api().call({ method: 'GET', path: `${collection(kind, namespace)}/${name}` })
  if (answer.outcome === 'absent') return undefined
  if (answer.outcome !== 'ok') throw new Error(`${kind} ${name}: ${answer.message}`)
  return answer.object as unknown as T
}

/** The objects of a kind, of one namespace or of all, by labels if a selector is given. */
export async function listObjects<T>(kind: string, namespace?: string, selector?: string): Promise<readonly T[]> {
  const query = selector === undefined ? {} : { query: { labelSelector: selector } }
  const answer = await api().call({ method: 'GET', path: collection(kind, namespace), ...query })
  if (answer.outcome !== 'ok') throw new Error(answer.message)
  return (answer.object as unknown as { items: readonly T[] }).items
}

function collection(kind: string, namespace: string | undefined): string {
  const plural = SHORT[kind] ?? (kind in ROOTS ? kind : `${kind}s`)
  const root = ROOTS[plural]
  if (root === undefined) throw new Error(`test kit: kind ${kind} is not in the table of test/e2e/kit/api.ts`)
  return `${root}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${plural}`
}

const connections = new Map<string, Kubernetes>()

/** One connection for each kubeconfig that this process has used. */
function api(): Kubernetes {
  const file = process.env.KUBECONFIG ?? ''
  const known = connections.get(file)
  if (known !== undefined) return known
  const config = new KubeConfig()
  config.loadFromFile(file)
  const made = kubernetesOf(config, 20_000)()
  connections.set(file, made)
  return made
}
