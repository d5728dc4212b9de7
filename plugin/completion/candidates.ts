import type { Options } from 'yargs'
import { isActive } from '../../lib/phases.ts'
import type { Backup, KubeObject } from '../../schemas/generated/types.ts'
import type { Candidate } from '../cli/catalogue.ts'
import type { Client } from '../api/client.ts'
import { createContext, type Context } from '../cli/context.ts'
import { newestFirst } from '../actions/follow.ts'
import { BACKUP, CLAIM, NAMESPACE, POLICY, REPOSITORY, RESTORE, type Kind } from '../api/kinds.ts'
import type { Output } from '../output/terminal.ts'

/** What was typed so far: plain words, and values of flags by their long names. */
export interface Given {
  readonly words: readonly string[]
  readonly values: Readonly<Record<string, string>>
}

/** Kinds whose names are values of a flag. */
const KIND_OF_FLAG: Readonly<Record<string, Kind>> = { policy: POLICY, pvc: CLAIM, volume: CLAIM, repository: REPOSITORY, namespace: NAMESPACE }

/** Values that fit a flag: its choices, or the names of objects that it speaks of. */
export const valuesOfFlag = async (name: string, option: Options, given: Given): Promise<readonly string[]> => {
  if (option.choices !== undefined) return option.choices.map(String)
  if (name === 'context') return contexts(given)
  const kind = KIND_OF_FLAG[name]
  return kind === undefined ? [] : names(await list(given, kind))
}

/** Names that fit a positional. Backups go by their bare name, other kinds as type/name where several kinds fit. */
export const candidatesOf = async (candidates: readonly Candidate[], given: Given, last: string): Promise<readonly string[]> => {
  const several = candidates.length > 1
  const lists = await Promise.all(candidates.map(async candidate => {
    // A type before the slash is completed first, so that one key press does not read four kinds.
    if (several && candidate !== 'backup' && !last.startsWith(`${candidate}/`)) return [`${candidate}/`]
    const found = await FINDERS[candidate](given)
    return several && candidate !== 'backup' ? found.map(name => `${candidate}/${name}`) : found
  }))
  return lists.flat().filter(name => !given.words.includes(name.split('\t')[0] ?? ''))
}

const FINDERS: Readonly<Record<Candidate, (given: Given) => Promise<readonly string[]>>> = {
  backup: async given => (await backups(given)).map(describe),
  running: async given => (await backups(given)).filter(isActive).map(describe),
  restore: async given => names(newestFirst(await list(given, RESTORE))),
  policy: async given => names(await list(given, POLICY)),
  repository: async given => names(await list(given, REPOSITORY)),
  shell: async () => ['bash', 'zsh', 'fish', 'powershell', 'kubectl'],
  kind: async () => ['backups', 'restores'],
}

const backups = async (given: Given): Promise<readonly Backup[]> => newestFirst(await list(given, BACKUP) as readonly Backup[])

const describe = ({ metadata, status }: Backup): string => `${metadata.name}\t${status?.phase ?? 'New'}`

const names = (objects: readonly KubeObject[]): readonly string[] => objects.map(object => object.metadata.name)

const list = async (given: Given, kind: Kind): Promise<readonly KubeObject[]> => {
  const context = contextOf(given)
  const client: Client = await context.client()
  return client.list(kind, kind === NAMESPACE ? {} : { namespace: await context.namespace() })
}

/** Short: a shell must not hang on an unreachable cluster. */
const REQUEST_TIMEOUT = '3s'

const contextOf = ({ values }: Given): Context => createContext({
  namespace: values['namespace'], context: values['context'], kubeconfig: values['kubeconfig'], requestTimeout: REQUEST_TIMEOUT,
}, undefined as unknown as Output)

const contexts = async ({ values }: Given): Promise<readonly string[]> => {
  const { contextNames } = await import('../api/kubeconfig.ts')
  return contextNames({ file: values['kubeconfig'], environment: process.env })
}
