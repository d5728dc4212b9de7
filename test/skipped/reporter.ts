import { relative } from 'node:path'
import { ROOT } from '../tidy/sources.ts'
import { PART, type Skip } from './skip.ts'

/** What of node:test's events counts here. */
interface Event {
  readonly type: string
  readonly data: { readonly name?: string; readonly file?: string; readonly skip?: string | boolean; readonly todo?: string | boolean; readonly message?: string }
}

/** A reporter of node:test: one line of JSON for each test, or part of one, that was left out. */
export default async function* reporter(events: AsyncIterable<Event>): AsyncGenerator<string> {
  for await (const event of events) {
    const skip = skipIn(event)
    if (skip !== undefined) yield `${JSON.stringify(skip)}\n`
  }
}

function skipIn({ type, data }: Event): Skip | undefined {
  const { name = '', file = '', skip, todo, message = '' } = data
  const of = { file: relative(ROOT, file), title: name }
  if ((type === 'test:pass' || type === 'test:fail') && (skip ?? todo) !== undefined) return { ...of, because: String(skip ?? todo) }
  return type === 'test:diagnostic' && message.startsWith('skipped: ') ? { ...of, title: PART, because: message.slice('skipped: '.length) } : undefined
}
