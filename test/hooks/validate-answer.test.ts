import assert from 'node:assert/strict'
import test from 'node:test'
import type { Decision, KubeObject, RelatedRule, SyncRequest } from '../../hooks/hook.ts'
import { customizeAnswer, syncAnswer } from '../../hooks/validate-answer.ts'
import { child, decision, parent, registered, request } from './fake-hook.ts'

const hook = registered()
const answered = (changes: Partial<Decision>, asked: Partial<SyncRequest<KubeObject>> = {}) => JSON.parse(JSON.stringify(syncAnswer(decision(changes), request(asked), hook))) as unknown

test('a good decision is answered whole', () => {
  assert.deepEqual(answered({ resyncAfterSeconds: 2.5 }), { status: { phase: 'Checking' }, children: [child], resyncAfterSeconds: 2.5, finalized: false })
})

test('an empty list of children is a list all the same', () => {
  assert.deepEqual(answered({ children: [] }), { status: { phase: 'Checking' }, children: [], finalized: false })
})

test('undefined fields are left out', () => {
  const spec = { template: { a: undefined, b: [{ c: undefined }] } }
  assert.deepEqual(answered({ status: { phase: 'Ready', reason: undefined }, children: [{ ...child, spec, status: undefined }] }),
    { status: { phase: 'Ready' }, children: [{ ...child, spec: { template: { b: [{}] } } }], finalized: false })
})

const wrongChildren: readonly { says: string; child: unknown; message: RegExp }[] = [
  { says: 'null', child: null, message: /must be an object, got null/ },
  { says: 'undefined', child: undefined, message: /must be an object/ },
  { says: 'a list', child: [], message: /got a list/ },
  { says: 'without apiVersion', child: { ...child, apiVersion: undefined }, message: /no apiVersion/ },
  { says: 'without kind', child: { ...child, kind: '' }, message: /no apiVersion, kind/ },
  { says: 'without metadata', child: { ...child, metadata: undefined }, message: /metadata.name/ },
  { says: 'without a name', child: withMetadata({ name: undefined }), message: /metadata.name/ },
  { says: 'with a name that no object can have', child: withMetadata({ name: 'A_b' }), message: /a name that no object can have/ },
  { says: 'with generateName', child: withMetadata({ generateName: 'a-' }), message: /metadata.generateName/ },
  { says: 'in another namespace', child: withMetadata({ namespace: 'bank' }), message: /namespace bank, not in that of its parent/ },
  { says: 'without a namespace', child: withMetadata({ namespace: undefined }), message: /namespace undefined/ },
  { says: 'of a kind that is not allowed', child: { ...child, kind: 'Pod', apiVersion: 'v1' }, message: /not a child kind of BackupRepository/ },
  { says: 'of an allowed kind in another version', child: { ...child, apiVersion: 'batch/v1beta1' }, message: /not a child kind/ },
  { says: 'of a kind that the controller does not declare', child: { ...child, apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot' }, message: /not in childResources/ },
  { says: 'with a spec that is a list', child: { ...child, spec: [] }, message: /has a spec that is no object/ },
  { says: 'with a status', child: { ...child, status: {} }, message: /has a status/ },
  { says: 'with a resourceVersion', child: withMetadata({ resourceVersion: '1' }), message: /metadata.resourceVersion/ },
  { says: 'with an owner', child: withMetadata({ ownerReferences: [] }), message: /metadata.ownerReferences/ },
  { says: 'with a null in a list', child: { ...child, spec: { containers: [null] } }, message: /spec.containers.0 is an item that is null/ },
  { says: 'with an undefined in a list', child: { ...child, spec: { containers: [undefined] } }, message: /is an item that is undefined/ },
  { says: 'with NaN', child: { ...child, spec: { limit: NaN } }, message: /spec.limit is NaN/ },
  { says: 'with a Date', child: { ...child, spec: { at: new Date(0) } }, message: /spec.at cannot be sent as JSON: it is a Date/ },
  { says: 'with a function', child: { ...child, spec: { run: () => 1 } }, message: /of type function/ },
]
for (const { says, child: wrong, message } of wrongChildren) {
  test(`never answered: a child ${says}`, () => assert.throws(() => answered({ children: [child, wrong as KubeObject] }), { message }))
}

test('never answered: two children of one name, or no list of children', () => {
  assert.throws(() => answered({ children: [child, { ...child }] }), /two children are Job.batch\/v1\/store-check-1/)
  for (const children of [undefined, null, {}]) assert.throws(() => answered({ children: children as never }), /children must be a list/)
})

for (const status of [undefined, null, [], 'Ready', { phase: 'Wonderful' }, { phase: null }, { unknown: 1 }, { failures: -1 }]) {
  test(`never answered: the status ${JSON.stringify(status)}`, () => assert.throws(() => answered({ status: status as never }), /status/))
}

test('a resync must lie ahead', () => {
  for (const resyncAfterSeconds of [0, -1, NaN, Infinity]) assert.throws(() => answered({ resyncAfterSeconds }), /resyncAfterSeconds/)
})

test('a resync is a day away at most: Metacontroller counts in nanoseconds', () => {
  assert.equal((answered({ resyncAfterSeconds: 1e12 }) as { resyncAfterSeconds: number }).resyncAfterSeconds, 86_400)
})

test('finalized counts in finalize only', () => {
  assert.deepEqual(answered({ finalized: true, children: [] }), { status: { phase: 'Checking' }, children: [], finalized: false })
  assert.deepEqual(answered({ finalized: true, children: [] }, { finalizing: true }), { status: { phase: 'Checking' }, children: [], finalized: true })
})

test('the decision itself is not changed', () => {
  const given = Object.freeze(decision({ children: [Object.freeze({ ...child, spec: Object.freeze({ a: undefined }) })] }))
  syncAnswer(given, request(), hook)
  assert.equal('a' in (given.children[0]?.spec as object), true)
})

const rule: RelatedRule = { apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace: 'shop' }

test('customize rules are answered as they are', () => {
  const rules = [rule, { ...rule, names: ['a'] }, { ...rule, namespace: undefined, labelSelector: { matchLabels: { a: 'b' } } }]
  assert.deepEqual(JSON.parse(JSON.stringify(customizeAnswer(rules))), { relatedResources: JSON.parse(JSON.stringify(rules)) })
  assert.deepEqual(customizeAnswer([]), { relatedResources: [] })
})

const wrongRules = [
  { says: 'that selects the whole cluster', rule: { ...rule, namespace: undefined } },
  { says: 'with an empty list of names, which is the whole cluster too', rule: { ...rule, names: [] } },
  { says: 'with names and labels', rule: { ...rule, names: ['a'], labelSelector: {} } },
  { says: 'with an empty namespace, which is every one', rule: { ...rule, namespace: '' } },
  { says: 'that is null', rule: null },
]
for (const { says, rule: wrong } of wrongRules) {
  test(`never answered: a rule ${says}`, () => assert.throws(() => customizeAnswer([wrong as never])))
}

function withMetadata(changes: object): object {
  return { ...child, metadata: { ...child.metadata, ...changes } }
}

test('the parent of these tests is what the schema wants', () => assert.equal(parent.kind, hook.kind))
