import assert from 'node:assert/strict'
import test from 'node:test'
import { byUrl } from '../../hooks/registry-map.ts'
import { registered } from './fake-hook.ts'

test('hooks are found by their kind in lower case', () => {
  const hook = registered()
  assert.equal(byUrl([hook]).get('backuprepository'), hook)
  assert.equal(byUrl([hook]).get('__proto__'), undefined)
})

test('two hooks of one kind are a mistake', () => {
  assert.throws(() => byUrl([registered(), registered()]), /two hooks/)
})
