import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publishedClaim } from '../../../hooks/restore/claims.ts'
import { decideRestore } from '../../../hooks/restore/decide.ts'
import { missingLabels, sourceLabels } from '../../../hooks/restore/labels.ts'
import type { Handover } from '../../../hooks/restore/model.ts'
import { moveStep } from '../../../hooks/restore/move.ts'
import { restoreJob } from '../../../hooks/restore/restore-job.ts'
import type { Volume } from '../../../schemas/generated/types.ts'
import { backup, claim, point, restore } from './samples.ts'
import { heldVolume, OWNED, PUBLISHED, sceneInput, volumeInput } from './scene.ts'

const noted = { app: 'db', 'app.kubernetes.io/instance': 'shop' }
const of = (labels?: Volume['labels']) => [backup({ volumes: [point('data', { ...(labels && { labels }) })] })]
const bound = { spec: { volumeName: 'pv-data' }, status: { phase: 'Bound' } }

const rows: readonly [string, Parameters<typeof sourceLabels>[0], object][] = [
  ['a claim in its source\'s place gets its labels, but for those that tools track by', { source: 'data', target: 'data', point: point('data', { labels: noted }) }, { app: 'db' }],
  ['a copy gets none', { source: 'data', target: 'copy', point: point('data', { labels: noted }) }, {}],
  ['of a restore point of a version before there are none', { source: 'data', target: 'data', point: point('data') }, {}],
  ['nor without a restore point', { source: 'data', target: 'data' }, {}],
]
for (const [sentence, plan, expected] of rows) test(sentence, () => assert.deepEqual(sourceLabels(plan), expected))

/** The handover that is written on the volume when the mover has ended. */
function written(labels?: Volume['labels']): Handover {
  const temporary = claim('again-tmp-data', { metadata: OWNED, ...bound })
  const volume = { ...heldVolume({ claimRef: { namespace: 'shop', name: 'again-tmp-data', uid: temporary.metadata.uid } }), metadata: { name: 'pv-data', uid: 'uid-pv-data' } }
  const scene = { backups: of(labels), observed: { claims: { data: null, 'again-tmp-data': temporary }, persistentVolumes: [volume] } }
  const made = restoreJob(volumeInput(scene))
  const job = { ...made, metadata: { ...made?.metadata, ...OWNED }, status: { conditions: [{ type: 'Complete', status: 'True' }] } } as never
  const step = moveStep(volumeInput({ ...scene, children: [job] }))
  return JSON.parse((step?.effects?.[0] as { annotations: Record<string, string> }).annotations['holdfast.dev/handover'] ?? '{}') as Handover
}

test('they stand on the volume, so that they are known when the Backup is gone, and come to the claim', () => {
  const handover = written(noted)
  assert.deepEqual(handover.labels, { app: 'db' })
  assert.deepEqual(publishedClaim(restore(), heldVolume(), handover).metadata.labels, { app: 'db', 'holdfast.dev/restore': 'again' })
  assert.equal(written().labels, undefined)
})

test('what the Restore asks for comes before them', () => {
  const asked = restore({ backup: 'b', volumes: [{ source: 'data', labels: { app: 'other', tier: 'gold' } }] })
  assert.deepEqual(publishedClaim(asked, heldVolume(), written(noted)).metadata.labels, { app: 'other', tier: 'gold', 'holdfast.dev/restore': 'again' })
})

test('a claim that lacks labels of its source is said to', () => {
  const place = { source: 'data', target: 'data', point: point('data', { labels: noted }) }
  const labelled = (labels: Record<string, string>) => claim('data', { metadata: { labels } })
  assert.match(missingLabels(place, labelled({ app: 'db' })) ?? '', /^it has no label app\.kubernetes\.io\/instance=shop of its source, .*kubectl backup status -n shop\)$/)
  assert.equal(missingLabels(place, labelled({ app: 'other', 'app.kubernetes.io/instance': 'mine' })), undefined)
  assert.equal(missingLabels({ ...place, target: 'copy' }, labelled({})), undefined)
})

test('the Restore says it too, and is Completed', () => {
  const { status } = decideRestore(sceneInput({ backups: of(noted), observed: { claims: { data: claim('data', { metadata: { ...PUBLISHED, labels: { app: 'db' } }, ...bound }), 'again-tmp-data': null } } }))
  const { phase, reason, message } = status as { phase: string; reason: string; message: string }
  assert.deepEqual([phase, reason], ['Completed', 'Completed'])
  assert.match(message, /^1 of 1 volumes restored; the claim is bound and its data is whole; it has no label app\.kubernetes\.io\/instance=shop of its source/)
})
