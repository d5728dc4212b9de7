import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unavailable } from '../metacontroller/api-server.ts'
import { render } from './render.ts'

const skip = unavailable('the values schema')

/** What a person may get wrong, and the word of the refusal. */
const refused: readonly [string, object, RegExp][] = [
  ['a misspelt section', { metacontroler: {} }, /metacontroler/],
  ['a misspelt value', { hooks: { replica: 3 } }, /replica/],
  ['no replicas', { hooks: { replicas: 0 } }, /replicas/],
  ['replicas as text', { hooks: { replicas: '2' } }, /replicas/],
  ['a log level that does not exist', { hooks: { logLevel: 'verbose' } }, /logLevel/],
  ['a Secret by a name that none can have', { hooks: { tokenSecret: 'My_Token' } }, /tokenSecret/],
  ['a pull policy that does not exist', { image: { pullPolicy: 'Sometimes' } }, /pullPolicy/],
  ['an empty repository', { image: { hooks: { repository: '' } } }, /repository/],
  ['a snapshot mode that does not exist', { snapshots: { mode: 'on' } }, /mode/],
  ['a number as an annotation', { hooks: { podAnnotations: { build: 7 } } }, /build/],
  ['no workers', { metacontroller: { workers: 0 } }, /workers/],
  ['a name where a NetworkPolicy has selectors', { networkPolicy: { metricsFrom: ['monitoring'] } }, /metricsFrom/],
  ['a peer that would be everybody', { networkPolicy: { metricsFrom: [{}] } }, /metricsFrom/],
  ['tolerations that are no list', { hooks: { tolerations: {} } }, /tolerations/],
]

describe('values.schema.json', { skip }, () => {
  for (const [what, values, word] of refused) {
    it(`refuses ${what}`, async () => { await assert.rejects(render({ values }), word) })
  }
})
