import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import { load } from 'js-yaml'
import { Failure } from '../cli/failure.ts'

/** A `cluster:` of a kubeconfig file. Paths are absolute here. */
export interface Cluster {
  readonly server?: string
  readonly 'certificate-authority'?: string
  readonly 'certificate-authority-data'?: string
  readonly 'insecure-skip-tls-verify'?: boolean
  readonly 'tls-server-name'?: string
  readonly 'proxy-url'?: string
}

/** A `user:` of a kubeconfig file. Paths are absolute here. */
export interface User {
  readonly token?: string
  readonly tokenFile?: string
  readonly username?: string
  readonly password?: string
  readonly 'client-certificate'?: string
  readonly 'client-certificate-data'?: string
  readonly 'client-key'?: string
  readonly 'client-key-data'?: string
  readonly exec?: { readonly command?: string }
  readonly 'auth-provider'?: object
  readonly as?: string
  readonly 'as-uid'?: string
  readonly 'as-groups'?: readonly string[]
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>
}

/** The parts of the merged kubeconfig that one context names. */
export interface Selected {
  readonly context: string
  readonly namespace?: string
  readonly cluster: Cluster
  readonly user: User
}

interface File {
  readonly 'current-context'?: string
  readonly contexts: ReadonlyMap<string, { readonly cluster?: string, readonly user?: string, readonly namespace?: string }>
  readonly clusters: ReadonlyMap<string, Cluster>
  readonly users: ReadonlyMap<string, User>
}

export interface Choice {
  /** `--kubeconfig`: this file alone, and it must exist. */
  readonly file?: string
  /** `--context`. */
  readonly context?: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * The context to use, from `--kubeconfig`, else the files of KUBECONFIG (for each name the first file that has it wins,
 * absent files are passed over), else ~/.kube/config. Undefined when there is no file at all.
 * @throws Failure when a file is not readable or the context, its cluster or its user is not in it.
 */
export const selectContext = (choice: Choice): Selected | undefined => {
  const files = fileNames(choice).map(readConfig)
  if (files.length === 0) return undefined
  const name = choice.context ?? files.find(file => file['current-context'])?.['current-context']
  if (name === undefined) throw new Failure(`no context is chosen: use --context, or kubectl config use-context. ${known(files)}`)
  const context = files.find(file => file.contexts.has(name))?.contexts.get(name)
  if (context === undefined) throw new Failure(`context "${name}" does not exist. ${known(files)}`)
  const cluster = files.find(file => file.clusters.has(context.cluster ?? ''))?.clusters.get(context.cluster ?? '')
  if (cluster === undefined) throw new Failure(`cluster "${context.cluster}" of context "${name}" is not in the kubeconfig`)
  const user = files.find(file => file.users.has(context.user ?? ''))?.users.get(context.user ?? '')
  if (user === undefined && context.user) throw new Failure(`user "${context.user}" of context "${name}" is not in the kubeconfig`)
  return { context: name, namespace: context.namespace, cluster, user: user ?? {} }
}

/** Names of all contexts, for completion. */
export const contextNames = (choice: Choice): readonly string[] =>
  [...new Set(fileNames(choice).map(readConfig).flatMap(file => [...file.contexts.keys()]))]

const fileNames = ({ file, environment }: Choice): readonly string[] => {
  if (file !== undefined) return [resolve(file)]
  const listed = (environment['KUBECONFIG'] ?? '').split(delimiter).filter(name => name !== '')
  const candidates = listed.length > 0 ? listed : [join(environment['HOME'] ?? homedir(), '.kube', 'config')]
  return candidates.map(name => resolve(name)).filter(name => existsSync(name))
}

const known = (files: readonly File[]): string => {
  const names = [...new Set(files.flatMap(file => [...file.contexts.keys()]))]
  return names.length === 0 ? 'The kubeconfig has none.' : `There are: ${names.join(', ')}`
}

const readConfig = (path: string): File => {
  const raw = parse(path)
  const folder = dirname(path)
  return {
    'current-context': raw['current-context'] as string | undefined,
    contexts: byName(raw, 'contexts', 'context', folder),
    clusters: byName(raw, 'clusters', 'cluster', folder),
    users: byName(raw, 'users', 'user', folder),
  }
}

const parse = (path: string): Record<string, unknown> => {
  try {
    const value = load(readFileSync(path, 'utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
    if (value === undefined || value === null) return {}
    throw new Error('it is not a mapping')
  } catch (error) {
    throw new Failure(`cannot read kubeconfig ${path}: ${error instanceof Error ? error.message : error}`, undefined, { cause: error })
  }
}

const byName = <T>(raw: Record<string, unknown>, list: string, field: string, folder: string): ReadonlyMap<string, T> => {
  const entries = (raw[list] ?? []) as readonly Record<string, unknown>[]
  const map = new Map<string, T>()
  for (const entry of entries) {
    const name = String(entry['name'])
    if (!map.has(name)) map.set(name, withAbsolutePaths((entry[field] ?? {}) as Record<string, unknown>, folder) as T)
  }
  return map
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']

const withAbsolutePaths = (value: Record<string, unknown>, folder: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([key, field]) =>
    [key, PATHS.includes(key) && typeof field === 'string' && !isAbsolute(field) ? join(folder, field) : field]))
