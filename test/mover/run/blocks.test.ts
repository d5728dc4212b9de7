import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import test from 'node:test'
import fc from 'fast-check'
import { blocks } from '../../../mover/run/blocks.ts'

test('blocks joined are the stream, and all but the last have the size', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })), fc.integer({ min: 1, max: 40 }), async (chunks, size) => {
    const out: Buffer[] = []
    for await (const block of blocks(Readable.from(chunks.map(chunk => Buffer.from(chunk))), size)) out.push(block)
    assert.deepEqual(Buffer.concat(out), Buffer.concat(chunks))
    assert.ok(out.slice(0, -1).every(block => block.length === size))
  }))
})
