import { UserError } from '../../lib/errors.ts'
import type { Task } from '../../schemas/generated/types.ts'

/** A field of the task that this operation cannot do without. */
export function needed<Field extends keyof Task>(task: Task, field: Field): NonNullable<Task[Field]> {
  const value = task[field]
  if (value === undefined) throw new UserError('InvalidTask', `Operation ${task.operation} with strategy ${task.strategy} needs ${field} in its task.`)
  return value as NonNullable<Task[Field]>
}
