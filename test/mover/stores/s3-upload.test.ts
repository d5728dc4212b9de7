import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { after, before, test } from 'node:test'
import { TransientError } from '../../../lib/errors.ts'
import { s3Store } from '../../../mover/stores/s3.ts'
import { once, readText, writeText, type Store } from '../../../mover/stores/store.ts'
import { conform, keys } from './conformance.ts'
import { errorAnswer, fails, failsAfter, failsWell, halves, ignoresConditions, knowsNoConditions, loses, lyingProxy, type HttpLie, type LyingProxy } from './lying-proxy.ts'
import { makeBucket, NO_S3, startS3, type TestS3 } from './minio.ts'
import { unfinishedUploads } from './uploads.ts'

const bucket = `holdfast-lies-${randomBytes(4).toString('hex')}`
const LARGE = randomBytes(21 << 20)
let s3: TestS3
let proxy: LyingProxy

/** One place, seen through the proxy and without it. */
async function openBoth(): Promise<{ readonly lying: Store; readonly honest: Store; readonly full: (key: string) => string }> {
  const prefix = `p/${randomBytes(6).toString('hex')}/ns`
  const open = (endpoint: string) => s3Store({ bucket, prefix, endpoint, env: s3.env })
  return { lying: await open(proxy.endpoint), honest: await open(s3.endpoint), full: key => `${prefix}/${key}` }
}

const asked = (method: string, pattern: RegExp) => (incoming: IncomingMessage) => incoming.method === method && pattern.test(incoming.url ?? '')
const COMPLETE = asked('POST', /uploadId=/)
const BEGIN = asked('POST', /uploads/)
const PART = asked('PUT', /partNumber=/)
const WHOLE = asked('PUT', /\/x\?/)
const LIST = asked('GET', /list-type=2/)

async function all(store: Store, key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await store.get(key) ?? []) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What a put of a large or small object must come to, when the n-th of such requests is lied to once, and when all are. */
const PUTS: readonly { readonly sentence: string; readonly where: (incoming: IncomingMessage) => boolean; readonly does: HttpLie; readonly large: boolean; readonly once: boolean; readonly always: boolean }[] = [
  { sentence: 'the upload was completed, and 500 told', where: COMPLETE, does: failsAfter, large: true, once: true, always: true },
  { sentence: 'the upload was completed, and the answer lost', where: COMPLETE, does: loses, large: true, once: true, always: true },
  { sentence: 'the upload was not completed, and 200 told with an error in the body', where: COMPLETE, does: failsWell, large: true, once: true, always: false },
  { sentence: 'the upload was not completed, and 503 told', where: COMPLETE, does: fails, large: true, once: true, always: false },
  { sentence: 'a part was stored, and 500 told', where: PART, does: failsAfter, large: true, once: true, always: false },
  { sentence: 'a part was stored, and the answer lost', where: PART, does: loses, large: true, once: true, always: false },
  { sentence: 'an upload was begun, and 500 told', where: BEGIN, does: failsAfter, large: true, once: true, always: false },
  { sentence: 'a small object was stored, and 500 told', where: WHOLE, does: failsAfter, large: false, once: true, always: false },
  { sentence: 'a small object was stored, and the answer lost', where: WHOLE, does: loses, large: false, once: true, always: false },
  { sentence: 'a small object was not stored, and 200 told with an error in the body', where: WHOLE, does: failsWell, large: false, once: true, always: false },
  { sentence: 'a small object was not stored, and 503 told', where: WHOLE, does: fails, large: false, once: true, always: false },
]

if (NO_S3 !== undefined) test('S3 that lies', { skip: NO_S3 }, () => undefined)
else overLies()

