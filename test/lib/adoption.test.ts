import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { adoptionRefusal, ownSince } from '../../lib/adoption.ts'
import { policy } from './backups.ts'

const adopting = (uid: string) => policy({ metadata: { uid: 'uid-1', annotations: { 'holdfast.dev/adopt-backups': uid } } })
const MADE = Date.parse('2026-11-01T00:00:00Z')

describe('ownSince', () => {
  it('is when the policy was made', () => assert.equal(ownSince(policy()), MADE))
  it('is for ever once it has adopted the older ones', () => assert.equal(ownSince(adopting('uid-1')), -Infinity))
  it('is not by the word for another policy of its name', () => assert.equal(ownSince(adopting('uid-0')), MADE))
  it('is not by a word that names none', () => assert.equal(ownSince(adopting('true')), MADE))
  it('is for ever when nobody knows when it was made', () => assert.equal(ownSince({ ...policy(), metadata: { name: 'x' } }), -Infinity))
})

describe('adoptionRefusal', () => {
  it('has no word when nobody said anything', () => assert.equal(adoptionRefusal(policy()), undefined))
  it('says what the word has to be', () => assert.match(adoptionRefusal(adopting('true')) ?? '', /has to be the UID of this policy$/))
})
