import yargs, { type Argv } from 'yargs'
import { CATALOGUE, GROUPS, type Entry } from './catalogue.ts'
import type { Flags } from './command.ts'
import { createContext, type GlobalArguments } from './context.ts'
import { durationFlag } from './duration.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { describeFailure, exitCodeOf, Failure, usageFailure } from './failure.ts'
import { DURATIONS, GLOBAL_FLAGS } from './flags.ts'
import { PROGRAM } from './program.ts'
import { createOutput, type Output } from '../output/terminal.ts'

/** Runs one command line. Never throws: what went wrong is told on stderr and in the code. */
export const runCli = async (argv: readonly string[]): Promise<ExitCode> => {
  const output = createOutput(process)
  try {
    if (argv[0] === '__complete') return await complete(argv.slice(1), output)
    return await parseAndRun(argv, output)
  } catch (error) {
    const told = isComplaint(error) ? usageFailure(explain(error.message, argv)) : error
    process.stderr.write(describeFailure(told))
    return exitCodeOf(told)
  }
}

const complete = async (words: readonly string[], output: Output): Promise<ExitCode> => {
  const { completions } = await import('../completion/complete.ts')
  output.line([...await completions(words), ':4'].join('\n'))
  return EXIT.ok
}

const parseAndRun = async (argv: readonly string[], output: Output): Promise<ExitCode> => {
  let code: ExitCode = EXIT.ok
  const run = async (entry: Entry, args: Readonly<Record<string, unknown>>): Promise<void> => {
    const { default: command } = await entry.load()
    rejectRepeated(args, command.flags)
    rejectWrongTimes(args)
    code = await command.run(createContext(args as unknown as GlobalArguments, output), args)
  }
  const parser = createParser(run)
  if (argv.length === 0) output.line(await parser.getHelp())
  else await parser.parseAsync([...argv])
  return code
}

/** What yargs has to say about the arguments; it throws some of it itself, as YError. */
class YargsComplaint extends Error {
  override readonly name = 'YError'
}

const isComplaint = (error: unknown): error is Error => error instanceof Error && error.name === 'YError'

type Run = (entry: Entry, args: Readonly<Record<string, unknown>>) => Promise<void>

/** The whole grammar. Modules of commands are loaded by yargs' asynchronous builders, so only for the verb in use. */
const createParser = (run: Run): Argv => {
  const parser = yargs()
    .scriptName(PROGRAM)
    .usage('$0 backs up and restores volumes with Holdfast.')
    .parserConfiguration({ 'populate--': true, 'greedy-arrays': false, 'dot-notation': false, 'parse-positional-numbers': false })
    .version(false)
    .options(GLOBAL_FLAGS)
    .locale('en')
    .updateStrings({ 'Options:': 'Global flags:' })
    .help().alias('help', 'h')
    .wrap(100)
    .exitProcess(false)
    .strict()
    .recommendCommands()
    .demandCommand(1, 'say what to do')
    .fail((message, error) => { throw error ?? new YargsComplaint(message) })
  return register(parser, '', run)
}

const register = (parser: Argv, prefix: string, run: Run): Argv => {
  const heads = new Set(CATALOGUE.filter(entry => entry.verb.startsWith(prefix)).map(entry => entry.verb.slice(prefix.length).split(' ')[0] ?? ''))
  for (const head of heads) {
    const entry = CATALOGUE.find(candidate => candidate.verb === prefix + head)
    if (entry === undefined) group(parser, head, run)
    else verb(parser, { entry, head }, run)
  }
  return parser
}

const group = (parser: Argv, name: string, run: Run): void => {
  parser.command(name, GROUPS[name] ?? '', inner => register(inner, `${name} `, run).demandCommand(1, `say what to do with a ${name}`))
}

const verb = (parser: Argv, { entry, head }: { entry: Entry, head: string }, run: Run): void => {
  parser.command(
    `${head} ${entry.usage}`.trim(),
    entry.summary,
    async inner => {
      const { default: command } = await entry.load()
      for (const [name, positional] of Object.entries(command.positionals)) inner.positional(name, positional)
      for (const example of entry.examples) inner.example(`$0 ${example}`, '')
      return inner.options(command.flags).group(Object.keys(command.flags), 'Flags:')
    },
    args => run(entry, args),
  )
}

/** yargs makes a list of a flag that is given twice; for a flag that takes one value that is a mistake to tell. */
const rejectRepeated = (args: Readonly<Record<string, unknown>>, flags: Flags): void => {
  const all: Flags = { ...GLOBAL_FLAGS, ...flags }
  for (const [name, { array }] of Object.entries(all)) {
    if (Array.isArray(args[name]) && !array) throw new Failure(`--${name} was given more than once`, EXIT.usage)
  }
}

/** Before the command runs: exit code 2 says that nothing was changed. */
const rejectWrongTimes = (args: Readonly<Record<string, unknown>>): void => {
  for (const name of DURATIONS) if (typeof args[name] === 'string') durationFlag(name, args[name])
}

const explain = (message: string, argv: readonly string[]): string => {
  const words = argv.filter(word => !word.startsWith('-'))
  const known = verbOf(words)
  const help = `See ${[PROGRAM, known, '--help'].filter(Boolean).join(' ')}`
  const flat = message.replaceAll(/\s*\n\s*/g, ' ')
  const meant = /^Did you mean (.*)\?$/.exec(flat)?.[1]
  if (meant !== undefined) return `"${known === undefined ? words[0] : words[1]}" is no command. Did you mean "${meant}"? ${help}`
  const valueless = /^Not enough arguments following: (.*)$/.exec(flat)?.[1]
  if (valueless !== undefined) return `${valueless.length === 1 ? '-' : '--'}${valueless} needs a value. ${help}`
  if (flat.startsWith('Not enough non-option arguments')) return `a name is missing. ${help}`
  return `${flat.charAt(0).toLowerCase()}${flat.slice(1)}. ${help}`
}

/** The command, or the group of commands, that the words begin with. */
const verbOf = ([first = '', second = '']: readonly string[]): string | undefined =>
  CATALOGUE.find(({ verb }) => verb === first || verb === `${first} ${second}`)?.verb ?? (first in GROUPS ? first : undefined)
