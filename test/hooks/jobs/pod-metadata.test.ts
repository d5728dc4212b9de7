import assert from 'node:assert/strict'
import test from 'node:test'
import { podMetadata } from '../../../hooks/jobs/pod-metadata.ts'

const LABELS = { 'holdfast.dev/role': 'backup' }

test('no proxy is added to a mover, by whatever mesh: its Job would never end', () => {
  const { labels, annotations } = podMetadata(LABELS, false)
  assert.deepEqual(labels, { ...LABELS, 'sidecar.istio.io/inject': 'false', 'kuma.io/sidecar-injection': 'disabled' })
  assert.equal(annotations['sidecar.istio.io/inject'], 'false')
  assert.equal(annotations['linkerd.io/inject'], 'disabled')
  assert.equal(annotations['consul.hashicorp.com/connect-inject'], 'false')
})

test('a user\'s command may need the mesh', () => {
  const { labels, annotations } = podMetadata(LABELS, true)
  assert.deepEqual(labels, LABELS)
  assert.equal(Object.keys(annotations).some(name => name.includes('inject')), false)
})

test('no autoscaler takes a mover\'s node away, whoever\'s code it runs', () => {
  for (const hasUserCode of [false, true]) {
    const { annotations } = podMetadata(LABELS, hasUserCode)
    assert.equal(annotations['cluster-autoscaler.kubernetes.io/safe-to-evict'], 'false')
    assert.equal(annotations['karpenter.sh/do-not-disrupt'], 'true')
  }
})
