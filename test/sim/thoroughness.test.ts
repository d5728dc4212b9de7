import assert from 'node:assert/strict'
import test from 'node:test'
import { FAULTS } from './faults.ts'
import { thoroughnessOf } from './thoroughness.ts'

const ALL = Object.fromEntries(FAULTS.map(fault => [fault, 1]))
const restored = (Completed: number): { underFaults: Record<string, number>; afterHealing: Record<string, number> } => ({ underFaults: { Completed }, afterHealing: {} })

for (const [name, report, never, isWanting] of [
  ['everything was met', { seeds: 600, faults: ALL, restores: restored(30) }, [], false],
  ['a kind of fault was not', { seeds: 600, faults: { ...ALL, pointDamaged: 0 }, restores: restored(30) }, ['pointDamaged'], true],
  ['nor was it asked for', { seeds: 600, faults: without('outage'), restores: restored(30) }, ['outage'], true],
  ['that is chance in a few seeds', { seeds: 599, faults: without('outage'), restores: restored(0) }, ['outage'], false],
  ['too few restores were good', { seeds: 600, faults: ALL, restores: restored(29) }, [], true],
  ['more seeds, more restores', { seeds: 1200, faults: ALL, restores: restored(59) }, [], true],
  ['those after healing do not count', { seeds: 600, faults: ALL, restores: { underFaults: { Failed: 90 }, afterHealing: { Completed: 90 } } }, [], true],
] as const) {
  test(name, () => assert.deepEqual(thoroughnessOf(report), { faultsNeverStruck: never, isWanting }))
}

function without(fault: string): Record<string, number> {
  return Object.fromEntries(Object.entries(ALL).filter(([name]) => name !== fault))
}
