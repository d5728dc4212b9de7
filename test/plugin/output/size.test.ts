import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { size } from '../../../plugin/output/size.ts'

const CASES: readonly (readonly [number | undefined, string])[] = [
  [undefined, '<none>'], [0, '0B'], [1023, '1023B'], [1024, '1Ki'], [1536, '1.5Ki'], [10 * 1024, '10Ki'], [20 * 2 ** 20, '20Mi'], [5 * 2 ** 30, '5Gi'], [2 ** 60, '1024Pi'],
]

describe('size', () => {
  for (const [bytes, text] of CASES) it(`${bytes} is ${text}`, () => assert.equal(size(bytes), text))
})
