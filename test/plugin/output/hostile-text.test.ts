import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiFailure } from '../../../plugin/api/api-error.ts'
import { CATALOGUE } from '../../../plugin/cli/catalogue.ts'
import { describeFailure } from '../../../plugin/cli/failure.ts'
import { createOutput } from '../../../plugin/output/terminal.ts'
import { runCli } from '../run-cli.ts'
import { EVIL, LINES, logs, objects } from './hostile-text/lines.ts'

const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/

describe('no text of others controls the terminal', { concurrency: 2 }, () => {
  for (const [line, fake] of LINES) {
    it(`kubectl backup ${JSON.stringify(line)}${fake === undefined ? '' : ', refused'}`, async () => {
      const { stdout, stderr } = await runCli(line.split(' '), { objects, logs, ...fake })
      assert.doesNotMatch(stdout + stderr, CONTROLS)
      assert.ok(stdout.length + stderr.length > 0)
    })
  }

  it('by any command', () => {
    for (const { verb } of CATALOGUE) assert.ok(LINES.some(([line]) => line === verb || line.startsWith(`${verb} `)), verb)
  })

  it('and what is printed for machines is still the same value', async () => {
    const { stdout } = await runCli(['describe', 'bad', '-o', 'json'], { objects })
    assert.deepEqual(JSON.parse(stdout), objects[0])
  })

  it('on a terminal, where the only sequence is our own', () => {
    const written: string[] = []
    const stream = { isTTY: true, write: (text: string) => { written.push(text) } }
    const output = createOutput({ stdin: stream, stdout: stream, stderr: stream } as unknown as NodeJS.Process)
    output.line(EVIL)
    output.progress(EVIL)
    output.progress(EVIL)
    output.note(EVIL)
    assert.doesNotMatch(written.join('').replaceAll('\r\u001B[2K', ''), CONTROLS)
    assert.equal(written.join('').split('\r\u001B[2K').length, 3)
  })

  for (const error of [new ApiFailure(500, EVIL, 1), new TypeError(EVIL)]) {
    it(`in a ${error.name}`, () => assert.doesNotMatch(describeFailure(error), CONTROLS))
  }
})
