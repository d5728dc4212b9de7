import type { KubeObject } from '../../schemas/generated/types.ts'
import { EXIT, type ExitCode } from '../cli/exit-code.ts'
import { fullName, kindOf } from '../api/kinds.ts'
import { table, type Column } from './table.ts'
import type { Output } from './terminal.ts'

export interface ListView<T extends KubeObject> {
  readonly format: string | undefined
  readonly columns: readonly Column<T>[]
  /** Said on stderr when there is nothing, as kubectl does. */
  readonly empty: string
}

/** Prints objects as a table, or as `-o` says. json and yaml carry whole objects in a List. */
export const printList = async <T extends KubeObject>(output: Output, items: readonly T[], view: ListView<T>): Promise<ExitCode> => {
  const { format, columns, empty } = view
  if (format === 'json' || format === 'yaml') {
    output.line(await serialize({ apiVersion: 'v1', kind: 'List', metadata: {}, items }, format))
  } else if (format === 'name') {
    for (const item of items) output.line(nameOf(item))
  } else if (items.length === 0) {
    output.note(empty)
  } else {
    output.line(table(columns.filter(column => !column.wide || format === 'wide'), items))
  }
  return EXIT.ok
}

/** JSON indented by four, as kubectl's; YAML without line folding. Neither ends in a line end. */
export const serialize = async (value: unknown, format: 'json' | 'yaml'): Promise<string> => {
  if (format === 'json') return JSON.stringify(value, undefined, 4).replaceAll(BEYOND_JSON, escaped)
  const { dump } = await import('js-yaml')
  return dump(value, { lineWidth: -1, noRefs: true }).trimEnd()
}

/** What JSON lets through, and a terminal need not: escaped, so that it is still the same value. */
const BEYOND_JSON = /[\u007F-\u009F]/g

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** `backup.holdfast.dev/x`, as `-o name` prints it. */
export const nameOf = (object: KubeObject): string => {
  const kind = kindOf(object)
  return kind === undefined ? `${object.kind.toLowerCase()}/${object.metadata.name}` : fullName(kind, object.metadata.name)
}

/** What happened to one object: `backup.holdfast.dev/x created`, or the object itself with `-o`. */
export const printChange = async (output: Output, object: KubeObject, how: Change): Promise<void> => {
  const { format, verb, dryRun } = how
  if (format === 'json' || format === 'yaml') output.line(await serialize(object, format))
  else if (format === 'name') output.line(nameOf(object))
  else output.line(`${nameOf(object)} ${verb}${dryRun === 'server' ? ' (server dry run)' : dryRun === 'client' ? ' (dry run)' : ''}`)
}

export interface Change {
  readonly format: string | undefined
  readonly verb: string
  readonly dryRun: string
}
