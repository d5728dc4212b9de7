import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { endOf, isOfFuture, newestFirst } from '../../lib/newest.ts'
import { backup } from './backups.ts'

const now = new Date('2026-11-21T12:00:00Z')
const past = backup('past', 'Completed', '2026-11-20T02:00:00Z')
const recent = backup('recent', 'Failed', '2026-11-21T02:00:00Z')
const running = backup('running', 'Running', '2026-11-21T11:59:00Z')
const future = backup('future', 'Completed', '2026-11-21T12:00:01Z')
const later = backup('later', 'Completed', '2026-12-24T00:00:00Z')
const names = (...backups: Parameters<typeof newestFirst>[0]) => newestFirst(backups, now).map(({ metadata }) => metadata.name)

describe('newestFirst', () => {
  it('goes by the end, or the beginning of what goes on', () => assert.deepEqual(names(past, running, recent), ['running', 'recent', 'past']))
  it('ranks what is of the future last', () => assert.deepEqual(names(future, past, later, recent), ['recent', 'past', 'later', 'future']))
  it('ranks it as ever once its time has come', () => assert.deepEqual(newestFirst([past, future], new Date('2026-11-21T12:00:01Z')).map(({ metadata }) => metadata.name), ['future', 'past']))
  it('has one order for those that ended together', () => assert.deepEqual([names(past, { ...past, metadata: { ...past.metadata, name: 'quick' } }), names({ ...past, metadata: { ...past.metadata, name: 'quick' } }, past)], [['quick', 'past'], ['quick', 'past']]))
})

describe('isOfFuture', () => {
  it('is so one second before', () => assert.equal(isOfFuture(future, now), true))
  it('is not in that very second', () => assert.equal(isOfFuture(future, new Date('2026-11-21T12:00:01Z')), false))
  it('is never so of a run that goes on, whenever it was made', () => assert.equal(isOfFuture(backup('r', 'Running', '2027-01-01T00:00:00Z'), now), false))
  it('is not so without a readable time', () => assert.equal(isOfFuture({ ...past, status: { phase: 'Completed', completionTime: 'soon' } }, now), false))
})

describe('endOf', () => {
  it('is when it was made without an end', () => assert.equal(endOf(running), Date.parse('2026-11-21T11:59:00Z')))
  it('is long ago without any time', () => assert.equal(endOf({ ...running, metadata: { name: 'x', namespace: 'shop' } }), 0))
})
