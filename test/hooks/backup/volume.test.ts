import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claim } from './objects.ts'
import { play } from './scene.ts'

const labelled = (labels?: Record<string, string>) => { const found = claim('data'); return { ...found, metadata: { ...found.metadata, ...(labels && { labels }) } } }
const noted = async (labels?: Record<string, string>, status?: object) => (await play({ claims: [labelled(labels)], ...(status && { status }) })).status.volumes?.[0]?.labels

test('a run notes the labels of a claim when it first sees it', async () => {
  assert.deepEqual(await noted({ tier: 'gold', app: 'db', 'argocd.argoproj.io/instance': 'shop' }), { app: 'db', tier: 'gold' })
  assert.equal(await noted(), undefined)
})

test('they stay as they were then: a status that has settled causes no writes', async () => {
  const begun = { phase: 'Running', startTime: '2026-11-21T02:00:00Z', volumes: [{ pvc: 'data', phase: 'Pending', size: '1Gi', labels: { app: 'db' } }] }
  assert.deepEqual(await noted({ app: 'other' }, begun), { app: 'db' })
})
