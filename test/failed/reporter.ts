import { relative } from 'node:path'
import { ROOT } from '../tidy/sources.ts'

/** What of node:test's events counts here. */
interface Event {
  readonly type: string
  readonly data: { readonly name?: string; readonly file?: string; readonly details?: { readonly error?: { readonly message?: string; readonly cause?: unknown } } }
}

/** Longest text of one failure: what is the last in a log has to be short to be seen whole. */
const LONGEST = 1500

/**
 * A reporter of node:test: each failed test with its file and its error, for the end of a run,
 * because of a long log that somebody else ran often only the end is kept. Suites that failed by one of their tests are left out.
 */
export default async function* reporter(events: AsyncIterable<Event>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    const { name = '', file = '', details } = data
    if (type !== 'test:fail' || /^\d+ subtests? failed/.test(details?.error?.message ?? '')) continue
    yield `${relative(ROOT, file)}: ${name}: ${textOf(details?.error).slice(0, LONGEST)}\n`
  }
}

function textOf(error: { readonly message?: string; readonly cause?: unknown } | undefined): string {
  const { cause } = error ?? {}
  return cause instanceof Error ? cause.stack ?? cause.message : error?.message ?? 'no error was told'
}