function overLies(): void {
  before(async () => {
    s3 = await startS3()
    await makeBucket(s3, bucket)
    proxy = await lyingProxy(s3.endpoint)
  })
  after(async () => {
    await proxy.stop()
    await s3.stop()
  })
  for (const { sentence, where, does, large, ...succeeds } of PUTS) {
    test(`s3: ${sentence}: what is told to be stored is, else it is tried again, and then it is`, async () => {
      const { lying, honest, full } = await openBoth()
      for (const how of ['once', 'always'] as const) {
        const content = large ? Buffer.concat([LARGE, randomBytes(8)]) : randomBytes(100)
        proxy.lie(does, { where, times: how === 'once' ? 1 : Infinity })
        const told = await lying.put('x', once(content)).then(({ bytes }) => bytes === content.length, (error: Error) => error)
        assert.ok(proxy.struck() > 0, 'the lie was told')
        proxy.honest()
        if (told instanceof Error) assert.ok(told instanceof TransientError, `${how}: ${told.stack}`)
        assert.equal(told === true, succeeds[how], `${how}: ${String(told)}`)
        // An upload of which the client never heard is left until the next one of that key, or a sweep.
        if (told !== true || where === BEGIN) await lying.put('x', once(content))
        assert.ok((await all(honest, 'x')).equals(content))
        assert.deepEqual(await unfinishedUploads(s3, bucket, [full('x')]), [])
      }
    })
  }

  for (const [sentence, does] of [['500 told', failsAfter], ['the answer lost', loses]] as const) {
    test(`s3: created, and ${sentence}: the key is told to be taken, and holds what was created`, async () => {
      const { lying, honest } = await openBoth()
      proxy.lie(does, { where: incoming => incoming.headers['if-none-match'] !== undefined, times: 1 })
      assert.deepEqual([await lying.create('x', Buffer.from('mine')), await readText(honest, 'x')], [false, 'mine'])
    })
  }
  test('s3: a listing that is told to be well with an error in its body is no empty listing', async () => {
    const { lying, honest } = await openBoth()
    await writeText(honest, 'a', 'x')
    proxy.lie(failsWell, { where: LIST })
    await assert.rejects(keys(lying, ''), { name: 'TransientError', reason: 'StoreUnreachable' })
    proxy.lie(failsWell, { where: LIST, times: 1 })
    assert.deepEqual(await keys(lying, ''), ['a'])
  })
  for (const [status, code] of [[403, 'AccessDenied'], [501, 'NotImplemented']] as const) {
    test(`s3: ${code} for a list of uploads: objects are stored all the same, and a sweep tells that it saw none`, async () => {
      const { lying } = await openBoth()
      proxy.lie(call => errorAnswer(call, status, code), { where: asked('GET', /[?&]uploads/) })
      assert.equal((await lying.put('x', once(Buffer.from('content')))).bytes, 7)
      assert.equal(await lying.sweep(new Date()), undefined)
      proxy.lie(call => errorAnswer(call, 403, 'SignatureDoesNotMatch'), { where: asked('GET', /[?&]uploads/) })
      await assert.rejects(lying.sweep(new Date()), { reason: 'AccessDenied' })
    })
  }
  test('s3: a listing that is cut off is none', async () => {
    const { lying, honest } = await openBoth()
    await writeText(honest, 'a', 'x')
    proxy.lie(halves, { where: LIST })
    await assert.rejects(keys(lying, ''), { name: 'TransientError' })
  })
  test('s3: a store that ignores conditions and says nothing does not lose what is there', async () => {
    const { lying, honest } = await openBoth()
    await writeText(honest, 'taken', 'first')
    const direct = await s3Store({ bucket, prefix: '', endpoint: s3.endpoint, env: s3.env })
    proxy.lie(ignoresConditions(async (path, body) => void await direct.put(path.slice(bucket.length + 2).replace(/\?.*/, ''), once(body))))
    assert.deepEqual([await lying.create('taken', Buffer.from('second')), await readText(honest, 'taken')], [false, 'first'])
    assert.deepEqual([await lying.create('free', Buffer.from('new')), await readText(honest, 'free')], [true, 'new'])
  })

  let requests = 0
  const failed = new Set<string>()
  // None twice in a row: with many at once, one would else fail as often as it is tried.
  const poor: HttpLie = call => {
    const name = `${call.incoming.method} ${call.incoming.url}`
    const isRetried = failed.delete(name)
    if (++requests % 9 > 0 || isRetried) return knowsNoConditions(call)
    failed.add(name)
    return errorAnswer(call, 500, 'InternalError')
  }
  conform({
    name: 's3 that fails at every ninth request and knows no conditions', again: true, conditional: false,
    open: async () => {
      proxy.lie(poor)
      return (await openBoth()).lying
    },
  })
}
