import { Ajv } from 'ajv'
import type { Reply } from './target.ts'
import { MARKER, secretFaults } from './secrets.ts'

/** A desired child, as an answer names it. */
export interface Child {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> }
  readonly spec?: object
}

/** What a sync or finalize hook answers. */
export interface Answered {
  readonly status: object
  readonly children: readonly Child[]
  readonly finalized: boolean
}

const name = { type: 'string', minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' }
const child = {
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata'],
  properties: {
    apiVersion: { enum: ['batch/v1', 'v1', 'snapshot.storage.k8s.io/v1'] },
    kind: { enum: ['Job', 'CronJob', 'PersistentVolumeClaim', 'VolumeSnapshot'] },
    metadata: { type: 'object', required: ['name', 'namespace'], properties: { name, namespace: name, labels: { type: 'object' }, annotations: { type: 'object' } }, additionalProperties: false },
    spec: { type: 'object' },
  },
  additionalProperties: false,
}
const rule = {
  type: 'object',
  required: ['apiVersion', 'resource'],
  properties: { apiVersion: name, resource: name, namespace: { type: 'string', minLength: 1 }, names: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } }, labelSelector: { type: 'object' } },
  anyOf: [{ required: ['namespace'] }, { required: ['names'] }, { required: ['labelSelector'] }],
  additionalProperties: false,
}

/** Hook version v2, as strictly as it can be said: every list is there, nothing is besides. */
const ajv = new Ajv({ strict: false })
const isAnswer = ajv.compile({
  type: 'object',
  required: ['status', 'children', 'finalized'],
  properties: { status: { type: 'object' }, children: { type: 'array', items: child }, finalized: { type: 'boolean' }, resyncAfterSeconds: { type: 'number', exclusiveMinimum: 0, maximum: 90_000 } },
  additionalProperties: false,
})
const isCustomize = ajv.compile({ type: 'object', required: ['relatedResources'], properties: { relatedResources: { type: 'array', items: { ...rule, properties: { ...rule.properties, apiVersion: { type: 'string' } } } } }, additionalProperties: false })
const isError = ajv.compile({
  type: 'object',
  required: ['error'],
  properties: { error: { type: 'object', required: ['reason', 'message'], properties: { reason: { type: 'string', pattern: '^[A-Z][A-Za-z]+$' }, message: { type: 'string', minLength: 1, maxLength: 5000 } }, additionalProperties: false } },
  additionalProperties: false,
})
const STATUSES = [400, 401, 404, 408, 413, 415, 422, 429, 500, 503]

/** What is wrong with the shape of a reply, whatever was asked. */
export function shapeFaults(reply: Reply, verb: string): readonly string[] {
  const { value, fault } = parsed(reply.text)
  if (fault !== undefined) return [fault]
  if (reply.headers['content-type'] !== 'application/json') return [`content-type ${String(reply.headers['content-type'])}`]
  if (reply.status !== 200) return errorFaults(reply, value)
  const isWhole = verb === 'customize' ? isCustomize : isAnswer
  if (!isWhole(value)) return [`a 200 that is not whole: ${ajv.errorsText(isWhole.errors)}`]
  return hasNullItem(value) ? ['a 200 with a null in a list'] : verb === 'customize' ? secretFaults('the related resources', value) : secretFaults('the status', (value as Answered).status)
}

function errorFaults({ status, text }: Reply, value: unknown): readonly string[] {
  return [
    ...STATUSES.includes(status) ? [] : [`status ${status}`],
    ...isError(value) ? [] : [`not an error body (${ajv.errorsText(isError.errors)}): ${text.slice(0, 200)}`],
    ...text.includes(MARKER) ? [`a secret in an error: ${text.slice(0, 400)}`] : [],
    ...(/node_modules|\.ts:\d/.test(text) ? ['a stack in an error'] : []),
  ]
}

function parsed(text: string): { readonly value?: unknown; readonly fault?: string } {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { fault: `the answer is no JSON: ${text.slice(0, 100)}` }
  }
}

function hasNullItem(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(item => item === null || hasNullItem(item))
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNullItem)
}
