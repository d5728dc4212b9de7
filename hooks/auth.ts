import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Problem } from './problem.ts'

/** Throws Problem 401 unless the value of an Authorization header carries the token. */
export type Authenticate = (authorization: string | undefined) => void

const REREAD_MS = 1000

/**
 * Checks bearer tokens against a file, usually a mounted Secret. A renewed Secret is noticed when a token does not match, so
 * the new one works at once and the old one for at most a minute. `clock` is in milliseconds.
 * Throws when the file is absent or empty: a server whose effects are privileged must not start without a token.
 */
export function bearerToken(file: string, clock: () => number): Authenticate {
  let expected = digest(readToken(file))
  let readAt = clock()
  const refresh = (maxAgeMs: number): void => {
    if (clock() - readAt < maxAgeMs) return
    readAt = clock()
    expected = digest(lastingToken(file)) ?? expected
  }
  return authorization => {
    const given = digest(/^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1])
    refresh(60 * REREAD_MS)
    if (matches(given, expected)) return
    refresh(REREAD_MS)
    if (!matches(given, expected)) throw refused(authorization)
  }
}

function readToken(file: string): string {
  let token = ''
  try {
    token = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new Error(`cannot read the token file ${file}; mount the Secret with the hooks' token there, or set HOLDFAST_TOKEN_FILE`, { cause: error })
  }
  if (token === '' || /\s/.test(token)) throw new Error(`the token file ${file} must hold one token without blanks, it has ${token.length} characters`)
  return token
}

/** While a Secret is being swapped its file may be absent for a moment; the token known so far then stays. */
function lastingToken(file: string): string | undefined {
  try {
    return readToken(file)
  } catch {
    return undefined
  }
}

/** Digests have one length, so that comparing them tells nothing about the token's. */
function digest(token: string | undefined): Buffer | undefined {
  return token === undefined ? undefined : createHash('sha256').update(token).digest()
}

function matches(given: Buffer | undefined, expected: Buffer | undefined): boolean {
  return given !== undefined && expected !== undefined && timingSafeEqual(given, expected)
}

function refused(authorization: string | undefined): Problem {
  const got = authorization === undefined ? 'no Authorization header' : 'another token'
  const message = `a bearer token is needed, got ${got}; Metacontroller needs the token that the hooks have (Secret holdfast-hooks-token, or the chart's hooks.tokenSecret) and a restart after a renewal`
  return new Problem(401, 'Unauthorized', { message, headers: { 'WWW-Authenticate': 'Bearer' } })
}
