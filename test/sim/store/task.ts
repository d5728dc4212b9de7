import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { SCHEMAS } from '../../../schemas/generated/schemas.ts'
import type { Task } from '../../../schemas/generated/types.ts'

const ajv = new Ajv({ allErrors: true, strict: false, validateSchema: false, meta: false })
addFormats.default(ajv)
const validate = ajv.compile<Task>(SCHEMAS.Task)

/** The Task in a HOLDFAST_TASK. Throws when it is none: a hook that writes such a thing has a bug. */
export function parseTask(text: string): Task {
  const task: unknown = JSON.parse(text)
  if (validate(task)) return task
  throw new Error(`HOLDFAST_TASK is no Task: ${ajv.errorsText(validate.errors, { dataVar: 'task' })}: ${text}`)
}
