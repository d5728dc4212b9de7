import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { SCHEMAS } from '../../../schemas/generated/schemas.ts'
import type { HookCall, Invariant } from './invariant.ts'

const KEYS = { sync: ['status', 'children', 'resyncAfterSeconds', 'finalized'], finalize: ['status', 'children', 'resyncAfterSeconds', 'finalized'], customize: ['relatedResources'] }

/** S11. To Metacontroller an absent list or a null in it is an order to delete, and an unknown field a failure of the sync. */
export function answers(): Invariant {
  // Most answers are those that the same parent got before, and they stay as good as they were.
  const whole = new Map<string, string>()
  const complaintOf = (call: HookCall): string | undefined => {
    const { namespace, name } = parentOf(call)
    const about = `${call.kind}/${call.verb} ${namespace}/${name}`
    if (call.answerText !== undefined && whole.get(about) === call.answerText) return undefined
    const complaint = broken(call)
    if (complaint === undefined && call.answerText !== undefined) whole.set(about, call.answerText)
    return complaint
  }
  return {
    name: 'S11',
    title: 'S11 every answer passes its schema: complete lists, nothing null, no key too many; anything doubtful is a non-200',
    onCall(call) {
      const complaint = call.status === 200 ? complaintOf(call) : refusal(call)
      return complaint && `${call.kind}/${call.verb} answered ${call.status}, but ${complaint}`
    },
  }
}

/** Metacontroller takes 304 as "as before", and any other 2xx as an answer. */
function refusal({ status, answer }: HookCall): string | undefined {
  if (status < 400) return 'that is neither an answer nor a refusal'
  const { reason, message } = (answer as { error?: { reason?: unknown; message?: unknown } } | null)?.error ?? {}
  return typeof reason === 'string' && typeof message === 'string' && message !== '' ? undefined : 'it does not say what is wrong'
}

function broken(call: HookCall): string | undefined {
  const { kind, verb, answer } = call
  if (!isObject(answer)) return 'the answer is no object'
  const odd = Object.keys(answer).find(key => !KEYS[verb].includes(key))
  if (odd !== undefined) return `it has the key ${odd}`
  const hole = holeIn(answer, 'answer')
  if (hole !== undefined) return `${hole} is null`
  return verb === 'customize' ? brokenRules(answer) : brokenSync(answer, kind, parentOf(call).namespace)
}

function parentOf({ request }: HookCall): { readonly namespace?: string; readonly name?: string } {
  return (request as { parent?: { metadata?: { namespace?: string; name?: string } } }).parent?.metadata ?? {}
}

function brokenRules({ relatedResources }: Readonly<Record<string, unknown>>): string | undefined {
  if (!Array.isArray(relatedResources)) return 'relatedResources is no list'
  const wide = (relatedResources as { resource?: string; names?: unknown[]; labelSelector?: object; namespace?: string }[])
    .find(({ names, labelSelector, namespace }) => names?.length === 0 || (names === undefined && labelSelector === undefined && namespace === undefined))
  return wide && `it asks for every ${wide.resource} there is`
}

function brokenSync(answer: Readonly<Record<string, unknown>>, kind: string, namespace: string | undefined): string | undefined {
  const { status, children, resyncAfterSeconds, finalized } = answer
  if (!isObject(status)) return 'status is no object'
  if (!Array.isArray(children)) return 'children is no list'
  if (resyncAfterSeconds !== undefined && !(typeof resyncAfterSeconds === 'number' && Number.isFinite(resyncAfterSeconds) && resyncAfterSeconds > 0)) return `resyncAfterSeconds is ${String(resyncAfterSeconds)}`
  if (typeof finalized !== 'boolean') return 'finalized is missing'
  for (const child of children as { apiVersion?: string; kind?: string; metadata?: { name?: string; namespace?: string } }[]) {
    if (!child.apiVersion || !child.kind || !child.metadata?.name || child.metadata.namespace !== namespace) return `child ${child.kind} ${child.metadata?.name} is incomplete`
  }
  const validate = statusSchemas()[kind]
  return validate === undefined || validate(status) ? undefined : `status${validate.errors?.[0]?.instancePath ?? ''} ${validate.errors?.[0]?.message ?? 'is wrong'}`
}

function holeIn(value: unknown, path: string): string | undefined {
  if (value === null || value === undefined) return path
  if (typeof value !== 'object') return undefined
  for (const [key, item] of Object.entries(value)) {
    const hole = holeIn(item, `${path}.${key}`)
    if (hole !== undefined) return hole
  }
  return undefined
}

let compiled: Readonly<Record<string, ValidateFunction>> | undefined

function statusSchemas(): Readonly<Record<string, ValidateFunction>> {
  return compiled ??= compileStatusSchemas()
}

function compileStatusSchemas(): Readonly<Record<string, ValidateFunction>> {
  const ajv = formats.default(new Ajv({ strict: false }))
  return Object.fromEntries(Object.entries(SCHEMAS).map(([kind, schema]) => [kind.toLowerCase(), ajv.compile((schema as { properties?: { status?: object } }).properties?.status ?? {})]))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
