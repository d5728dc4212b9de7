import { backup, configMap, PATHS, pod } from '../objects.ts'
import { get, patch, post, type Scenario } from '../scenario.ts'

const event = (name: string, ns: string, more: object = {}): object => ({
  apiVersion: 'v1', kind: 'Event', metadata: { name }, involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: ns }, type: 'Warning', reason: 'Bad', message: 'it is bad',
  source: { component: 'holdfast' }, reportingComponent: 'holdfast.dev/hooks', reportingInstance: 'x', firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:00Z', count: 1, ...more,
})

/** Lists, pages, selectors, discovery. */
export const LISTS: readonly Scenario[] = [
  {
    name: 'lists',
    steps: ns => [
      ...['b', 'a', 'c', 'a-b'].map(name => post(`create ${name}`, PATHS.configMaps(ns), configMap(name, { labels: { first: name.slice(0, 1), ...(name === 'c' ? { only: '' } : {}) } }))),
      get('all', PATHS.configMaps(ns)),
      get('first page', PATHS.configMaps(ns), { limit: '2' }),
      get('second page', PATHS.configMaps(ns), { limit: '2', continue: 'first page' }),
      get('a page of a selection', PATHS.configMaps(ns), { limit: '1', labelSelector: 'first=a' }),
      get('the rest of it', PATHS.configMaps(ns), { limit: '1', labelSelector: 'first=a', continue: 'a page of a selection' }),
      get('a continuation that is none', PATHS.configMaps(ns), { limit: '2', continue: 'nonsense' }),
      get('none', PATHS.secrets(ns)),
      get('equal', PATHS.configMaps(ns), { labelSelector: 'first=a' }),
      get('not equal', PATHS.configMaps(ns), { labelSelector: 'first!=a' }),
      get('exists', PATHS.configMaps(ns), { labelSelector: 'only' }),
      get('does not exist', PATHS.configMaps(ns), { labelSelector: '!only' }),
      get('in', PATHS.configMaps(ns), { labelSelector: 'first in (a, b),only!=x' }),
      get('not in', PATHS.configMaps(ns), { labelSelector: 'first notin (a,b)' }),
      get('a value that cannot be', PATHS.configMaps(ns), { labelSelector: 'first=a b/' }),
      get('by name', PATHS.configMaps(ns), { fieldSelector: 'metadata.name=c' }),
      get('by not that name', PATHS.configMaps(ns), { fieldSelector: 'metadata.name!=c' }),
      get('by a field that cannot be asked for', PATHS.configMaps(ns), { fieldSelector: 'data.a=1' }),
    ],
  },
  {
    name: 'field selectors',
    steps: ns => [
      ...['p', 'q', 'r'].map(name => post(`pod ${name}`, PATHS.pods(ns), pod(name, name === 'q' ? { nodeName: 'node-1' } : {}))),
      patch('p is done', `${PATHS.pods(ns)}/p/status`, { status: { phase: 'Succeeded' } }),
      patch('r has failed', `${PATHS.pods(ns)}/r/status`, { status: { phase: 'Failed' } }),
      get('active pods', PATHS.pods(ns), { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' }),
      get('pods of a node', PATHS.pods(ns), { fieldSelector: 'spec.nodeName=node-1' }),
      post('event', PATHS.events(ns), event('e', ns)),
      post('the event again', PATHS.events(ns), event('e', ns)),
      post('a normal one', PATHS.events(ns), event('f', ns, { type: 'Normal' })),
      post('about another namespace', PATHS.events(ns), event('g', 'default')),
      post('about a cluster-scoped object', PATHS.events(ns), event('h', '', { involvedObject: { apiVersion: 'v1', kind: 'Node', name: 'n' } })),
      post('about one, in default', PATHS.events('default'), { ...event(`${ns}-h`, '', { involvedObject: { apiVersion: 'v1', kind: 'Node', name: 'n' } }) }),
      post('events of another', PATHS.events(ns), event('i', ns, { involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'q', namespace: ns } })),
      get('warnings about p', PATHS.events(ns), { fieldSelector: 'involvedObject.kind=Pod,involvedObject.name=p,type=Warning' }),
      get('events of a source', PATHS.events(ns), { fieldSelector: 'source=holdfast,reason=Bad' }),
      post('ours', PATHS.backups(ns), backup('b')),
      get('ours by name', PATHS.backups(ns), { fieldSelector: 'metadata.name=b' }),
      get('ours by namespace', PATHS.backups(ns), { fieldSelector: `metadata.namespace=${ns}` }),
      get('ours by phase', PATHS.backups(ns), { fieldSelector: 'status.phase=New' }),
    ],
  },
  {
    name: 'discovery',
    steps: () => [
      get('ours', '/apis/holdfast.dev/v1alpha1'),
      get('snapshots', '/apis/snapshot.storage.k8s.io/v1'),
      get('batch', '/apis/batch/v1'),
      get('absent', '/apis/nothing.example.com/v1'),
    ],
  },
]
