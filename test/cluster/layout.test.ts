import assert from 'node:assert/strict'
import test from 'node:test'
import { canRunNode } from './can-run.ts'
import { layoutOf } from './layout.ts'
import { freeSlot } from './record.ts'

test('two clusters share no folder, address, subnet, link or cgroup', () => {
  const one = layoutOf('default', 0, '/bin')
  const other = layoutOf('second', 1, '/bin')
  const shared = Object.entries(one).filter(([key, value]) => value === other[key as keyof typeof other]).map(([key]) => key)
  assert.deepEqual(shared, ['binDir'])
})

for (const name of ['', 'Upper', '-dash', 'dash-', 'with/slash', '..', 'a'.repeat(21)]) {
  test(`the name ${JSON.stringify(name)} is refused`, () => assert.throws(() => layoutOf(name, 0, '/bin'), /cluster name/))
}

test('sockets of the longest name fit into the 107 bytes that the kernel allows', () => {
  const { kubeletRoot } = layoutOf('a'.repeat(20), 0, '/bin')
  assert.ok(`${kubeletRoot}/plugins_registry/plain.holdfast.test-reg.sock`.length <= 107)
})

test('the lowest free slot is taken', () => {
  assert.equal(freeSlot([], 0), 0)
  assert.equal(freeSlot([1, undefined, 2], 1), 3)
  assert.throws(() => freeSlot(Array.from({ length: 256 }, (_, slot) => slot), 0), /bring some down/)
})

const machines: readonly [string, Parameters<typeof canRunNode>[0], boolean][] = [
  ['Linux as root runs a node', { platform: 'linux', arch: 'x64', uid: 0 }, true],
  ['Linux on arm64 does too', { platform: 'linux', arch: 'arm64', uid: 0 }, true],
  ['another user does not', { platform: 'linux', arch: 'x64', uid: 1000 }, false],
  ['macOS does not', { platform: 'darwin', arch: 'arm64', uid: 0 }, false],
  ['another processor does not', { platform: 'linux', arch: 'riscv64', uid: 0 }, false],
]

for (const [sentence, machine, ok] of machines) {
  test(sentence, () => assert.equal(canRunNode(machine).ok, ok))
}
