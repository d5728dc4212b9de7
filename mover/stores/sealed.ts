import { createHash } from 'node:crypto'

/** JSON of an object with a hash of itself, so that whoever reads it knows whether it is as it was written. */
export function seal(value: Readonly<Record<string, unknown>>): string {
  const { seal: _, ...rest } = value
  return `${JSON.stringify({ ...rest, seal: hashOf(rest) })}\n`
}

/** What was sealed; undefined when it is not as it was written. A version before wrote no seal: of that only the form is asked. */
export function unseal<T>(text: string): T | undefined {
  const { seal: told, ...value } = parsed(text)
  if (Object.keys(value).length === 0 || (told !== undefined && told !== hashOf(value))) return undefined
  return value as T
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {}
  } catch {
    return {}
  }
}

/** JSON keeps the order of fields. */
function hashOf(value: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
