import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '../../schemas/generated/types.ts'
import { render, SNAPSHOT_API } from '../charts/render.ts'
import { unavailable } from '../metacontroller/api-server.ts'
import { UsageCollector, type AuditEvent } from './audit-log.ts'
import { notExercised } from './not-exercised.ts'
import { nameOf, permissionsOf } from './permission.ts'
import { report, verdictOf } from './rbac-verdict.ts'

const START = new Date('2026-11-21T12:00:00Z')

const chart = [
  { kind: 'ClusterRole', metadata: { name: 'hooks' }, rules: [
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    { apiGroups: ['holdfast.dev'], resources: ['backups', 'backups/status'], verbs: ['get'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: ['one'], verbs: ['update'] },
  ] },
  { kind: 'ClusterRole', metadata: { name: 'people' }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] },
  { kind: 'ClusterRoleBinding', metadata: { name: 'hooks' }, roleRef: { kind: 'ClusterRole', name: 'hooks' }, subjects: [{ kind: 'ServiceAccount', name: 'hooks' }] },
] as unknown as readonly KubeObject[]

const ALL = ['hooks: list pods', 'hooks: get holdfast.dev/backups', 'hooks: get holdfast.dev/backups/status', 'hooks: update coordination.k8s.io/leases[one]']

interface Asked { verb: string; resource: string; group?: string; sub?: string; name?: string; by?: string; at?: string; refused?: boolean }

const line = ({ verb, resource, group, sub, name, by = 'hooks', at = '2026-11-21T12:00:01.000000Z', refused }: Asked): string => JSON.stringify({
  verb, user: { username: `system:serviceaccount:release:${by}` }, requestReceivedTimestamp: at,
  objectRef: { resource, ...(group && { apiGroup: group }), ...(sub && { subresource: sub }), ...(name && { name }) },
  annotations: { 'authorization.k8s.io/decision': refused ? 'forbid' : 'allow' },
} satisfies AuditEvent)

const ask = {
  pods: line({ verb: 'list', resource: 'pods' }),
  backup: line({ verb: 'get', resource: 'backups', group: 'holdfast.dev', name: 'a' }),
  status: line({ verb: 'get', resource: 'backups', group: 'holdfast.dev', sub: 'status', name: 'a' }),
  lease: line({ verb: 'update', resource: 'leases', group: 'coordination.k8s.io', name: 'one' }),
}

function verdict(lines: readonly string[], reasons: Readonly<Record<string, string>> = {}, complete = true) {
  const granted = permissionsOf(chart)
  const usage = new UsageCollector(granted, 'release')
  for (const text of lines) usage.add(text, START)
  const found = verdictOf(granted, usage, reasons)
  return { ...found, ...report(found, usage, complete) }
}

test('what is granted is what bound roles say; roles for people grant nothing here', () => {
  assert.deepEqual(verdict([]).unused, ALL)
})

const rows: readonly [string, readonly string[], readonly string[]][] = [
  ['a request uses its permission', [ask.pods], ['hooks: list pods']],
  ['a subresource is another resource', [ask.status], ['hooks: get holdfast.dev/backups/status']],
  ['a named permission is used by that name', [ask.lease], ['hooks: update coordination.k8s.io/leases[one]']],
  ['and by no other', [line({ verb: 'update', resource: 'leases', group: 'coordination.k8s.io', name: 'two' })], []],
  ['another verb uses nothing', [line({ verb: 'watch', resource: 'pods' })], []],
  ['another group uses nothing', [line({ verb: 'list', resource: 'pods', group: 'other' })], []],
  ['another account uses nothing', [line({ verb: 'list', resource: 'pods', by: 'other' })], []],
  ['what came before the run does not count', [line({ verb: 'list', resource: 'pods', at: '2026-11-21T11:59:59.999999Z' })], []],
  ['what was refused uses nothing', [line({ verb: 'list', resource: 'pods', refused: true })], []],
  ['a line that was cut off says nothing', [ask.pods.slice(0, 50), '', ask.backup], ['hooks: get holdfast.dev/backups']],
]
for (const [sentence, lines, used] of rows) {
  test(sentence, () => assert.deepEqual(verdict(lines).unused, ALL.filter(name => !used.includes(name))))
}

test('a complete run passes only when everything is used, or a reason is given', () => {
  const most = [ask.pods, ask.backup, ask.status]
  const lease = 'hooks: update coordination.k8s.io/leases[one]'
  assert.equal(verdict([...most, ask.lease]).ok, true)
  assert.equal(verdict(most).ok, false)
  assert.match(verdict(most).text, /used by nothing.*\n +hooks: update coordination\.k8s\.io\/leases\[one\]/)
  assert.equal(verdict(most, { [lease]: 'only with two replicas' }).ok, true)
  assert.match(verdict(most, { [lease]: 'only with two replicas' }).text, /leases\[one\]: only with two replicas/)
  const used = verdict([...most, ask.lease], { [lease]: 'only by chance' })
  assert.deepEqual([used.ok, used.spare], [true, [lease]])
  assert.equal(verdict([...most, ask.lease], { 'hooks: get secrets': 'never granted' }).ok, false, 'a reason for what is not granted')
})

test('what is asked for and not granted fails a complete run', () => {
  const all = Object.values(ask)
  const secret = line({ verb: 'get', resource: 'secrets', refused: true })
  const seen = verdict([...all, secret, secret])
  assert.deepEqual([seen.ok, seen.denied], [false, ['hooks: get secrets (2×)']])
  const early = verdict([...all, line({ verb: 'list', resource: 'pods', refused: true })])
  assert.deepEqual([early.ok, early.denied, early.early], [true, [], ['hooks: list pods (1×)']])
})

test('a run of some topics only tells; a log without any request is no proof of anything', () => {
  assert.equal(verdict([ask.pods], {}, false).ok, true)
  assert.equal(verdict([], {}, false).ok, false)
})

test('the reasons are for what the chart grants, and none for both Metacontrollers together that holds for one only', { skip: unavailable('the rendered chart') }, async () => {
  const granted = permissionsOf(await render({ apiVersions: [SNAPSHOT_API] })).map(nameOf)
  for (const kind of ['stand-in', 'real'] as const) assert.deepEqual(Object.keys(notExercised([kind])).filter(name => !granted.includes(name)), [], kind)
  assert.ok(Object.keys(notExercised(['stand-in', 'real'])).length < Object.keys(notExercised(['real', 'real'])).length)
})
