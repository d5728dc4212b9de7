import assert from 'node:assert/strict'
import test from 'node:test'
import { layoutOf } from './layout.ts'
import { isResultOf } from './leftovers.ts'

const layout = layoutOf('one', 0, '/bin')
const sandbox = 'ab'.repeat(32)

const cases: readonly [string, string, boolean][] = [
  ['a result of the network is ours', `holdfast.one-${sandbox}-eth0`, true],
  ['one of a cluster whose name goes on is not', `holdfast.one-more-${sandbox}-eth0`, false],
  ['one of another network is not', `bridge-${sandbox}-eth0`, false],
]

for (const [sentence, file, expected] of cases) {
  test(sentence, () => assert.equal(isResultOf(file, layout), expected))
}
