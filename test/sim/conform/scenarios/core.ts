import { configMap, PATHS } from '../objects.ts'
import { del, get, patch, post, put, type Scenario } from '../scenario.ts'

const secret = (name: string, more: object): object => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...more })

/** Secrets, ConfigMaps, Namespaces. */
export const CORE: readonly Scenario[] = [
  {
    name: 'core',
    steps: ns => [
      post('secret', PATHS.secrets(ns), secret('s', { data: { a: 'eA==' }, stringData: { b: 'y' } })),
      patch('secret: a text', `${PATHS.secrets(ns)}/s`, { stringData: { c: 'z' } }),
      patch('secret: another type', `${PATHS.secrets(ns)}/s`, { type: 'other/type' }),
      del('secret gone', `${PATHS.secrets(ns)}/s`),
      post('config map', PATHS.configMaps(ns), configMap('m')),
      del('config map gone', `${PATHS.configMaps(ns)}/m`),
      get('namespace', `${PATHS.namespaces}/${ns}`),
      patch('namespace: labels', `${PATHS.namespaces}/${ns}`, { metadata: { labels: { x: 'y', 'kubernetes.io/metadata.name': null } } }),
      put('namespace: without the finalizer', `${PATHS.namespaces}/${ns}`, seen => ({ ...seen('namespace: labels'), spec: {} })),
      post('namespace again', PATHS.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } }),
    ],
  },
]
