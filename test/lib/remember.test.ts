import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { remember } from '../../lib/remember.ts'

describe('remember', () => {
  it('computes an answer once, undefined too', () => {
    const asked: string[] = []
    const find = remember((key) => { asked.push(key); return key === 'none' ? undefined : key.length })
    assert.deepEqual([find('abc'), find('abc'), find('none'), find('none')], [3, 3, undefined, undefined])
    assert.deepEqual(asked, ['abc', 'none'])
  })

  it('does not remember a failure', () => {
    let failures = 0
    const find = remember(() => { failures += 1; throw new Error('no') })
    assert.throws(() => find('a'))
    assert.throws(() => find('a'))
    assert.equal(failures, 2)
  })

  it('forgets all after a thousand and still answers right', () => {
    const asked: string[] = []
    const find = remember((key) => { asked.push(key); return key })
    for (let index = 0; index < 1001; index += 1) find(String(index))
    assert.equal(find('0'), '0')
    assert.equal(asked.filter((key) => key === '0').length, 2)
  })
})
