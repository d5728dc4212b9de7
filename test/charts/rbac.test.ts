import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { unavailable } from '../metacontroller/api-server.ts'
import { render, SNAPSHOT_API, VALUES } from './render.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const skip = unavailable('RBAC of the chart')

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

/** Everything that the chart grants. A line more is a decision: say in the change why it is needed. */
const GRANTED: Readonly<Record<string, readonly string[]>> = {
  'ClusterRole/holdfast-hooks': [
    'events: create list', 'persistentvolumeclaims: create delete get', 'persistentvolumes: get list patch', 'pods: list', 'batch/jobs: list',
    'holdfast.dev/backuppolicies: get', 'holdfast.dev/backuprepositories: create get', 'holdfast.dev/backups: create delete get list patch', 'holdfast.dev/clusterbackuprepositories: get', 'holdfast.dev/restores: get list',
    'snapshot.storage.k8s.io/volumesnapshotclasses: create list', 'snapshot.storage.k8s.io/volumesnapshotcontents: create delete get list patch',
    'snapshot.storage.k8s.io/volumesnapshots: delete get', 'storage.k8s.io/storageclasses: get',
  ],
  'ClusterRole/holdfast-metacontroller': [
    'events: create patch', 'namespaces: list watch', 'secrets: get list watch', 'apiextensions.k8s.io/customresourcedefinitions: get list watch',
    'metacontroller.k8s.io/compositecontrollers: list watch', 'metacontroller.k8s.io/controllerrevisions: list watch',
    'metacontroller.k8s.io/decoratorcontrollers: list watch',
  ],
  'ClusterRole/holdfast-controllers': [
    'persistentvolumeclaims: create delete get list update watch', 'batch/cronjobs: create delete get list update watch', 'batch/jobs: create delete get list update watch',
    ...['backuppolicies', 'backups', 'restores'].map(kind => `holdfast.dev/${kind}: get list update watch`),
    ...['backuprepositories', 'clusterbackuprepositories'].map(kind => `holdfast.dev/${kind}: get list watch`),
    ...['backuppolicies', 'backuprepositories', 'backups', 'restores'].map(kind => `holdfast.dev/${kind}/finalizers: update`),
    ...['backuppolicies', 'backuprepositories', 'backups', 'clusterbackuprepositories', 'restores'].map(kind => `holdfast.dev/${kind}/status: update`),
    'snapshot.storage.k8s.io/volumesnapshots: create delete get list update watch',
  ],
  'Role/holdfast-metacontroller-leader': ['coordination.k8s.io/leases: create', 'coordination.k8s.io/leases[holdfast-metacontroller]: get update'],
  'ClusterRole/holdfast-uninstall': [
    ...['backuppolicies', 'backups', 'restores'].map(kind => `holdfast.dev/${kind}: list patch`),
    'metacontroller.k8s.io/compositecontrollers[holdfast-backuppolicy holdfast-backup holdfast-restore holdfast-backuprepository holdfast-clusterbackuprepository]: delete',
  ],
}
const USERS = ['holdfast-view', 'holdfast-edit', 'holdfast-admin']

describe('RBAC of the chart', { skip }, () => {
  let objects: readonly KubeObject[] = []
  before(async () => { objects = await render({ apiVersions: [SNAPSHOT_API] }) })
  const roles = () => objects.filter(object => ['ClusterRole', 'Role'].includes(object.kind) && !USERS.includes(object.metadata.name))

  it('grants what is listed here, no more and no less', () => {
    const granted = Object.fromEntries(roles().map(role => [`${role.kind}/${role.metadata.name}`, lines(role)]))
    const wanted = Object.fromEntries(Object.entries(GRANTED).map(([role, rules]) => [role, [...rules].sort()]))
    assert.deepEqual(granted, wanted)
  })

  it('has no wildcard, no escalation and no impersonation, whatever the values', async () => {
    for (const options of Object.values(VALUES)) {
      const words = (await render(options)).filter(object => ['ClusterRole', 'Role'].includes(object.kind)).flatMap(rulesOf).flatMap(rule => [...rule.apiGroups, ...rule.resources, ...rule.verbs])
      assert.deepEqual(words.filter(word => ['*', 'escalate', 'bind', 'impersonate', 'pods/exec', 'serviceaccounts/token'].includes(word)), [])
    }
  })

  it('knows every resource that the hooks have a path for, and no other', () => {
    const source = readFileSync(new URL('../../hooks/resource-path.ts', import.meta.url), 'utf8')
    const used = [...source.matchAll(/plural: '(\w+)'/g)].map(([, plural]) => plural).sort()
    const role = roles().find(({ metadata }) => metadata.name === 'holdfast-hooks')
    assert.deepEqual(rulesOf(role ?? assert.fail('no role')).flatMap(({ resources }) => resources).sort(), used)
  })

  it('binds each role to the one account that needs it', () => {
    const bound = objects.filter(object => object.kind.endsWith('RoleBinding')).map(binding => {
      const { roleRef, subjects } = binding as unknown as { roleRef: { name: string }; subjects: readonly { name: string }[] }
      return `${roleRef.name} → ${subjects.map(({ name }) => name).join()}`
    })
    assert.deepEqual(bound.sort(), [
      'holdfast-controllers → holdfast-metacontroller', 'holdfast-hooks → holdfast-hooks', 'holdfast-metacontroller → holdfast-metacontroller',
      'holdfast-metacontroller-leader → holdfast-metacontroller', 'holdfast-uninstall → holdfast-uninstall',
    ])
  })

  it('adds our kinds to the cluster\'s view, edit and admin; only admin may write what holds for the whole cluster', () => {
    const roleOf = (name: string) => objects.find(object => object.kind === 'ClusterRole' && object.metadata.name === name) ?? assert.fail(name)
    for (const name of USERS) assert.equal(roleOf(name).metadata.labels?.[`rbac.authorization.k8s.io/aggregate-to-${name.replace('holdfast-', '')}`], 'true')
    assert.deepEqual([...new Set(rulesOf(roleOf('holdfast-view')).flatMap(({ verbs }) => verbs))], ['get', 'list', 'watch'])
    assert.ok(!rulesOf(roleOf('holdfast-edit')).some(({ resources }) => resources.includes('clusterbackuprepositories')))
    assert.ok(rulesOf(roleOf('holdfast-admin')).some(({ resources, verbs }) => resources.includes('clusterbackuprepositories') && verbs.includes('create')))
  })
})

function rulesOf(role: KubeObject): readonly Rule[] {
  return role.rules as readonly Rule[]
}

function lines(role: KubeObject): readonly string[] {
  return rulesOf(role).flatMap(({ apiGroups, resources, resourceNames, verbs }) => apiGroups.flatMap(group => resources.map(resource =>
    `${group === '' ? '' : `${group}/`}${resource}${resourceNames === undefined ? '' : `[${resourceNames.join(' ')}]`}: ${[...verbs].sort().join(' ')}`))).sort()
}
