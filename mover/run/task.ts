import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { UserError } from '../../lib/errors.ts'
import { SCHEMAS } from '../../schemas/generated/schemas.ts'
import type { Task } from '../../schemas/generated/types.ts'

/** Fields that each operation cannot do without, besides those the schema requires. */
const NEEDED: Readonly<Record<Task['operation'], readonly (keyof Task)[]>> = {
  backup: ['backup', 'volume'],
  restore: ['volume', 'handle'],
  delete: ['backup', 'points'],
  check: [],
  prune: [],
}

/** The Task in HOLDFAST_TASK. Throws UserError InvalidTask that names what is wrong with it. */
export function readTask(text: string | undefined): Task {
  if (text === undefined || text === '') {
    throw invalid('the environment variable HOLDFAST_TASK is empty; it must hold one JSON Task')
  }
  const task = parse(text)
  const ajv = new Ajv({ allErrors: true, strict: false, validateSchema: false, meta: false })
  addFormats.default(ajv)
  const validate = ajv.compile<Task>(SCHEMAS.Task)
  if (!validate(task)) {
    throw invalid(ajv.errorsText(validate.errors, { dataVar: 'task' }))
  }
  const problem = missing(task) ?? badStore(task) ?? badNames(task)
  if (problem !== undefined) throw invalid(problem)
  return task
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid('it is not JSON', cause)
  }
}

function missing(task: Task): string | undefined {
  const absent = NEEDED[task.operation].filter(field => task[field] === undefined)
  return absent.length === 0 ? undefined : `operation ${task.operation} needs ${absent.join(', ')}`
}

function badStore({ store }: Task): string | undefined {
  if (store.type === 's3') return store.bucket === undefined ? 'an s3 store needs bucket' : undefined
  return store.path?.startsWith('/') ? undefined : 'a directory store needs an absolute path'
}

/** Names become parts of keys: anything that could leave its folder is refused. */
function badNames(task: Task): string | undefined {
  const names = [task.namespace, task.backup, task.volume, ...(task.points ?? []).map(point => point.volume)]
  const bad = names.find(name => name !== undefined && !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name))
  return bad === undefined ? undefined : `${JSON.stringify(bad)} is not a Kubernetes name`
}

function invalid(detail: string, cause?: unknown): UserError {
  return new UserError('InvalidTask', `The task is not valid: ${detail}. This is a fault of whatever made the Job, not of the data.`, { cause })
}
