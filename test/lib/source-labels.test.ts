import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenLabels, notedLabels, type Labels } from '../../lib/source-labels.ts'

const chart = { app: 'db', 'app.kubernetes.io/name': 'postgres', 'app.kubernetes.io/instance': 'shop', 'app.kubernetes.io/managed-by': 'Helm', 'helm.sh/chart': 'postgres-1.2' }
const tracking = {
  'argocd.argoproj.io/instance': 'shop', 'kustomize.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/name': 'shop', 'objectset.rio.cattle.io/hash': '1', 'kapp.k14s.io/app': '1', 'applyset.kubernetes.io/part-of': '1',
}
const controllers = { 'pod-template-hash': '1', 'statefulset.kubernetes.io/pod-name': 'db-0', 'controller-uid': '1', 'batch.kubernetes.io/job-name': 'x' }
const many = (count: number): Labels => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']))

const rows: readonly [string, Labels | undefined, Labels | undefined, Labels][] = [
  ['no labels', undefined, undefined, {}],
  ['labels of a chart', chart, chart, { app: 'db', 'app.kubernetes.io/name': 'postgres', 'helm.sh/chart': 'postgres-1.2' }],
  ['labels that tools track by', tracking, undefined, {}],
  ['labels that controllers write', controllers, undefined, {}],
  ['ours', { 'holdfast.dev/restore': 'again', tier: 'gold' }, { tier: 'gold' }, { tier: 'gold' }],
  ['as many as there may be', many(50), many(50), many(50)],
  ['one more', many(51), undefined, {}],
  ['long ones', { a: 'x'.repeat(63), [`${'a'.repeat(250)}/b`]: '', [`${'b'.repeat(250)}/b`]: '', [`${'c'.repeat(250)}/b`]: '', [`${'d'.repeat(250)}/b`]: '' }, undefined, {}],
]

for (const [what, labels, noted, given] of rows) {
  test(`${what}: ${Object.keys(noted ?? {}).length} noted, ${Object.keys(given).length} given`, () => {
    assert.deepEqual(notedLabels(labels), noted)
    assert.deepEqual(givenLabels(notedLabels(labels)), given)
  })
}

test('the order of the labels makes no difference', () => assert.equal(JSON.stringify(notedLabels({ b: '1', a: '2' })), JSON.stringify(notedLabels({ a: '2', b: '1' }))))

test('what a status holds besides is not given to a claim', () => assert.deepEqual(givenLabels({ ...tracking, ...controllers, 'a..b/c': 'd', e: 'f/g', h: 'i' }), { h: 'i' }))
