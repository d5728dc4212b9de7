import assert from 'node:assert/strict'
import test from 'node:test'
import { checkSpec, SPEC_RULES } from '../../../../hooks/restore/rules/spec.ts'
import type { RestoreSpec } from '../../../../schemas/generated/types.ts'
import { restore } from '../samples.ts'

type Volumes = NonNullable<RestoreSpec['volumes']>
const of = (volumes: Volumes) => restore({ backup: 'b', volumes })

const rows: readonly [string, Volumes, RegExp][] = [
  ['targetNames', [{ source: 'data', target: 'My_Data' }], /"My_Data" is no name/],
  ['targetNames', [{ source: 'data', target: '../x' }], /no name/],
  ['distinctTargets', [{ source: 'data', target: 'copy' }, { source: 'logs', target: 'copy' }], /two volumes would both become claim copy/],
  ['distinctTargets', [{ source: 'data' }, { source: 'logs', target: 'data' }], /claim data/],
  ['labelKeys', [{ source: 'data', labels: { 'a b': 'c' } }], /"a b" is no label key/],
  ['labelKeys', [{ source: 'data', labels: { 'a..b/c': 'd' } }], /no label key/],
  ['labelValues', [{ source: 'data', labels: { app: 'über' } }], /cannot have the value "über"/],
]

test('policyName: a name alone', () => {
  for (const policy of ['prod/nightly', 'a,b', 'Nightly']) assert.match(checkSpec(restore({ policy }))?.message ?? '', /is no name that a BackupPolicy can have; .*make a new one$/)
  assert.equal(SPEC_RULES.find(candidate => candidate(restore({ policy: 'prod/nightly' })))?.name, 'policyName')
  for (const policy of ['nightly', 'a.b-c', 'a'.repeat(253)]) assert.equal(checkSpec(restore({ policy })), undefined)
})

for (const [rule, volumes, words] of rows) {
  test(`${rule}: ${words.source}`, () => {
    assert.equal(checkSpec(of(volumes))?.reason, 'InvalidSpec')
    assert.match(checkSpec(of(volumes))?.message ?? '', words)
    assert.equal(SPEC_RULES.find(candidate => candidate(of(volumes)))?.name, rule)
  })
}

test('every rule has a row', () => assert.deepEqual(['policyName', ...new Set(rows.map(([rule]) => rule))], SPEC_RULES.map(({ name }) => name)))

test('names, labels and targets as Kubernetes takes them are right', () => {
  assert.equal(checkSpec(of([{ source: 'data', target: 'data-0.copy', labels: { 'app.kubernetes.io/name': 'shop', tier: '' } }, { source: 'data' }])), undefined)
  assert.equal(checkSpec(restore()), undefined)
})
