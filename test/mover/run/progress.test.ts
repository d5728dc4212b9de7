import assert from 'node:assert/strict'
import test from 'node:test'
import { humanBytes } from '../../../mover/run/progress.ts'

for (const [bytes, text] of [[0, '0 B'], [0.4, '0.4 B'], [1023, '1023 B'], [1024, '1 KiB'], [1536, '1.5 KiB'], [5 * 2 ** 30, '5 GiB'], [2 ** 60, '1024 PiB']] as const) {
  test(`${bytes} bytes read ${text}`, () => assert.equal(humanBytes(bytes), text))
}
