import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import test from 'node:test'
import { readJson } from '../../hooks/body.ts'

/** A request whose body arrives in these chunks. */
function arriving(chunks: readonly (string | Buffer)[], headers: Record<string, string> = {}): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  Object.assign(request.headers, headers)
  for (const chunk of chunks) request.push(chunk)
  request.push(null)
  return request
}

test('JSON in any number of chunks, also cut within a character', async () => {
  const bytes = Buffer.from('{"name":"größe"}')
  for (const cut of [1, 11, 12, 13]) {
    assert.deepEqual(await readJson(arriving([bytes.subarray(0, cut), bytes.subarray(cut)]), 100), { name: 'größe' }, `${cut}`)
  }
})

const refused: readonly { says: string; chunks: readonly (string | Buffer)[]; headers?: Record<string, string>; status: number; message: RegExp }[] = [
  { says: 'an empty body', chunks: [], status: 400, message: /got none/ },
  { says: 'no JSON', chunks: ['{"token": "sw0rdfish"'], status: 400, message: /not JSON/ },
  { says: 'bytes that are not UTF-8', chunks: [Buffer.from([0x22, 0xff, 0x22])], status: 400, message: /not UTF-8/ },
  { says: 'more than the limit', chunks: ['"', 'x'.repeat(60), 'y'.repeat(60), '"'], status: 413, message: /larger than 100/ },
  { says: 'more than the limit, as announced', chunks: [], headers: { 'content-length': '101' }, status: 413, message: /larger than 100/ },
  { says: 'a compressed body', chunks: ['x'], headers: { 'content-encoding': 'br' }, status: 415, message: /must not be compressed/ },
]
for (const { says, chunks, headers, status, message } of refused) {
  test(`refused: ${says}`, async () => {
    await assert.rejects(readJson(arriving(chunks, headers), 100), (error: Error & { status: number }) => {
      assert.equal(error.status, status)
      assert.match(error.message, message)
      assert.doesNotMatch(error.message, /sw0rdfish/)
      return true
    })
  })
}

test('a connection that breaks is no end of the body', async () => {
  const request = new IncomingMessage(new Socket())
  const read = readJson(request, 100)
  request.push('{}')
  request.destroy(new Error('reset'))
  await assert.rejects(read, { status: 400, message: /connection broke/ })
})

test('patience with a body ends', async () => {
  const request = new IncomingMessage(new Socket())
  request.push('{"half":')
  await assert.rejects(readJson(request, 100, 5), { status: 408, reason: 'BodyTimeout', headers: { Connection: 'close' } })
})
