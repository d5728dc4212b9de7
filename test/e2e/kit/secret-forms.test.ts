import assert from 'node:assert/strict'
import test from 'node:test'
import { leaks } from './secret-forms.ts'

const VALUE = 'pa"ss\\w0rd/+?é~~>>'
const needles = [{ name: 'the secret', value: VALUE }, { name: 'another', value: 'never-anywhere' }]
const found = (text: string): readonly string[] => leaks(needles, [{ where: 'here', text }])
const object = (text: string): string => JSON.stringify({ kind: 'Job', data: { text } })
const wrapped = (text: string): string => text.replaceAll(/.{19}/g, '$&\n')

/** Ways in which a secret gets into a text. */
const ways: Record<string, (value: string) => string> = {
  'as it is': value => `a ${value} b`,
  'in an address': value => `https://user:${encodeURIComponent(value)}@host/`,
  'in a form': value => new URLSearchParams({ password: value }).toString(),
  'in JSON': value => object(value),
  'in JSON that is a text of JSON': value => object(JSON.stringify({ env: [value] })),
  'in hexadecimal': value => `x${Buffer.from(value).toString('hex')}x`,
  'in capital hexadecimal': value => Buffer.from(value).toString('hex').toUpperCase(),
}
for (const before of ['', 'u', 'u:', 'use', 'user', 'user:']) {
  for (const after of ['', '!', '!!', '!!!']) {
    const whole = (value: string): Buffer => Buffer.from(`${before}${value}${after}`)
    ways[`in base64 between "${before}" and "${after}"`] = value => `Basic ${whole(value).toString('base64')} x`
    ways[`in base64 of addresses between "${before}" and "${after}"`] = value => `token=${whole(value).toString('base64url')}&x`
    ways[`in base64 that is cut into lines between "${before}" and "${after}"`] = value => wrapped(whole(value).toString('base64'))
  }
}
ways['in base64 that is cut into lines and stands in JSON'] = value => object(wrapped(Buffer.from(`:${value}`).toString('base64')))

for (const [way, plant] of Object.entries(ways)) {
  test(`a secret ${way} is found, and another of its length is not taken for it`, () => {
    assert.deepEqual(found(plant(VALUE)), ['here has the secret'])
    assert.deepEqual(found(plant([...VALUE].reverse().join(''))), [])
  })
}

test('a secret that is found in several forms is told once for each place', () => {
  const text = Object.values(ways).map(plant => plant(VALUE)).join('\n')
  assert.deepEqual(leaks(needles, [{ where: 'one', text }, { where: 'two', text }, { where: 'three', text: 'innocent' }]), ['one has the secret', 'two has the secret'])
})

test('the value itself is never told', () => {
  assert.ok(!found(VALUE).join().includes(VALUE))
})
