import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { firstChange, firstInstantOf, isTimeZone, wallTimeOf } from '../../lib/time-zone.ts'

const at = (text: string) => Date.parse(text)

describe('isTimeZone', () => {
  for (const zone of ['Etc/UTC', 'UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'EST']) it(`knows ${zone}`, () => assert.equal(isTimeZone(zone), true))
  for (const zone of ['', '+02:00', 'Mars/Base', 'Europe/', 'Local']) it(`does not know ${JSON.stringify(zone)}`, () => assert.equal(isTimeZone(zone), false))
})

describe('wallTimeOf and firstInstantOf', () => {
  const cases: [string, string, string, string][] = [
    ['whole hours', 'Europe/Berlin', '2026-07-01T10:00:00Z', '2026-07-01T12:00:00Z'],
    ['west of Greenwich', 'America/St_Johns', '2026-07-01T10:00:00Z', '2026-07-01T07:30:00Z'],
    ['three quarters', 'Asia/Kathmandu', '2026-07-01T10:00:00Z', '2026-07-01T15:45:00Z'],
    ['the next day', 'Pacific/Kiritimati', '2026-07-01T12:00:00Z', '2026-07-02T02:00:00Z'],
    ['none', 'Etc/UTC', '2026-07-01T10:00:00Z', '2026-07-01T10:00:00Z'],
  ]
  for (const [sentence, zone, instant, wall] of cases) {
    it(`know an offset of ${sentence}`, () => {
      assert.equal(wallTimeOf(zone, at(instant)), at(wall))
      assert.equal(firstInstantOf(zone, at(wall)), at(instant))
    })
  }

  it('take the first of two moments that show the same', () => assert.equal(firstInstantOf('Europe/Berlin', at('2026-10-25T02:30:00Z')), at('2026-10-25T00:30:00Z')))
  it('take the end of a gap', () => assert.equal(firstInstantOf('Europe/Berlin', at('2026-03-29T02:30:00Z')), at('2026-03-29T01:00:00Z')))

  it('keep the order of wall times', () => {
    const zone = fc.constantFrom('Europe/Berlin', 'Australia/Lord_Howe', 'America/Havana', 'Africa/Casablanca', 'Pacific/Chatham')
    const minute = fc.nat(370 * 1440).map((minutes) => at('2026-01-01T00:00:00Z') + minutes * 60_000)
    fc.assert(fc.property(zone, minute, fc.nat(300), (name, wall, minutes) => {
      assert.ok(firstInstantOf(name, wall) <= firstInstantOf(name, wall + minutes * 60_000))
    }), { numRuns: 2000 })
  })
})

describe('firstChange', () => {
  it('finds the minute', () => assert.equal(firstChange('Europe/Berlin', at('2026-01-01T00:00:00Z'), at('2026-12-31T00:00:00Z')), at('2026-03-29T01:00:00Z')))
  it('is undefined where nothing changes', () => assert.equal(firstChange('Etc/UTC', 0, at('2026-12-31T00:00:00Z')), undefined))
  it('does not count a change at its very beginning', () => assert.equal(firstChange('Europe/Berlin', at('2026-03-29T01:00:00Z'), at('2026-04-29T01:00:00Z')), undefined))
})
