import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOutcome, type Outcome } from '../../../hooks/jobs/outcome.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { ended, job, pod } from './pods.ts'

const good = { operation: 'backup', ok: true, handle: 'abc', bytes: 12, files: 3, errors: 0 }
const wrongKey = { operation: 'backup', ok: false, reason: 'WrongKey', message: 'the password opens no key of the repository' }

const cases: readonly [string, KubeObject, KubeObject[], Partial<Outcome> & { reason?: string }][] = [
  ['a Job without conditions runs, whatever its pods say', job(), [ended(0, good)], { state: 'running' }],
  ['SuccessCriteriaMet is not the end yet', job('SuccessCriteriaMet'), [ended(0, good)], { state: 'running' }],
  ['FailureTarget is not the end yet', job('FailureTarget'), [ended(2, wrongKey)], { state: 'running' }],
  ['a complete Job gives its result', job('Complete'), [ended(0, good)], { state: 'succeeded' }],
  ['the result of the attempt that succeeded counts, even if it is not the newest', job('Complete'), [ended(1), ended(0, good)], { state: 'succeeded' }],
  ['a complete Job without pods lost its result', job('Complete'), [], { state: 'lost' }],
  ['a complete Job whose pod wrote no JSON lost its result', job('Complete'), [ended(0, 'done')], { state: 'lost' }],
  ['a result of a pod that did not exit with 0 is none', job('Complete'), [ended(1, good)], { state: 'lost' }],
  ['a deadline beats what the mover says', job('Failed', 'DeadlineExceeded'), [ended(143)], { state: 'failed', reason: 'DeadlineExceeded' }],
  ['what was done is done, although the deadline passed before it was counted', job('Failed', 'DeadlineExceeded'), [ended(0, good)], { state: 'succeeded' }],
  ['the mover\'s own reason is taken', job('Failed', 'PodFailurePolicy'), [ended(2, wrongKey)], { state: 'failed', reason: 'WrongKey' }],
  ['the newest attempt speaks', job('Failed', 'BackoffLimitExceeded'), [ended(2, wrongKey), ended(137, '', 'OOMKilled')], { state: 'failed', reason: 'WrongKey' }],
  ['a pod that has not ended is passed over', job('Failed', 'BackoffLimitExceeded'), [pod({}), ended(2, wrongKey)], { state: 'failed', reason: 'WrongKey' }],
  ['out of memory is told from the container', job('Failed', 'BackoffLimitExceeded'), [ended(137, '', 'OOMKilled')], { state: 'failed', reason: 'OutOfMemory' }],
  ['SIGKILL without OOM is a kill', job('Failed', 'BackoffLimitExceeded'), [ended(137, '', 'Error')], { state: 'failed', reason: 'MoverKilled' }],
  ['SIGTERM is a kill', job('Failed', 'BackoffLimitExceeded'), [ended(143, '', 'Error')], { state: 'failed', reason: 'MoverKilled' }],
  ['any other code is a failure of the mover', job('Failed', 'BackoffLimitExceeded'), [ended(1, 'boom')], { state: 'failed', reason: 'MoverFailed' }],
  ['a failed Job without pods repeats what the Job says', job('Failed', 'BackoffLimitExceeded'), [], { state: 'failed', reason: 'MoverFailed' }],
  ['a good result of a failed Job is no success', job('Failed', 'BackoffLimitExceeded'), [ended(1, good)], { state: 'failed', reason: 'MoverFailed' }],
]

for (const [sentence, theJob, pods, expected] of cases) {
  test(sentence, () => {
    const outcome = readOutcome(theJob, pods)
    assert.equal(outcome.state, expected.state)
    assert.equal('reason' in outcome ? outcome.reason : undefined, expected.reason)
    if (outcome.state === 'failed') assert.ok(outcome.message.length > 20, 'the message explains')
  })
}

test('the result is handed on whole', () => {
  const outcome = readOutcome(job('Complete'), [ended(0, good)])
  assert.deepEqual(outcome.state === 'succeeded' && outcome.result, good)
})
