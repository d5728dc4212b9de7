import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { waitFor, type Observation } from '../../../plugin/actions/wait.ts'
import type { Context } from '../../../plugin/cli/context.ts'
import { EXIT } from '../../../plugin/cli/exit-code.ts'
import { Failure } from '../../../plugin/cli/failure.ts'

const outage = (): Failure => new Failure('cannot reach the API server')

/** Waits while a minute goes by with each look; each step is what one look gives. */
const waiting = async (...steps: readonly (Observation | Failure)[]): Promise<{ readonly code: number, readonly told: readonly string[] }> => {
  const told: string[] = []
  const tell = (text: string): void => { told.push(text) }
  let looks = 0
  const context = { output: { note: tell, progress: tell }, now: () => new Date(looks * 60_000) } as unknown as Context
  const look = async (): Promise<Observation> => {
    const step = steps[looks++] ?? steps.at(-1) ?? assert.fail('no step')
    if (step instanceof Failure) throw step
    return step
  }
  const code = await waitFor(context, { what: 'backup/x', look, resume: 'It goes on; to wait again: wait x', timeout: '0s' })
  return { code, told }
}

describe('waitFor', { concurrency: 4 }, () => {
  it('waits out an outage of less than five minutes', async () => {
    const { code, told } = await waiting(outage(), outage(), outage(), outage(), outage(), { text: 'Completed', code: EXIT.ok })
    assert.equal(code, 0)
    assert.deepEqual(told, ['backup/x is not visible now: cannot reach the API server', 'backup/x Completed (after 6m)'])
  })
  it('counts anew after each look that succeeds', async () => {
    const { code } = await waiting(outage(), outage(), outage(), { text: 'Running' }, outage(), outage(), outage(), { text: 'Completed', code: EXIT.ok })
    assert.equal(code, 0)
  })
  it('gives up after five minutes, and says how to wait again', async () => {
    await assert.rejects(waiting(outage()), new Failure('cannot reach the API server. It goes on; to wait again: wait x'))
  })
  it('says so, too, when one is not let in any more', async () => {
    await assert.rejects(waiting(new Failure('not logged in', EXIT.forbidden)), (error: Failure) => error.exitCode === EXIT.forbidden && error.message.endsWith('to wait again: wait x'))
  })
  it('but not when there is nothing to wait for', async () => {
    await assert.rejects(waiting(new Failure('not found', EXIT.notFound)), (error: Failure) => error.message === 'not found')
  })
})
