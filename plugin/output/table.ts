import { plainText } from '../../lib/plain-text.ts'

/** A column: its heading and the cell of a row. `wide` columns show with `-o wide` only. */
export interface Column<T> {
  readonly title: string
  readonly wide?: boolean
  cell(row: T): string | number | undefined
}

const GAP = 3

/**
 * Rows as kubectl prints them: upper-case headings, three spaces between columns, no borders, no spaces at line ends.
 * An absent or empty cell is `<none>`; control characters become spaces, so that one object stays one line.
 */
export const table = <T>(columns: readonly Column<T>[], rows: readonly T[]): string => {
  const cells = [columns.map(column => column.title), ...rows.map(row => columns.map(column => text(column.cell(row))))]
  const widths = columns.map((_, index) => Math.max(...cells.map(line => line[index]?.length ?? 0)))
  return cells.map(line => line.map((cell, index) => cell.padEnd((widths[index] ?? 0) + GAP)).join('').trimEnd()).join('\n')
}

const text = (cell: string | number | undefined): string => {
  const plain = plainText(String(cell ?? '')).replace(/[\n\t]+/g, ' ').trim()
  return plain === '' ? '<none>' : plain
}
