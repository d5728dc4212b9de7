import assert from 'node:assert/strict'
import test from 'node:test'
import { decideRestore } from '../../../hooks/restore/decide.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { claim, restore } from './samples.ts'
import { heldVolume, PUBLISHED, sceneInput } from './scene.ts'

const bound = claim('data', { metadata: PUBLISHED, spec: { volumeName: 'pv-data' }, status: { phase: 'Bound' } })

/** Sentence, volumes that are handed over, the target, effects, whether the finalizer goes. */
const rows: readonly [string, readonly KubeObject[], KubeObject | null, readonly string[], boolean][] = [
  ['lets go at once when nothing is handed over', [], null, [], true],
  ['gives a volume its reclaim policy back before its claim was made', [heldVolume()], null, ['setReclaimPolicy Delete'], false],
  ['withdraws a claim that is not bound yet', [heldVolume()], claim('data', { metadata: PUBLISHED }), ['withdrawClaim', 'setReclaimPolicy Delete'], false],
  ['leaves a bound claim to its user', [heldVolume({ claimRef: { namespace: 'shop', name: 'data', uid: 'uid-of-data' } })], bound, ['setReclaimPolicy Delete'], false],
  ['leaves another\'s claim of that name alone', [heldVolume()], claim('data'), ['setReclaimPolicy Delete'], false],
  ['leaves a volume that somebody took as it is', [heldVolume({ claimRef: { namespace: 'mail', name: 'x', uid: 'y' } })], null, ['setReclaimPolicy Retain'], false],
]

for (const [sentence, persistentVolumes, target, effects, finalized] of rows) {
  test(sentence, () => {
    const status = { phase: 'Running' as const, backup: 'b' }
    const decision = decideRestore(sceneInput({ finalizing: true, restore: restore(undefined, status), observed: { persistentVolumes, claims: { data: target } } }))
    assert.deepEqual(decision.effects.map(effect => effect.type === 'setReclaimPolicy' ? `${effect.type} ${effect.reclaimPolicy}` : effect.type), effects)
    assert.deepEqual([decision.finalized, decision.children, decision.status], [finalized, [], status])
  })
}
