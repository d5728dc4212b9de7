import { isPlain, plainText } from '../../lib/plain-text.ts'
import { REASONS, type Reason } from '../../lib/reasons.ts'
import type { Result } from '../../schemas/generated/types.ts'
import { shorten } from './finding.ts'

/** Characters of an identity or a hash that a status takes (schemas/backup.yaml, schemas/backup-repository.yaml). */
export const IDENTITY_LIMIT = 64

/**
 * The Result in a termination message; undefined when there is none. Takes over only fields of the right type: what a
 * pod wrote goes into a status that must pass its schema, and from there to somebody's terminal.
 */
export function readResult(message: string | undefined): Result | undefined {
  const raw = parse(message)
  if (!raw || typeof raw.ok !== 'boolean' || !isOperation(raw.operation)) return undefined
  return {
    operation: raw.operation,
    ok: raw.ok,
    ...texts(raw),
    ...numbers(raw),
    ...lists(raw),
    ...(isReason(raw.reason) && { reason: raw.reason }),
    ...(typeof raw.message === 'string' && { message: shorten(raw.message) }),
  }
}

/** Whether a word is one of ours. */
export function isReason(value: unknown): value is Reason {
  return (REASONS as readonly unknown[]).includes(value)
}

function parse(message: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(message ?? '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function isOperation(value: unknown): value is Result['operation'] {
  return ['backup', 'restore', 'delete', 'check', 'prune'].includes(value as string)
}

/** No longer than the status takes, which is refused as a whole otherwise. */
function texts(raw: Record<string, unknown>): Partial<Result> {
  const within = (limit: number) => (value: unknown) => typeof value === 'string' && value.length <= limit && isPlain(value)
  return { ...pick(raw, ['handle'], within(1024)), ...pick(raw, ['sha256', 'storeId', 'resticId'], within(IDENTITY_LIMIT)) }
}

function numbers(raw: Record<string, unknown>): Partial<Result> {
  return pick(raw, ['bytes', 'bytesStored', 'files', 'errors'], (value) => Number.isSafeInteger(value) && (value as number) >= 0)
}

function lists(raw: Record<string, unknown>): Partial<Result> {
  const found = pick(raw, ['deleted', 'errorSamples'], (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'))
  return Object.fromEntries(Object.entries(found).map(([key, items]) => [key, (items as readonly string[]).map(plainText)]))
}

function pick(raw: Record<string, unknown>, keys: readonly string[], holds: (value: unknown) => boolean): Partial<Result> {
  return Object.fromEntries(keys.filter((key) => holds(raw[key])).map((key) => [key, raw[key]]))
}
