import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { crossingsOf, isCrossing, withCrossings } from '../../../mover/run/crossings.ts'
import { bench } from '../context.ts'

test('a volume that is one file system has no crossings; links are not followed, and a folder that went away is none', async () => {
  using here = bench()
  mkdirSync(join(here.folder, 'a', 'b'), { recursive: true })
  writeFileSync(join(here.folder, 'a', 'file'), 'x')
  symlinkSync('/proc', join(here.folder, 'a', 'link'))
  symlinkSync('.', join(here.folder, 'a', 'loop'))
  assert.deepEqual(await crossingsOf(here.context({}), here.folder), { count: 0, samples: [] })
  assert.deepEqual(await crossingsOf(here.context({}), join(here.folder, 'gone')), { count: 0, samples: [] })
})

test('a stop ends the look', async () => {
  using here = bench()
  await assert.rejects(crossingsOf(here.context({}, { signal: AbortSignal.abort() }), here.folder))
})

test('of many crossings and many files at least two of each are shown', async () => {
  const of = (word: string) => ({ count: 9, samples: Array.from({ length: 5 }, (_, index) => `${word}${index}`) })
  assert.deepEqual(withCrossings(of('file'), of('crossing')), { count: 18, samples: ['crossing0', 'crossing1', 'crossing2', 'file0', 'file1'] })
  assert.deepEqual(withCrossings({ count: 0, samples: [] }, of('crossing')).samples.length, 5)
  assert.equal(isCrossing('./a: Cannot open: Permission denied'), false)
})
