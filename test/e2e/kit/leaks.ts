import { SYSTEM } from './install.ts'
import { execute, kubectl } from './kubectl.ts'
import { restarted, type Pod } from './restarted.ts'
import type { Haystack, Needle } from './secret-forms.ts'

/** Everything that the product makes or writes to, but for Secrets. */
const KINDS = [
  'backups', 'restores', 'backuppolicies', 'backuprepositories', 'jobs', 'cronjobs', 'pods', 'events', 'configmaps',
  'persistentvolumeclaims', 'volumesnapshots',
].join()
const CLUSTER_KINDS = 'clusterbackuprepositories,persistentvolumes,volumesnapshotcontents,volumesnapshotclasses,compositecontrollers'
/** What the chart installs, and what comes of it. */
const SYSTEM_KINDS = 'deployments,replicasets,pods,jobs,events,configmaps,services,serviceaccounts,leases'

/** The name of an access key is no secret: stores write it in their logs and answers. */
const PUBLIC = new Set(['AWS_ACCESS_KEY_ID'])

const OURS = 'app.kubernetes.io/managed-by=holdfast'

interface Listed extends Pod {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> }
  readonly data?: Readonly<Record<string, string>>
}

/** The values of all Secrets of namespaces. Values of fewer than eight characters would be found by chance. */
export async function needlesOf(...namespaces: readonly string[]): Promise<readonly Needle[]> {
  const lists = await Promise.all(namespaces.map(namespace => list('secrets', namespace)))
  const values = lists.flat().flatMap(({ metadata, data = {} }) => Object.entries(data).filter(([key]) => !PUBLIC.has(key))
    .map(([key, value]) => ({ name: `${key} of Secret ${metadata.namespace}/${metadata.name}`, value: Buffer.from(value, 'base64').toString('utf8') })))
  return values.filter(({ value }) => value.length >= 8)
}

/** All objects of a namespace and the logs of its movers. What a test itself starts (pods without our label) is not the product's. */
export async function visibleIn(namespace: string): Promise<readonly Haystack[]> {
  const [objects, logs] = await Promise.all([list(KINDS, namespace), logsOf(namespace, OURS)])
  const ours = objects.filter(({ kind, metadata }) => !['Pod', 'Job', 'CronJob'].includes(kind) || metadata.labels?.['app.kubernetes.io/managed-by'] === 'holdfast')
  return [...ours.map(haystack), { where: `logs of the movers of ${namespace}`, text: logs }, ...await earlierLogs(namespace, ours)]
}

/**
 * What is visible outside any test's namespace: objects of the whole cluster, events about them (which stand in namespace default), and all
 * that is in the product's own namespace.
 */
export async function visibleOutside(): Promise<readonly Haystack[]> {
  const [cluster, events, system] = await Promise.all([list(CLUSTER_KINDS), list('events', 'default'), list(SYSTEM_KINDS, SYSTEM)])
  const pods = system.filter(({ kind }) => kind === 'Pod').map(({ metadata }) => metadata.name)
  const logs = await Promise.all(pods.map(async name => ({ where: `log of Pod ${SYSTEM}/${name}`, text: await logOf(SYSTEM, name) })))
  return [...[...cluster, ...events, ...system].map(haystack), ...logs, ...await earlierLogs(SYSTEM, system)]
}

function haystack(object: Listed): Haystack {
  const { namespace, name } = object.metadata
  return { where: `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`, text: JSON.stringify(object) }
}

async function list(kinds: string, namespace?: string): Promise<readonly Listed[]> {
  const text = await kubectl(['get', kinds, ...(namespace === undefined ? [] : ['-n', namespace]), '-o', 'json'])
  return (JSON.parse(text) as { items: readonly Listed[] }).items
}

const ALL_OF_IT = ['--all-containers', '--tail=-1', '--ignore-errors']

/** Of all containers of all pods with a label; those that have not started have no log, which is no error. */
async function logsOf(namespace: string, selector: string): Promise<string> {
  return kubectl(['logs', '-n', namespace, '-l', selector, '--max-log-requests=100', ...ALL_OF_IT])
}

/** A pod may be gone since it was listed. */
async function logOf(namespace: string, pod: string): Promise<string> {
  return (await execute('kubectl', ['logs', '-n', namespace, pod, ...ALL_OF_IT])).stdout
}

/** What containers said before they were started again: the node keeps the last life of each. */
async function earlierLogs(namespace: string, objects: readonly Listed[]): Promise<readonly Haystack[]> {
  return Promise.all(restarted(objects.filter(({ kind }) => kind === 'Pod')).map(async ({ pod, container }) => ({
    where: `earlier log of Pod ${namespace}/${pod} (${container})`,
    text: (await execute('kubectl', ['logs', '-n', namespace, pod, '-c', container, '--previous', '--tail=-1'])).stdout,
  })))
}
