import assert from 'node:assert/strict'
import test from 'node:test'
import { moverDefaults } from '../../hooks/mover-defaults.ts'

const said: readonly [string, string | undefined, object][] = [
  ['nothing', undefined, {}],
  ['an empty text', '', {}],
  ['an empty object', '{}', { moverDefaults: {} }],
  ['everything', '{"runAs":"user","resources":{"requests":{"cpu":"50m"},"limits":{"cpu":1}}}', { moverDefaults: { runAs: 'user', resources: { requests: { cpu: '50m' }, limits: { cpu: '1' } } } }],
]
for (const [what, text, expected] of said) {
  test(`${what} is understood`, () => assert.deepEqual(moverDefaults(text), expected))
}

const wrong: readonly [string, RegExp][] = [
  ['runAs: root', /must be JSON, got "runAs: root"/],
  ['[]', /must be an object, got \[\]/],
  ['{"runAs":"nobody"}', /runAs must be root or user, got "nobody"/],
  ['{"cpu":"1"}', /has cpu, and there is resources and runAs/],
  ['{"resources":{"cpu":"1"}}', /resources has cpu, and there is requests and limits/],
  ['{"resources":{"limits":{"cpu":{}}}}', /cpu must be a quantity, got \{\}/],
]
for (const [text, message] of wrong) {
  test(`refused: ${text}`, () => assert.throws(() => moverDefaults(text), { message }))
}
