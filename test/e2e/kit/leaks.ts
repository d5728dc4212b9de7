import { SYSTEM } from './install.ts'
import { execute, kubectl } from './kubectl.ts'

/** A value that nobody may see, and what it is called when it was seen: the value itself is never printed. */
export interface Needle { readonly name: string; readonly value: string }

/** Some text of the cluster, and where it stands. */
export interface Haystack { readonly where: string; readonly text: string }

/** Everything that the product makes or writes to, but for Secrets. */
const KINDS = [
  'backups', 'restores', 'backuppolicies', 'backuprepositories', 'jobs', 'cronjobs', 'pods', 'events', 'configmaps',
  'persistentvolumeclaims', 'volumesnapshots',
].join()
const CLUSTER_KINDS = 'clusterbackuprepositories,persistentvolumes,volumesnapshotcontents,volumesnapshotclasses'

/** The name of an access key is no secret: stores write it in their logs and answers. */
const PUBLIC = new Set(['AWS_ACCESS_KEY_ID'])

interface Listed {
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
  const [objects, logs] = await Promise.all([list(KINDS, namespace), logsOf(namespace, 'app.kubernetes.io/managed-by=holdfast')])
  const ours = objects.filter(({ kind, metadata }) => !['Pod', 'Job', 'CronJob'].includes(kind) || metadata.labels?.['app.kubernetes.io/managed-by'] === 'holdfast')
  return [...ours.map(haystack), { where: `logs of the movers of ${namespace}`, text: logs }]
}

/** What is visible outside any test's namespace: objects of the whole cluster, and what the product logs. */
export async function visibleOutside(): Promise<readonly Haystack[]> {
  const [objects, ...logs] = await Promise.all([
    list(CLUSTER_KINDS), ...['hooks', 'metacontroller'].map(component => logsOf(SYSTEM, `app.kubernetes.io/component=${component}`)),
  ])
  return [...objects.map(haystack), ...logs.map((text, index) => ({ where: `log of ${index === 0 ? 'the hooks' : 'Metacontroller'}`, text }))]
}

/** Where which secret stands: as it is, in base64, or in a URL. */
export function leaks(needles: readonly Needle[], haystacks: readonly Haystack[]): readonly string[] {
  const forms = needles.flatMap(({ name, value }) => [...new Set([value, Buffer.from(value).toString('base64').replace(/=+$/, ''), encodeURIComponent(value)])].map(form => ({ name, form })))
  const found = haystacks.flatMap(({ where, text }) => forms.filter(({ form }) => text.includes(form)).map(({ name }) => `${where} has ${name}`))
  return [...new Set(found)]
}

function haystack(object: Listed): Haystack {
  const { namespace, name } = object.metadata
  return { where: `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`, text: JSON.stringify(object) }
}

async function list(kinds: string, namespace?: string): Promise<readonly Listed[]> {
  const text = await kubectl(['get', kinds, ...(namespace === undefined ? [] : ['-n', namespace]), '-o', 'json'])
  return (JSON.parse(text) as { items: readonly Listed[] }).items
}

/** Of all containers; those that have not started or are gone have no log, which is no error. */
async function logsOf(namespace: string, selector: string): Promise<string> {
  const logs = await execute('kubectl', ['logs', '-n', namespace, '-l', selector, '--all-containers', '--tail=-1', '--max-log-requests=100', '--ignore-errors'])
  return logs.stdout
}
