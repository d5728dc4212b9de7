import assert from 'node:assert/strict'
import test from 'node:test'
import { realTimer, withDeadline } from '../../hooks/deadline.ts'

const nobodyGoes = () => undefined

test('what is done in time is the result', async () => {
  assert.equal(await withDeadline({ milliseconds: 1000, after: realTimer }, nobodyGoes, () => Promise.resolve('done')), 'done')
})

test('what fails in time fails as it did', async () => {
  await assert.rejects(withDeadline({ milliseconds: 1000, after: realTimer }, nobodyGoes, () => Promise.reject(new Error('mine'))), /mine/)
})

test('after the deadline it is a 503 and the signal is aborted', async () => {
  let seen: AbortSignal | undefined
  const work = (signal: AbortSignal) => {
    seen = signal
    return new Promise<never>(() => undefined)
  }
  await assert.rejects(withDeadline({ milliseconds: 5, after: realTimer }, nobodyGoes, work), { status: 503, reason: 'DeadlineExceeded' })
  assert.equal(seen?.aborted, true)
})

test('a caller who goes ends the work at once', async () => {
  let go = () => undefined as void
  const result = withDeadline({ milliseconds: 60_000, after: realTimer }, (gone) => { go = gone }, () => new Promise<never>(() => undefined))
  go()
  await assert.rejects(result, { status: 503, message: /closed the connection/ })
})

test('a caller who goes after the answer disturbs nothing', async () => {
  let go = () => undefined as void
  assert.equal(await withDeadline({ milliseconds: 60_000, after: realTimer }, (gone) => { go = gone }, () => Promise.resolve('done')), 'done')
  go()
})
