import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FakeApi, FakeOptions } from './fake-api.ts'
import { runCli, type RunOptions } from './run-cli.ts'

/** One command line and what must come of it. A text must be equal; an expression must match. */
export interface Case {
  readonly args: readonly string[]
  readonly fake?: FakeOptions
  readonly options?: RunOptions
  /** Default 0. */
  readonly code?: number
  /** Default is nothing. */
  readonly stdout?: string | RegExp
  readonly stderr?: string | RegExp
  /** Requests that change something, as `METHOD url`; default is none. */
  readonly writes?: readonly (string | RegExp)[]
  /** Further checks. */
  readonly also?: (outcome: { readonly stdout: string, readonly stderr: string, readonly api: FakeApi }) => void
}

/** A test for each case, each with a process and an API server of its own. */
export const cliTable = (subject: string, cases: Readonly<Record<string, Case>>): void => {
  describe(subject, { concurrency: 2 }, () => {
    for (const [sentence, expected] of Object.entries(cases)) {
      it(sentence, async () => {
        const outcome = await runCli(expected.args, expected.fake, expected.options)
        const said = `stdout: ${outcome.stdout}\nstderr: ${outcome.stderr}`
        same(outcome.stdout, expected.stdout ?? '', said)
        if (expected.stderr !== undefined) same(outcome.stderr, expected.stderr, said)
        assert.equal(outcome.code, expected.code ?? 0, said)
        const writes = outcome.api.writes.map(({ method, url }) => `${method} ${url}`)
        assert.equal(writes.length, expected.writes?.length ?? 0, `writes: ${writes.join('; ')}`)
        for (const [index, write] of (expected.writes ?? []).entries()) same(writes[index] ?? '', write, said)
        expected.also?.(outcome)
      })
    }
  })
}

const same = (actual: string, expected: string | RegExp, message: string): void => {
  if (typeof expected === 'string') assert.equal(actual, expected, message)
  else assert.match(actual, expected, message)
}
