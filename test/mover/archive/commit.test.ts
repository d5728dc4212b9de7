import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { commit } from '../../../mover/archive/commit.ts'
import type { Manifest } from '../../../mover/archive/manifest.ts'
import { writeData } from '../../../mover/archive/write.ts'
import type { Store } from '../../../mover/stores/store.ts'
import { bench } from '../context.ts'
import { faultyStore } from '../stores/faults.ts'
import { memoryStore } from '../stores/memory.ts'
import { inTurns } from '../stores/turns.ts'
import { sha256, streamHash } from '../world.ts'

const handle = 'archive/data/b1'
const MANIFEST = `${handle}/manifest.json`

/** Two movers at one point, of which the first makes i steps, then the second j, then the first all that are left, then the second. */
for (const [sentence, contents] of [['the same', ['same', 'same']], ['other', ['one', 'other']]] as const) {
  test(`two movers with ${sentence} data: wherever they meet, at least one is good, and the point is whole`, async () => {
    for (let i = 0; i < 14; i += 1) {
      for (let j = 0; j < 14; j += 1) {
        const turns = [...Array<number>(i).fill(0), ...Array<number>(j).fill(1), ...Array<number>(20).fill(0)]
        const { good, point } = await twoMovers(contents, () => turns.shift() ?? 1)
        assert.ok(good > 0, `neither was good: ${i}, ${j}`)
        assert.ok(point, `the point is gone: ${i}, ${j}`)
      }
    }
  })
}

test('two movers with the same data: however their steps mix, a point that one has told is whole', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 30, maxLength: 30 }), async mixed => {
    const turns = [...mixed]
    const { good, point } = await twoMovers(['same', 'same'], () => turns.shift() ?? 1)
    assert.ok(good === 0 || point)
  }), { numRuns: 200 })
})

test('a mover that wakes late finds its very bytes promised by another: that one\'s manifest stays', async () => {
  const { memory, stored, finish } = await placed('same')
  await memory.create(MANIFEST, Buffer.from(JSON.stringify({ ...stored, startTime: '2001-01-01T00:00:00Z' })))
  const before = memory.objects.get(MANIFEST)
  assert.equal((await finish()).sha256, stored.sha256)
  assert.equal(memory.objects.get(MANIFEST), before)
})

test('the manifest of an earlier run, written at the last moment, is no answer: with its data it is left, without it it is replaced', async () => {
  for (const [content, inPlace, expected] of [['ours', 'theirs', 'TargetExists'], ['ours', 'ours', undefined], ['same', 'same', undefined]] as const) {
    const { memory, stored, finish } = await placed(content, 'new')
    const theirs = { ...stored, run: 'old', storedSha256: sha256(Buffer.from(content === 'same' ? 'same' : 'theirs')) }
    await memory.create(MANIFEST, Buffer.from(JSON.stringify(theirs)))
    memory.objects.set(`${handle}/data.stream`, { content: Buffer.from(inPlace), modified: new Date(0) })
    if (expected) await assert.rejects(finish(), { name: 'UserError', reason: expected })
    else assert.equal((await finish()).sha256, stored.sha256)
    const { run } = JSON.parse(String(memory.objects.get(MANIFEST)?.content)) as Manifest
    assert.equal(run, expected ? 'old' : 'new')
  }
})

for (const content of ['some', '']) {
  test(`data that is gone when its manifest is written leaves no point (${content.length} bytes)`, async () => {
    const { memory, finish } = await placed(content)
    await memory.delete(`${handle}/data.stream`)
    await assert.rejects(finish(), { name: 'TransientError', reason: 'MoverFailed' })
    assert.equal(memory.objects.has(MANIFEST), false)
  })
}

test('who finds its data replaced does not remove the manifest that came with the other', async () => {
  const { memory, stored, finish } = await placed('same')
  const faulty = faultyStore(memory)
  faulty.fault('head', key => key.endsWith('data.stream')).does(async ({ real }) => {
    // The same stream, stored as other bytes: by another version of a compressor.
    memory.objects.set(`${handle}/data.stream`, { content: Buffer.from('other'), modified: new Date(0) })
    memory.objects.set(MANIFEST, { content: Buffer.from(JSON.stringify({ ...stored, storedSha256: sha256(Buffer.from('other')) })), modified: new Date(0) })
    return real()
  })
  await assert.rejects(finish(faulty), { name: 'TransientError', reason: 'MoverFailed' })
  assert.ok(memory.objects.has(MANIFEST))
})

/** A mover whose data is in its store, and who is about to write its manifest, which `finish` does. */
async function placed(content: string, run?: string) {
  using here = bench()
  const memory = memoryStore()
  const context = here.context({ compression: 'none', ...(run !== undefined && { run }) }, { store: memory })
  const point = { volume: 'data', backup: 'b1' }
  const output = (async function* () { yield Buffer.from(content) })()
  const data = await writeData(context, { kind: 'stream', output, ...point })
  const stored: Manifest = {
    format: 1, kind: 'stream', namespace: 'ns', ...point, ...data.written, errors: 0, errorSamples: [], startTime: '', endTime: '', tools: {},
  }
  const finish = (store: Store = memory) => commit({ ...context, store }, { kind: 'stream', point, startTime: '', ...data, errors: { count: 0, samples: [] }, tools: {} })
  return { memory, stored, finish }
}

/** How many of two movers ended well, and whether their point is whole. A manifest that promises other data than there is throws. */
async function twoMovers(contents: readonly string[], choose: () => number): Promise<{ readonly good: number; readonly point: boolean }> {
  using here = bench()
  let now = Date.now()
  const tick = () => new Date(now += 1)
  const memory = memoryStore(tick)
  const point = { volume: 'data', backup: 'b1' }
  let good = 0
  await inTurns(memory, contents.map(content => async store => {
    const context = here.context({ compression: 'none' }, { store, now: tick })
    const output = (async function* () { yield Buffer.from(content) })()
    const startTime = context.now().toISOString()
    const end = writeData(context, { kind: 'stream', output, ...point })
      .then(({ written, placed }) => commit(context, { kind: 'stream', point, startTime, written, placed, errors: { count: 0, samples: [] }, tools: {} }))
    await end.then(() => { good += 1 }, (error: Error) => assert.equal(error.name, 'TransientError'))
  }), choose)
  return { good, point: streamHash(memory.objects, handle) !== undefined }
}
