/** A value as it will be after JSON. */
export type Json = { readonly [key: string]: unknown }

/**
 * The value with undefined fields left out, so that what is checked is what is sent. Throws for whatever JSON would silently
 * change: a list item that is undefined or null (Metacontroller crashes on some), NaN, functions, dates, symbols.
 * `place` names the value in messages.
 */
export function wholeJson(value: object, place: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error(`${place} must be an object, got ${named(value)}`)
  try {
    return whole(value) as Json
  } catch (error) {
    if (error instanceof Fault) throw new Error(`${[place, ...error.path.toReversed()].join('.')} ${error.message}`, { cause: error })
    throw error
  }
}

/** What is wrong, and where: the path grows on the way up, so that a good value costs nothing for it. */
class Fault extends Error {
  readonly path: string[] = []
}

function whole(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return finite(value)
  if (Array.isArray(value)) return value.map((item, index) => at(String(index), item, wholeItem))
  if (typeof value === 'object' && isPlain(value)) return wholeFields(value as Record<string, unknown>)
  throw new Fault(`cannot be sent as JSON: it is ${named(value)}`)
}

function at(key: string, value: unknown, check: (value: unknown) => unknown): unknown {
  try {
    return check(value)
  } catch (error) {
    if (error instanceof Fault) error.path.push(key)
    throw error
  }
}

function wholeItem(item: unknown): unknown {
  if (item === null || item === undefined) throw new Fault(`is an item that is ${item}`)
  return whole(item)
}

function wholeFields(fields: Record<string, unknown>): Json {
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(fields)) {
    if (fields[key] === undefined) continue
    const value = at(key, fields[key], whole)
    if (key === '__proto__') Object.defineProperty(result, key, { value, enumerable: true })
    else result[key] = value
  }
  return result
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value
  throw new Fault(`is ${value}, which JSON has no word for`)
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown
  return prototype === Object.prototype || prototype === null
}

function named(value: unknown): string {
  if (value === null) return 'null'
  return typeof value === 'object' ? `a ${Array.isArray(value) ? 'list' : value.constructor.name}` : `of type ${typeof value}`
}
