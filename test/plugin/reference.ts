import type { Options, PositionalOptions } from 'yargs'
import { CATALOGUE, type Entry } from '../../plugin/cli/catalogue.ts'
import type { Flags } from '../../plugin/cli/command.ts'
import { EXIT, EXIT_MEANING } from '../../plugin/cli/exit-code.ts'
import { GLOBAL_FLAGS } from '../../plugin/cli/flags.ts'
import { PROGRAM } from '../../plugin/cli/program.ts'

/**
 * docs/reference/cli.md, made from the commands' own definitions. `node test/plugin/reference.ts > docs/reference/cli.md`
 * writes it anew; reference.test.ts compares.
 */
export const reference = async (): Promise<string> => [
  '# kubectl backup',
  '',
  '<!-- Generated from plugin/ by `node test/plugin/reference.ts > docs/reference/cli.md`. Do not edit. -->',
  '',
  `Every command runs as \`${PROGRAM} …\` once \`kubectl-backup\` is on PATH. Data goes to stdout, everything else to stderr.`,
  '',
  '## Exit codes',
  '',
  '| code | meaning |',
  '| --- | --- |',
  ...Object.entries(EXIT).map(([name, code]) => `| ${code} | ${EXIT_MEANING[name as keyof typeof EXIT]} |`),
  '',
  '## Global flags',
  '',
  ...flagTable(GLOBAL_FLAGS),
  '',
  '## Completion',
  '',
  'kubectl 1.26 and newer completes plugins by an executable `kubectl_complete-backup` on PATH:',
  '',
  '```',
  `${PROGRAM} completion kubectl > ~/bin/kubectl_complete-backup && chmod +x ~/bin/kubectl_complete-backup`,
  '```',
  '',
  ...(await Promise.all(CATALOGUE.map(commandSection))).flat(),
].join('\n')

const commandSection = async (entry: Entry): Promise<readonly string[]> => {
  const { default: { flags, positionals } } = await entry.load()
  const arguments_ = Object.entries(positionals)
  return [
    `## ${entry.verb}`, '', `${entry.summary}.`, '', '```', `${PROGRAM} ${entry.verb} ${entry.usage}`.trim(), '```', '',
    ...entry.examples.length > 0 ? ['Examples:', '', '```', ...entry.examples.map(example => `${PROGRAM} ${example}`), '```', ''] : [],
    ...arguments_.length > 0 ? ['| argument | meaning |', '| --- | --- |', ...arguments_.map(([name, option]) => `| \`${name}\` | ${meaning(option)} |`), ''] : [],
    ...Object.keys(flags).length > 0 ? [...flagTable(flags), ''] : [],
  ]
}

const flagTable = (flags: Flags): readonly string[] => [
  '| flag | meaning |', '| --- | --- |',
  ...Object.entries(flags).map(([name, option]) => `| ${option.alias === undefined ? '' : `\`-${String(option.alias)}\`, `}\`--${name}\` | ${meaning(option)} |`),
]

const meaning = (option: Options | PositionalOptions): string => {
  const notes = [
    ...option.demandOption === true ? ['required'] : [],
    ...option.choices === undefined ? [] : [option.choices.map(choice => `\`${String(choice)}\``).join(', ')],
    ...option.default === undefined || option.default === false ? [] : [`default \`${String(option.default)}\``],
  ]
  return `${option.describe ?? ''}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`.replaceAll('|', '\\|')
}

if (import.meta.main) process.stdout.write(await reference())
