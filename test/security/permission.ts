import type { KubeObject } from '../../schemas/generated/types.ts'

/** One verb on one resource, granted to one ServiceAccount by one role. */
export interface Permission {
  /** Name of the ServiceAccount, in the release namespace. */
  readonly account: string
  /** `ClusterRole/name` or `Role/name`. */
  readonly role: string
  /** API group; empty for the core. */
  readonly group: string
  /** With its subresource: `backups/status`. */
  readonly resource: string
  readonly verb: string
  /** Undefined: all names. */
  readonly names?: readonly string[]
}

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

interface Binding extends KubeObject {
  readonly roleRef: { readonly kind: string; readonly name: string }
  readonly subjects: readonly { readonly kind: string; readonly name: string }[]
}

/** Everything that a rendered chart grants to ServiceAccounts. Roles that nobody is bound to (those for people) grant nothing here. */
export function permissionsOf(objects: readonly KubeObject[]): readonly Permission[] {
  const bindings = objects.filter(({ kind }) => kind.endsWith('RoleBinding')) as unknown as readonly Binding[]
  return bindings.flatMap(({ roleRef, subjects }) => {
    const role = objects.find(({ kind, metadata }) => kind === roleRef.kind && metadata.name === roleRef.name)
    if (role === undefined) throw new Error(`${roleRef.kind} ${roleRef.name} is bound but not in the chart`)
    const accounts = subjects.filter(({ kind }) => kind === 'ServiceAccount')
    return accounts.flatMap(({ name }) => (role.rules as readonly Rule[]).flatMap(rule => permissionsOfRule({ account: name, role: `${roleRef.kind}/${roleRef.name}` }, rule)))
  })
}

function permissionsOfRule(who: Pick<Permission, 'account' | 'role'>, { apiGroups, resources, resourceNames: names, verbs }: Rule): readonly Permission[] {
  return apiGroups.flatMap(group => resources.flatMap(resource => verbs.map(verb => ({ ...who, group, resource, verb, ...(names && { names }) }))))
}

/** How a permission is written in lists and output: `holdfast-hooks: get holdfast.dev/backups`. */
export function nameOf({ account, group, resource, verb, names }: Omit<Permission, 'role'>): string {
  return `${account}: ${verb} ${group === '' ? '' : `${group}/`}${resource}${names === undefined ? '' : `[${names.join(' ')}]`}`
}
