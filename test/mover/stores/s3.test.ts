import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { s3Store } from '../../../mover/stores/s3.ts'
import { readText, writeText } from '../../../mover/stores/store.ts'
import { breakingServer } from './breaking-server.ts'
import { conform, keys } from './conformance.ts'
import { freePort, makeBucket, NO_S3, startS3, type TestS3 } from './minio.ts'

const bucket = `holdfast-test-${randomBytes(4).toString('hex')}`
let s3: TestS3
const open = (changes: object = {}) => s3Store({ bucket, prefix: `p/${randomBytes(6).toString('hex')}/ns`, endpoint: s3.endpoint, env: s3.env, ...changes })

if (NO_S3 !== undefined) {
  test('S3 store against a real server', { skip: NO_S3 }, () => undefined)
} else {
  before(async () => {
    s3 = await startS3()
    await makeBucket(s3, bucket)
  })
  after(() => s3.stop())
  conform({ name: 's3', open })

  test('an absent bucket is BucketNotFound, whatever is asked', async () => {
    const store = await open({ bucket: 'holdfast-absent' })
    const asks: readonly (() => Promise<unknown>)[] = [
      () => writeText(store, 'x', 'x'), () => store.get('x'), () => store.head('x'), () => store.create('x', Buffer.from('x')),
      async () => { for await (const _ of store.list('')) void _ },
    ]
    for (const ask of asks) await assert.rejects(ask, { name: 'UserError', reason: 'BucketNotFound' })
  })
  test('an unknown key id is AccessDenied', async () => {
    const store = await open({ env: { ...s3.env, AWS_ACCESS_KEY_ID: 'nobody' } })
    await assert.rejects(writeText(store, 'x', 'x'), { name: 'UserError', reason: 'AccessDenied' })
  })
  test('a wrong secret is AccessDenied, and is not told', async () => {
    const store = await open({ env: { ...s3.env, AWS_SECRET_ACCESS_KEY: 'wrong-secret-value' } })
    await assert.rejects(store.head('x'), (error: Error & { reason?: string }) => error.reason === 'AccessDenied' && !error.message.includes('wrong-secret-value'))
  })
  for (const hours of [-2, 2]) {
    test(`a node whose clock is ${hours} hours off stores and reads all the same`, async t => {
      t.mock.timers.enable({ apis: ['Date'], now: Date.now() + hours * 3_600_000 })
      const store = await open()
      assert.equal(await store.head('x'), undefined)
      await writeText(store, 'x', 'kept')
      assert.equal(await readText(await open(), 'x'), undefined)
      assert.equal(await readText(store, 'x'), 'kept')
    })
  }
  test('more keys than one page of a listing holds are all listed', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 1100 }, (_, index) => store.create(`k/${index}`, Buffer.from('x'))))
    let count = 0
    for await (const _ of store.list('k/')) count += 1
    assert.equal(count, 1100)
  })
  test('a store does not see one whose prefix begins alike', async () => {
    const prefix = `q/${randomBytes(6).toString('hex')}`
    const [shop, shop2] = [await open({ prefix: `${prefix}/shop` }), await open({ prefix: `${prefix}/shop2` })]
    await writeText(shop2, 'a', 'x')
    assert.deepEqual([await keys(shop, ''), await keys(shop2, '')], [[], ['a']])
  })
  test('an empty prefix works', async () => {
    const store = await open({ prefix: '' })
    await writeText(store, 'top', 'x')
    assert.equal(await readText(store, 'top'), 'x')
    await store.delete('top')
  })
}

test('nobody listening is StoreUnreachable', async () => {
  const store = await s3Store({ bucket, prefix: '', endpoint: `http://127.0.0.1:${await freePort()}`, env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'bbbb' } })
  await assert.rejects(store.head('x'), { name: 'TransientError', reason: 'StoreUnreachable' })
})

const credentials = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'bbbb' }
const CONTENT = Buffer.from('A text that is read in many small pieces, for the connection breaks off after each of them.')

test('a download that breaks off again and again, but gets on, comes to its end', async () => {
  const server = await breakingServer(CONTENT, () => 7)
  try {
    const store = await s3Store({ bucket, prefix: '', endpoint: server.endpoint, env: credentials })
    assert.equal(await readText(store, 'x'), String(CONTENT))
    assert.equal(server.asked(), Math.ceil(CONTENT.length / 7))
  } finally {
    await server.stop()
  }
})

test('a download that does not get on is given up', async () => {
  const server = await breakingServer(CONTENT, n => n < 3 ? 7 : 0)
  try {
    const store = await s3Store({ bucket, prefix: '', endpoint: server.endpoint, env: credentials })
    await assert.rejects(readText(store, 'x'), { name: 'TransientError', reason: 'StoreUnreachable' })
    assert.equal(server.asked(), 3 + 5)
  } finally {
    await server.stop()
  }
})
