import { applyObjects, execute, kubectl, type Outcome } from './kubectl.ts'
import type { Sandbox } from './sandbox.ts'

/** A person with rights in one namespace, whom the API server knows by name (impersonated, so RBAC decides). */
export interface Tenant {
  readonly user: string
  /** kubectl as this person; never throws. */
  kubectl(args: readonly string[], input?: string): Promise<Outcome>
  /** Applies objects in the tenant's namespace; never throws. */
  apply(...objects: readonly object[]): Promise<Outcome>
  /** Writes a status by hand. */
  forge(resource: string, name: string, status: object): Promise<Outcome>
  can(verb: string, resource: string, ...more: readonly string[]): Promise<boolean>
}

/**
 * Makes a user of a namespace. `edit`: bound to the cluster's role edit, as our chart extends it. `everything`: a role with `*` for
 * all groups, resources and verbs of the namespace, which many clusters give to the owner of one: it may write any status.
 */
export async function tenantOf(box: Sandbox, rights: 'edit' | 'everything'): Promise<Tenant> {
  const user = `${rights}-${box.namespace}`
  const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
  const rbac = 'rbac.authorization.k8s.io'
  await applyObjects([
    ...(rights === 'everything' ? [{ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'everything' }, rules }] : []),
    {
      apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name: user },
      roleRef: rights === 'edit' ? { apiGroup: rbac, kind: 'ClusterRole', name: 'edit' } : { apiGroup: rbac, kind: 'Role', name: 'everything' },
      subjects: [{ apiGroup: rbac, kind: 'User', name: user }],
    },
  ], box.namespace)
  return person(user, box.namespace)
}

/** Somebody whom the cluster knows and who has no rights at all. */
export function stranger(): Tenant {
  return person('stranger', 'default')
}

function person(user: string, namespace: string): Tenant {
  const as = (args: readonly string[], input?: string) => execute('kubectl', ['--as', user, '--as-group', 'system:authenticated', '-n', namespace, ...args], input)
  return {
    user,
    kubectl: as,
    apply: (...items) => as(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items })),
    forge: (resource, name, status) => as(['patch', resource, name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]),
    can: async (verb, resource, ...more) => (await as(['auth', 'can-i', verb, resource, ...more])).code === 0,
  }
}

/** JSON of an object, as the cluster's administrator sees it. */
export async function json<T>(...args: readonly string[]): Promise<T> {
  return JSON.parse(await kubectl(['get', ...args, '-o', 'json'])) as T
}
