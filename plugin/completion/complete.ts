import type { Options } from 'yargs'
import { candidatesOf, valuesOfFlag, type Given } from './candidates.ts'
import { CATALOGUE, GROUPS, type Entry } from '../cli/catalogue.ts'
import type { Flags } from '../cli/command.ts'
import { GLOBAL_FLAGS } from '../cli/flags.ts'

/**
 * Completions of the last word, each `value` or `value\tdescription`, as kubectl's plugin completion reads them.
 * Silent about errors: a shell cannot show them while the person types.
 */
export const completions = async (words: readonly string[]): Promise<readonly string[]> => {
  const last = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  try {
    const found = await suggest(before, last)
    return found.filter(line => line.startsWith(last))
  } catch {
    return []
  }
}

const suggest = async (before: readonly string[], last: string): Promise<readonly string[]> => {
  const entry = entryOf(before)
  const flags: Flags = { ...GLOBAL_FLAGS, ...entry === undefined ? {} : (await entry.load()).default.flags }
  const given = read(before, flags)
  const open = valueFlag(before.at(-1), flags)
  if (open !== undefined) return valuesOfFlag(open.name, open.option, given)
  if (last.startsWith('-')) return Object.entries(flags).map(([name, option]) => `--${name}\t${option.describe ?? ''}`)
  if (entry !== undefined) return candidatesOf(entry.candidates, { ...given, words: given.words.slice(entry.verb.split(' ').length) }, last)
  return verbs(given.words)
}

/** The next words of the catalogue after those given. */
const verbs = (words: readonly string[]): readonly string[] => {
  if (words.length > 1) return []
  const group = words[0]
  if (group !== undefined) {
    return CATALOGUE.filter(entry => entry.verb.startsWith(`${group} `)).map(entry => `${entry.verb.slice(group.length + 1)}\t${entry.summary}`)
  }
  const single = CATALOGUE.filter(entry => !entry.verb.includes(' ')).map(entry => `${entry.verb}\t${entry.summary}`)
  return [...single, ...Object.entries(GROUPS).map(([name, summary]) => `${name}\t${summary}`)]
}

const entryOf = (words: readonly string[]): Entry | undefined => {
  const plain = read(words, GLOBAL_FLAGS).words
  return CATALOGUE.find(entry => entry.verb === plain.slice(0, 2).join(' ')) ?? CATALOGUE.find(entry => entry.verb === plain[0])
}

/** The flag whose value is to come, when the word before is one that takes a value. */
const valueFlag = (word: string | undefined, flags: Flags): { name: string, option: Options } | undefined => {
  if (word === undefined || !word.startsWith('-') || word.includes('=')) return undefined
  const found = Object.entries(flags).find(([name, option]) => word === `--${name}` || word === `-${String(option.alias)}`)
  return found === undefined || found[1].type === 'boolean' ? undefined : { name: found[0], option: found[1] }
}

/** Splits words into the plain ones and the values of flags. */
const read = (words: readonly string[], flags: Flags): Given => {
  const plain: string[] = []
  const values: Record<string, string> = {}
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    const flag = valueFlag(word, flags)
    if (flag !== undefined) values[flag.name] = words[++index] ?? ''
    else if (!word.startsWith('-')) plain.push(word)
    else if (word.startsWith('--') && word.includes('=')) values[word.slice(2, word.indexOf('='))] = word.slice(word.indexOf('=') + 1)
  }
  return { words: plain, values }
}
