import type { Condition } from '../../schemas/generated/types.ts'
import { section } from '../output/fields.ts'
import { table, type Column } from '../output/table.ts'

const COLUMNS: readonly Column<Condition>[] = [
  { title: 'TYPE', cell: condition => condition.type },
  { title: 'STATUS', cell: condition => condition.status },
  { title: 'REASON', cell: condition => condition.reason },
  { title: 'MESSAGE', cell: condition => condition.message },
]

/** A section with the conditions; nothing when there are none. */
export const conditionLines = (conditions: readonly Condition[] = []): readonly string[] =>
  conditions.length === 0 ? [] : [section('Conditions', table(COLUMNS, conditions))]
