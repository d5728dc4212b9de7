export type Field = readonly [label: string, value: string | number | undefined]

/** `Label:   value` lines with the values under each other; absent values are left out. Further lines of a value are indented. */
export const fields = (entries: readonly Field[]): string => {
  const shown = entries.filter(([, value]) => value !== undefined && value !== '')
  const width = Math.max(0, ...shown.map(([label]) => label.length)) + 3
  return shown.map(([label, value]) => `${`${label}:`.padEnd(width)}${String(value).replaceAll('\n', `\n${' '.repeat(width)}`)}`).join('\n')
}

/** A heading and its lines, indented by two. */
export const section = (title: string, body: string): string => `${title}:\n${body.replaceAll(/^(?=.)/gm, '  ')}`
