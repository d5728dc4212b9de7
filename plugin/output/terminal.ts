import { plainText } from '../../lib/plain-text.ts'

/** Where a command writes: data to stdout, everything meant for a person only to stderr. */
export interface Output {
  /** One line, or more with line ends inside, on stdout. */
  line(text: string): void
  /** A line on stderr. */
  note(text: string): void
  /** A line on stderr that the next progress or note replaces when stderr is a terminal. */
  progress(text: string): void
  /** Whether a question can be answered. */
  readonly interactive: boolean
  /** Asks on stderr; resolves to what was typed, trimmed. */
  ask(question: string): Promise<string>
}

const CLEAR_LINE = '\r\u001B[2K'

/** Output on the streams of a process. Whatever is written is plain text: it comes from pods and stores, and the terminal may be an administrator's. */
export const createOutput = ({ stdin, stdout, stderr }: NodeJS.Process): Output => {
  let open = false
  const clear = (): string => {
    const start = open ? CLEAR_LINE : ''
    open = false
    return start
  }
  return {
    line: text => void stdout.write(`${plainText(text)}\n`),
    note: text => void stderr.write(`${clear()}${plainText(text)}\n`),
    progress: text => {
      stderr.write(stderr.isTTY ? `${clear()}${plainText(text)}` : `${plainText(text)}\n`)
      open = Boolean(stderr.isTTY)
    },
    interactive: Boolean(stdin.isTTY && stderr.isTTY),
    ask: question => ask(plainText(question)),
  }
}

const ask = async (question: string): Promise<string> => {
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await terminal.question(question)).trim()
  } finally {
    terminal.close()
  }
}
