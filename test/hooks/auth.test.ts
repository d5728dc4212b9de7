import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { bearerToken } from '../../hooks/auth.ts'

/** A token file and a clock in milliseconds, both to be changed. */
function setup(token: string) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-token-'))
  const file = join(folder, 'token')
  const time = { now: 0 }
  writeFileSync(file, token)
  return { file, time, clock: () => time.now, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

const cases = [
  { says: 'the token', header: 'Bearer secret', passes: true },
  { says: 'the token with a small scheme', header: 'bearer secret', passes: true },
  { says: 'no header', header: undefined, passes: false },
  { says: 'an empty header', header: '', passes: false },
  { says: 'another token', header: 'Bearer secreT', passes: false },
  { says: 'the beginning of the token', header: 'Bearer secre', passes: false },
  { says: 'more than the token', header: 'Bearer secrets', passes: false },
  { says: 'an empty token', header: 'Bearer ', passes: false },
  { says: 'another scheme', header: 'Basic secret', passes: false },
  { says: 'the bare token', header: 'secret', passes: false },
]
for (const { says, header, passes } of cases) {
  test(`${says} ${passes ? 'passes' : 'is refused'}`, () => {
    using at = setup('secret\n')
    const authenticate = bearerToken(at.file, at.clock)
    if (passes) authenticate(header)
    else assert.throws(() => authenticate(header), { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } })
  })
}

test('a server does not start without a token', () => {
  using at = setup('')
  assert.throws(() => bearerToken(at.file, at.clock), /must hold one token/)
  assert.throws(() => bearerToken(`${at.file}-absent`, at.clock), /mount the Secret/)
  writeFileSync(at.file, 'two words')
  assert.throws(() => bearerToken(at.file, at.clock), /one token without blanks/)
})

test('a renewed token works at once, and the old one no longer than a minute', () => {
  using at = setup('old')
  const authenticate = bearerToken(at.file, at.clock)
  writeFileSync(at.file, 'new')
  at.time.now = 2000
  authenticate('Bearer old')
  authenticate('Bearer new')
  assert.throws(() => authenticate('Bearer old'), { status: 401 })
})

test('an old token ends within a minute although nobody shows the new one', () => {
  using at = setup('old')
  const authenticate = bearerToken(at.file, at.clock)
  writeFileSync(at.file, 'new')
  at.time.now = 60_001
  assert.throws(() => authenticate('Bearer old'), { status: 401 })
})

test('a file that is away for a moment does not lock everybody out', () => {
  using at = setup('secret')
  const authenticate = bearerToken(at.file, at.clock)
  rmSync(at.file)
  at.time.now = 120_000
  authenticate('Bearer secret')
})

test('no message tells a token', () => {
  using at = setup('secret')
  assert.throws(() => bearerToken(at.file, at.clock)('Bearer guess'), (error: Error) => !/secret\b(?!s)|guess/.test(error.message.replace('Secret', '')))
})
