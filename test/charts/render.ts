import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { dump, loadAll } from 'js-yaml'
import { binaries } from '../metacontroller/api-server.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

export const CHART = fileURLToPath(new URL('../../charts/holdfast', import.meta.url))
export const SNAPSHOT_API = 'snapshot.storage.k8s.io/v1/VolumeSnapshot'

export interface RenderOptions {
  readonly values?: object
  readonly namespace?: string
  /** What the cluster has besides the built-in API, as `group/version/Kind`. */
  readonly apiVersions?: readonly string[]
}

/** Values sets that together show every branch of the templates. */
export const VALUES: Readonly<Record<string, RenderOptions>> = {
  defaults: {},
  'a cluster with snapshots': { apiVersions: [SNAPSHOT_API] },
  'another namespace': { namespace: 'backups' },
  'the cluster\'s own Metacontroller': { values: { metacontroller: { install: false, existing: { namespace: 'mc', serviceAccount: 'mc' }, controllerLabels: { shard: 'one' } } } },
  'everything set': {
    apiVersions: [SNAPSHOT_API],
    values: {
      image: { hooks: { repository: 'registry.example/hooks', tag: '1' }, mover: { repository: 'registry.example/mover', tag: '2' }, pullPolicy: 'Always', pullSecrets: ['pull'] },
      hooks: { replicas: 3, logLevel: 'debug', tokenSecret: 'own-token', ...placement() },
      mover: { resources: { limits: { cpu: 1 } }, runAs: 'user' },
      networkPolicy: { metricsFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }] },
      metacontroller: { replicas: 2, workers: 3, qps: 7, burst: 9, logLevel: 1, ...placement() },
    },
  },
  'as little as possible': { values: { hooks: { replicas: 1 }, networkPolicy: { enabled: false }, rbac: { aggregate: false }, crds: { install: false }, snapshots: { mode: 'disabled' } } },
}

/** Runs helm. Throws with its output when it fails. */
export async function helm(args: readonly string[]): Promise<string> {
  const bin = await binaries(['helm'])
  const { stdout } = await promisify(execFile)(join(bin, 'helm'), [...args], { maxBuffer: 1 << 26 })
  return stdout
}

/** What `helm install` would make: the chart's objects, its hooks and tests, and what is in crds/. */
export async function render(options: RenderOptions = {}): Promise<readonly KubeObject[]> {
  const text = await withValues(options.values ?? {}, file => helm(['template', 'holdfast', CHART, '--include-crds', '--namespace', options.namespace ?? 'holdfast-system', '--values', file,
    ...(options.apiVersions ?? []).flatMap(version => ['--api-versions', version])]))
  return loadAll(text).filter(object => object !== null && object !== undefined) as KubeObject[]
}

/** The only object of this kind and name. */
export function find(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = objects.filter(object => object.kind === kind && object.metadata.name === name)
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} objects ${kind} ${name}, want one`)
  return found[0]
}

export interface PodSpec {
  readonly serviceAccountName?: string
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly containers: readonly Readonly<Record<string, unknown>>[]
  readonly [field: string]: unknown
}

/** Every pod that the objects make, by `Kind/name`. */
export function pods(objects: readonly KubeObject[]): Readonly<Record<string, PodSpec>> {
  return Object.fromEntries(objects.flatMap(object => {
    const spec = object.spec as { template?: { spec: PodSpec } } & PodSpec
    const pod = object.kind === 'Pod' ? spec : ['Deployment', 'Job'].includes(object.kind) ? spec.template?.spec : undefined
    return pod === undefined ? [] : [[`${object.kind}/${object.metadata.name}`, pod]]
  }))
}

async function withValues<T>(values: object, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-values-'))
  try {
    writeFileSync(join(folder, 'values.yaml'), dump(values))
    return await use(join(folder, 'values.yaml'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function placement(): object {
  return {
    podAnnotations: { note: 'a' }, podLabels: { team: 'b' }, nodeSelector: { pool: 'c' }, tolerations: [{ key: 'd', operator: 'Exists' }],
    affinity: { nodeAffinity: {} }, priorityClassName: 'high', resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } },
  }
}
