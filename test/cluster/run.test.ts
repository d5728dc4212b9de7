import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from './run.ts'

test('a command that does not end is ended, and says so', async () => {
  assert.deepEqual(await run('sleep', ['60'], { allowFailure: true, timeoutSeconds: 0.2 }), { code: 128, stdout: '', stderr: '\nSIGTERM after 0.2 s' })
})

test('one that ends by itself has its own code', async () => {
  assert.deepEqual(await run('sh', ['-c', 'cat; echo no >&2; exit 3'], { allowFailure: true, input: 'in', timeoutSeconds: 60 }), { code: 3, stdout: 'in', stderr: 'no\n' })
  await assert.rejects(run('sh', ['-c', 'echo no >&2; exit 3']), /exit code 3\nno/)
})
