import assert from 'node:assert/strict'
import test from 'node:test'
import { optionsFrom } from '../../hooks/options.ts'

const least = { HOLDFAST_TOKEN_FILE: '/token', HOLDFAST_MOVER_IMAGE: 'mover:1' }

test('what must be said, and the defaults of the rest', () => {
  assert.deepEqual(optionsFrom(least), { port: 8080, tokenFile: '/token', logLevel: 'info', settings: { moverImage: 'mover:1', imagePullPolicy: 'IfNotPresent' } })
})

test('everything said', () => {
  assert.deepEqual(optionsFrom({ ...least, PORT: '9000', LOG_LEVEL: 'debug', HOLDFAST_IMAGE_PULL_POLICY: 'Never' }),
    { port: 9000, tokenFile: '/token', logLevel: 'debug', settings: { moverImage: 'mover:1', imagePullPolicy: 'Never' } })
})

const wrong = [
  { says: 'no token file', env: { ...least, HOLDFAST_TOKEN_FILE: '' }, message: /HOLDFAST_TOKEN_FILE must be set/ },
  { says: 'no mover image', env: { HOLDFAST_TOKEN_FILE: '/token' }, message: /HOLDFAST_MOVER_IMAGE must be set/ },
  { says: 'a port that is none', env: { ...least, PORT: '80a' }, message: /PORT must be a port number, got "80a"/ },
  { says: 'a port out of range', env: { ...least, PORT: '65536' }, message: /PORT/ },
  { says: 'an unknown pull policy', env: { ...least, HOLDFAST_IMAGE_PULL_POLICY: 'Sometimes' }, message: /Always, IfNotPresent, Never, got "Sometimes"/ },
  { says: 'an unknown log level', env: { ...least, LOG_LEVEL: 'loud' }, message: /LOG_LEVEL must be one of/ },
]
for (const { says, env, message } of wrong) {
  test(`refused: ${says}`, () => assert.throws(() => optionsFrom(env), { message }))
}
