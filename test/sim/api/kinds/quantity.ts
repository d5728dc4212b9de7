import { isFields, type Fields } from '../draft.ts'
import { badRequest } from '../failure.ts'

const QUANTITY = /^([+-]?[0-9.]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+|)$/
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']

/** Writes `requests` and `limits` as Kubernetes writes them. */
export function canonicalQuantities(resources: unknown): void {
  if (!isFields(resources)) return
  for (const list of [resources.requests, resources.limits]) canonicalList(list)
}

/** Writes each quantity of a list such as a capacity as Kubernetes does: 1024Mi is 1Gi, 1000m is 1. */
export function canonicalList(list: unknown): void {
  if (!isFields(list)) return
  for (const [name, value] of Object.entries(list)) (list as Fields)[name] = canonicalQuantity(value)
}

/** Its value; undefined for what is no quantity. */
export function quantityValue(value: unknown): number | undefined {
  const match = QUANTITY.exec(String(value))
  if (match === null) return undefined
  const [, digits = '', suffix = ''] = match
  const factor = suffix.endsWith('i') ? 1024 ** BINARY.indexOf(suffix) : /^[eE]./.test(suffix) ? 10 ** Number(suffix.slice(1)) : 1000 ** (DECIMAL.indexOf(suffix) - 3)
  return Number(digits) * factor
}

function canonicalQuantity(quantity: unknown): string {
  const text = String(quantity)
  const value = quantityValue(text)
  if (value === undefined || !Number.isFinite(value)) throw badRequest("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
  if (value === 0) return '0'
  if (/[eE][+-]?\d/.test(text)) return text
  return text.endsWith('i') && Math.abs(value) >= 1024 ? scaled(value, 1024, BINARY) : scaled(value * 1000 ** 3, 1000, DECIMAL)
}

/** The largest suffix that leaves a whole number. */
function scaled(value: number, base: number, suffixes: readonly string[]): string {
  let [rest, step] = [Math.ceil(value), 0]
  while (step < suffixes.length - 1 && rest % base === 0) [rest, step] = [rest / base, step + 1]
  return `${rest}${suffixes[step]}`
}
