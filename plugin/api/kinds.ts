import { GROUP, VERSION } from '../../lib/api.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

/** How a kind is addressed. `group` is empty for the core group; `short` is what a person may type before a slash. */
export interface Kind {
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly group: string
  readonly version: string
  readonly short: string
}

export const BACKUP = ours('Backup', 'backups', 'backup')
export const RESTORE = ours('Restore', 'restores', 'restore')
export const POLICY = ours('BackupPolicy', 'backuppolicies', 'policy')
export const REPOSITORY = ours('BackupRepository', 'backuprepositories', 'repository')
export const CLAIM = core('PersistentVolumeClaim', 'persistentvolumeclaims')
export const POD = core('Pod', 'pods')
export const EVENT = core('Event', 'events')
export const NAMESPACE = core('Namespace', 'namespaces')
export const DEPLOYMENT: Kind = { ...core('Deployment', 'deployments'), group: 'apps' }

/** Kinds of ours, in the order of help texts. */
export const OUR_KINDS: readonly Kind[] = [BACKUP, RESTORE, POLICY, REPOSITORY]

/** Path of a collection, or of one object in it. Without a namespace: of all namespaces. */
export const pathOf = (kind: Kind, place: { readonly namespace?: string, readonly name?: string }): string => {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`
  const scope = place.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(place.namespace)}`
  const name = place.name === undefined ? '' : `/${encodeURIComponent(place.name)}`
  return `${root}${scope}/${kind.plural}${name}`
}

/** `backup.holdfast.dev/nightly`, as kubectl names objects. */
export const fullName = (kind: Kind, name: string): string =>
  `${kind.singular}${kind.group === '' ? '' : `.${kind.group}`}/${name}`

/** The kind of an object of ours; undefined for others. */
export const kindOf = (object: KubeObject): Kind | undefined => OUR_KINDS.find(kind => kind.kind === object.kind)

function ours(kind: string, plural: string, short: string): Kind {
  return { kind, plural, singular: kind.toLowerCase(), group: GROUP, version: VERSION, short }
}

function core(kind: string, plural: string): Kind {
  return { kind, plural, singular: kind.toLowerCase(), group: '', version: 'v1', short: kind.toLowerCase() }
}
