import assert from 'node:assert/strict'
import test from 'node:test'
import { decideRestore } from '../../../hooks/restore/decide.ts'
import { observeRestore } from '../../../hooks/restore/observe.ts'
import { FakeLive } from '../fake-live.ts'
import { restore } from './samples.ts'
import { heldVolume, sceneInput } from './scene.ts'

const END = '2026-11-21T09:00:00Z'
const after = (seconds: number) => new Date(Date.parse(END) + seconds * 1000)
const status = { phase: 'Failed' as const, completionTime: END }

/** Seconds after the end of a Restore, what is done about a volume that was held after all, seconds until the next look. */
const rows: readonly [string, number, readonly string[], number | undefined][] = [
  ['a hold that came late is taken back', 5, ['setReclaimPolicy Delete'], 60],
  ['so it is ten minutes later', 599, ['setReclaimPolicy Delete'], 60],
  ['then no call can be under way', 600, [], undefined],
]

for (const [sentence, seconds, effects, again] of rows) {
  test(sentence, async () => {
    const { request, ...rest } = sceneInput({ restore: restore(undefined, status) })
    const now = after(seconds)
    const live = new FakeLive({ volumesOfRestore: { [request.parent.metadata.uid ?? '']: [heldVolume()] } })
    const decision = decideRestore({ ...rest, request, now, observed: await observeRestore(request, live, now) })
    assert.deepEqual(decision.effects.map(effect => effect.type === 'setReclaimPolicy' ? `${effect.type} ${effect.reclaimPolicy}` : effect.type), effects)
    assert.deepEqual([decision.status, decision.children, decision.resyncAfterSeconds], [status, [], again])
  })
}
