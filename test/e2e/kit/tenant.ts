import assert from 'node:assert/strict'
import { API_VERSION } from '../../../lib/api.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { applyObjects, execute, kubectl, type Outcome } from './kubectl.ts'
import type { Sandbox } from './sandbox.ts'
import { allowed, notForbidden } from './verdict.ts'

/** A person with rights in one namespace, whom the API server knows by name (impersonated, so RBAC decides). */
export interface Tenant {
  readonly user: string
  /** kubectl as this person; never throws. */
  kubectl(args: readonly string[], input?: string): Promise<Outcome>
  /** Applies objects in the tenant's namespace; never throws. */
  apply(...objects: readonly object[]): Promise<Outcome>
  /** Writes a status by hand. */
  forge(resource: string, name: string, status: object): Promise<Outcome>
  /** Whether RBAC allows it. Throws when there is no answer. */
  can(verb: string, resource: string, ...more: readonly string[]): Promise<boolean>
  /** Does what RBAC must refuse, and for no other reason. */
  forbidden(args: readonly string[], input?: string): Promise<void>
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

/** All that somebody tries with a Backup of others, which is there, by the plain verbs of the API. Every try must be forbidden. */
export async function meddle(tenant: Tenant, namespace: string, backup: object): Promise<void> {
  const all = `/apis/${API_VERSION}/namespaces/${namespace}/backups`
  const one = `${all}/${(backup as KubeObject).metadata.name}`
  await tenant.forbidden(['get', '--raw', all])
  await tenant.forbidden(['get', '--raw', one])
  await tenant.forbidden(['create', '--raw', all, '-f', '-'], JSON.stringify(backup))
  await tenant.forbidden(['replace', '--raw', one, '-f', '-'], JSON.stringify(backup))
  await tenant.forbidden(['delete', '--raw', one])
}

function person(user: string, namespace: string): Tenant {
  const as = (args: readonly string[], input?: string) => execute('kubectl', ['--as', user, '--as-group', 'system:authenticated', '-n', namespace, ...args], input)
  return {
    user,
    kubectl: as,
    apply: (...items) => as(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items })),
    forge: (resource, name, status) => as(['patch', resource, name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]),
    can: async (verb, resource, ...more) => allowed(await as(['auth', 'can-i', verb, resource, ...more])),
    forbidden: async (args, input) => assert.equal(notForbidden(await as(args, input), user), undefined, `${user}: kubectl ${args.join(' ')}`),
  }
}

/** JSON of an object, as the cluster's administrator sees it. */
export async function json<T>(...args: readonly string[]): Promise<T> {
  return JSON.parse(await kubectl(['get', ...args, '-o', 'json'])) as T
}
