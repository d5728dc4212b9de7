import { equal, isFields, type Fields } from '../draft.ts'
import type { FieldError } from '../failure.ts'
import { CelError } from './cel.ts'
import { schemaOf, type Schema, type SchemaSource } from './schema.ts'

/** RFC 3339, as far as Kubernetes reads it. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

/** With these a value is not of the shape that rules speak of. */
const BLOCKING: ReadonlySet<string> = new Set(['FieldValueNotSupported', 'FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid'])

/** What is wrong with a value by its schema, and by its rules where they can be asked. `path` is the field's; `only` chooses one of its properties. */
export function validate(schema: Schema, value: { readonly now: unknown; readonly before?: unknown }, where: { readonly path: string; readonly only?: string }): FieldError[] {
  const errors: FieldError[] = []
  const { path, only } = where
  check(only === undefined ? schema : { ...schema, required: [] }, value.now, { path, errors })
  if (!schema.ruling) return errors
  if (!errors.some(({ reason }) => BLOCKING.has(reason))) checkRules(schema, value, { path, errors })
  else add({ path: '', errors }, 'FieldValueInvalid', 'Invalid value: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation')
  return errors
}

interface Place {
  readonly path: string
  readonly errors: FieldError[]
}

function check(schema: Schema, value: unknown, at: Place): void {
  const { source } = schema
  if (!hasType(source, value)) {
    const wanted = source['x-kubernetes-int-or-string'] === true ? 'integer or string' : source.type
    return add(at, 'FieldValueTypeInvalid', `Invalid value: ${JSON.stringify(typeName(value))}: ${at.path} in body must be of type ${wanted}: ${JSON.stringify(typeName(value))}`)
  }
  if (source.enum !== undefined && !source.enum.includes(value)) {
    add(at, 'FieldValueNotSupported', `Unsupported value: ${JSON.stringify(value)}: supported values: ${source.enum.map(item => JSON.stringify(item)).join(', ')}`)
  }
  if (typeof value === 'string') checkString(schema, value, at)
  else if (typeof value === 'number') checkNumber(schema, value, at)
  else if (Array.isArray(value)) checkList(schema, value, at)
  else if (isFields(value)) checkObject(schema, value, at)
}

function hasType({ type, ...source }: SchemaSource, value: unknown): boolean {
  if (source['x-kubernetes-int-or-string'] === true) return typeof value === 'string' || Number.isInteger(value)
  switch (type) {
    case 'object': return isFields(value)
    case 'array': return Array.isArray(value)
    case 'integer': return Number.isInteger(value)
    case 'string': case 'number': case 'boolean': return typeof value === type
    case undefined: return true
    default: throw new Error(`the simulated API server does not know the type ${type}`)
  }
}

function typeName(value: unknown): string {
  return Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value
}

function checkString({ limits, pattern, source }: Schema, value: string, at: Place): void {
  const length = [...value].length
  if (limits.maxLength !== undefined && length > limits.maxLength) add(at, 'FieldValueTooLong', `Too long: may not be more than ${limits.maxLength} bytes`)
  if (limits.minLength !== undefined && length < limits.minLength) add(at, 'FieldValueInvalid', `Invalid value: ${JSON.stringify(value)}: ${at.path} in body should be at least ${limits.minLength} chars long`)
  if (pattern !== undefined && !pattern.test(value)) add(at, 'FieldValueInvalid', `Invalid value: ${JSON.stringify(value)}: ${at.path} in body should match '${source.pattern}'`)
  if (source.format === 'date-time' && !(DATE_TIME.test(value) && Number.isFinite(Date.parse(value)))) {
    add(at, 'FieldValueTypeInvalid', `Invalid value: ${JSON.stringify(value)}: ${at.path} in body must be of type date-time: ${JSON.stringify(value)}`)
  }
}

function checkNumber({ limits }: Schema, value: number, at: Place): void {
  if (limits.minimum !== undefined && value < limits.minimum) add(at, 'FieldValueInvalid', `Invalid value: ${value}: ${at.path} in body should be greater than or equal to ${limits.minimum}`)
  if (limits.maximum !== undefined && value > limits.maximum) add(at, 'FieldValueInvalid', `Invalid value: ${value}: ${at.path} in body should be less than or equal to ${limits.maximum}`)
}

function checkList({ limits, items, source }: Schema, value: readonly unknown[], at: Place): void {
  if (limits.maxItems !== undefined && value.length > limits.maxItems) add(at, 'FieldValueTooMany', `Too many: ${value.length}: must have at most ${limits.maxItems} items`)
  if (limits.minItems !== undefined && value.length < limits.minItems) add(at, 'FieldValueInvalid', `Invalid value: ${value.length}: ${at.path} in body should have at least ${limits.minItems} items`)
  if (items !== undefined) value.forEach((item, index) => check(items, item, { ...at, path: `${at.path}[${index}]` }))
  const listType = source['x-kubernetes-list-type']
  const keys = source['x-kubernetes-list-map-keys']
  if (listType !== 'set' && listType !== 'map') return
  const identities = value.map(item => listType === 'set' || keys === undefined ? JSON.stringify(item) : JSON.stringify(keys.map(key => (item as Fields)[key])))
  identities.forEach((identity, index) => {
    if (identities.indexOf(identity) < index) add({ ...at, path: `${at.path}[${index}]` }, 'FieldValueDuplicate', `Duplicate value: ${identity}`)
  })
}

function checkObject(schema: Schema, value: Fields, at: Place): void {
  const { limits } = schema
  const count = Object.keys(value).length
  if (limits.maxProperties !== undefined && count > limits.maxProperties) add(at, 'FieldValueTooMany', `Too many: ${count}: must have at most ${limits.maxProperties} items`)
  if (limits.minProperties !== undefined && count < limits.minProperties) add(at, 'FieldValueInvalid', `Invalid value: ${count}: ${at.path} in body should have at least ${limits.minProperties} properties`)
  for (const name of schema.required) if (value[name] === undefined) add({ ...at, path: join(at.path, name) }, 'FieldValueRequired', 'Required value')
  for (const key in value) {
    const property = schemaOf(schema, key)
    if (property !== undefined) check(property, value[key], { ...at, path: join(at.path, key) })
  }
}

function checkRules(schema: Schema, value: { readonly now: unknown; readonly before?: unknown }, at: Place): void {
  const { now, before } = value
  for (const rule of schema.rules) {
    if (rule.transition && before === undefined) continue
    const result = rule.holds({ self: now, oldSelf: before })
    if (result !== true) add(at, 'FieldValueInvalid', `Invalid value: ${result instanceof CelError ? result.message : rule.message}`)
  }
  if (Array.isArray(now)) {
    const { items } = schema
    if (items?.ruling === true) now.forEach((item, index) => checkRules(items, { now: item, before: sameItem(schema, item, before) }, { ...at, path: `${at.path}[${index}]` }))
  } else if (isFields(now)) {
    for (const key in now) {
      const property = schemaOf(schema, key)
      if (property?.ruling === true) checkRules(property, { now: now[key], before: isFields(before) ? before[key] : undefined }, { ...at, path: join(at.path, key) })
    }
  }
}

/** Items have a past only in lists whose items have keys. */
function sameItem({ source }: Schema, item: unknown, before: unknown): unknown {
  const keys = source['x-kubernetes-list-map-keys']
  if (keys === undefined || !Array.isArray(before)) return undefined
  return before.find(other => keys.every(key => equal((other as Fields)[key], (item as Fields)[key])))
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function add({ path, errors }: Place, reason: FieldError['reason'], message: string): void {
  errors.push({ field: path === '' ? '<nil>' : path, reason, message })
}
