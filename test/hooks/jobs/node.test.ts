import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeOf } from '../../../hooks/jobs/node.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'

const cases: readonly [string, KubeObject[], string | undefined][] = [
  ['nobody uses the claim', [pod({ claim: 'other', node: 'n1' })], undefined],
  ['a pod without a node says nothing', [pod({ claim: 'data' })], undefined],
  ['the node of the pod that uses it', [pod({ claim: 'data', node: 'n1' })], 'n1'],
  ['a running pod wins over a pending one', [pod({ claim: 'data', node: 'n1' }), pod({ claim: 'data', node: 'n2', phase: 'Running' })], 'n2'],
  ['a pod without volumes', [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { nodeName: 'n1' } }], undefined],
]

for (const [sentence, pods, node] of cases) {
  test(sentence, () => assert.equal(nodeOf('data', pods)?.name, node))
}

test('a generic ephemeral volume is a claim named after its pod', () => {
  const spec = { nodeName: 'n3', volumes: [{ name: 'scratch', ephemeral: {} }] }
  const user = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db-0' }, spec, status: { phase: 'Running' } }
  assert.equal(nodeOf('db-0-scratch', [user])?.name, 'n3')
})

test('the tolerations come along', () => {
  assert.deepEqual(nodeOf('data', [pod({ claim: 'data', node: 'n1' })])?.tolerations, [{ key: 'db', operator: 'Exists' }])
})

function pod(of: { claim: string; node?: string; phase?: string }): KubeObject {
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: of.claim } }]
  const spec = { nodeName: of.node, tolerations: [{ key: 'db', operator: 'Exists' }], volumes }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec, status: { phase: of.phase ?? 'Pending' } }
}
