import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { SCHEMAS } from '../schemas/generated/schemas.ts'
import type { Decision, KubeObject, RelatedRule, SyncRequest } from './hook.ts'
import type { Registered } from './registry-map.ts'
import { isObjectName } from './resource-path.ts'
import { faults } from './validate-request.ts'
import { wholeJson, type Json } from './whole-json.ts'

/** What a sync or finalize hook answers. */
export interface SyncAnswer {
  readonly status: Json
  readonly children: readonly Json[]
  readonly resyncAfterSeconds?: number
  readonly finalized: boolean
}

/**
 * A decision as the answer to send. Throws, so that the server answers 500, for anything that Metacontroller would take as
 * an order to delete, would crash on, or would create and never see again.
 */
export function syncAnswer(decision: Decision, request: SyncRequest<KubeObject>, registered: Registered): SyncAnswer {
  const status = wholeJson(decision.status, 'status')
  const validate = statusValidators[registered.kind]
  if (!validate(status)) throw new Error(`the status of ${registered.kind} ${request.parent.metadata.name} does not fit its schema: ${faults(validate)}`)
  if (!Array.isArray(decision.children)) throw new Error('children must be a list')
  const children = decision.children.map((child, index) => childOf(child, `children[${index}]`))
  children.forEach((child, index) => requireWanted(child, { request, registered, place: `children[${index}]` }))
  requireUnique(children)
  // `finalized` outside of finalize would take the finalizer away from a living object.
  const finalized = request.finalizing && decision.finalized === true
  return { status, children: children as unknown as readonly Json[], ...resync(decision.resyncAfterSeconds), finalized }
}

/** The rules of a customize hook as the answer to send. Throws for a rule that would select every object of its kind in the cluster. */
export function customizeAnswer(rules: readonly RelatedRule[]): { readonly relatedResources: readonly Json[] } {
  return { relatedResources: rules.map((rule, index) => relatedRule(rule, `relatedResources[${index}]`)) }
}

function relatedRule(rule: RelatedRule, place: string): Json {
  const whole = wholeJson(rule, place)
  const { names, namespace, labelSelector } = rule
  if (names?.length === 0) throw new Error(`${place}.names is empty, which Metacontroller reads as every ${rule.resource}; leave the rule out`)
  if (names === undefined && namespace === undefined && labelSelector === undefined) throw new Error(`${place} selects every ${rule.resource} of the cluster`)
  if (namespace === '') throw new Error(`${place}.namespace is empty, which Metacontroller reads as every namespace`)
  if (names !== undefined && labelSelector !== undefined) throw new Error(`${place} has names and labelSelector, which Metacontroller refuses`)
  return whole
}

function childOf(child: KubeObject, place: string): KubeObject {
  const whole = wholeJson(child, place) as unknown as KubeObject
  const words = [whole.apiVersion, whole.kind, whole.metadata?.name]
  if (!words.every(word => typeof word === 'string' && word !== '')) throw new Error(`${place} has no apiVersion, kind or metadata.name`)
  return whole
}

interface Wanting {
  readonly request: SyncRequest<KubeObject>
  readonly registered: Registered
  readonly place: string
}

/** Fields that the API server or Metacontroller fill in; a desired child with one of them is a copy of an observed object. */
const SERVER_SET = ['uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp', 'managedFields', 'ownerReferences', 'generateName', 'selfLink']

function requireWanted(child: KubeObject, { request, registered, place }: Wanting): void {
  const { name, namespace } = child.metadata
  const group = `${child.kind}.${child.apiVersion}`
  const where = `${place} (${group} ${name})`
  if (![...registered.children.always, ...registered.children.sometimes].includes(group)) throw new Error(`${where} is not a child kind of ${registered.kind}`)
  if (!Object.hasOwn(request.children, group)) throw new Error(`${where} is not in childResources of the CompositeController: it would never be seen again`)
  if (!isObjectName(name)) throw new Error(`${where} has a name that no object can have`)
  if (namespace !== request.parent.metadata.namespace) throw new Error(`${where} is in namespace ${namespace}, not in that of its parent`)
  if (child.status !== undefined) throw new Error(`${where} has a status`)
  if (child.spec !== undefined && (typeof child.spec !== 'object' || Array.isArray(child.spec))) throw new Error(`${where} has a spec that is no object`)
  const copied = SERVER_SET.find(field => field in child.metadata)
  if (copied !== undefined) throw new Error(`${where} has metadata.${copied}`)
}

function requireUnique(children: readonly KubeObject[]): void {
  const seen = new Set<string>()
  for (const { apiVersion, kind, metadata } of children) {
    const key = `${kind}.${apiVersion}/${metadata.name}`
    if (seen.has(key)) throw new Error(`two children are ${key}: the last one would win`)
    seen.add(key)
  }
}

/** Coming back once a day costs nothing, and Metacontroller's nanoseconds have an end. */
const RESYNC_MAX = 86_400

function resync(seconds: number | undefined): { resyncAfterSeconds?: number } {
  if (seconds === undefined) return {}
  if (Number.isFinite(seconds) && seconds > 0) return { resyncAfterSeconds: Math.min(seconds, RESYNC_MAX) }
  throw new Error(`resyncAfterSeconds must be above 0, got ${seconds}: Metacontroller would never come back`)
}

const ajv = formats.default(new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true }))
const statusValidators = Object.fromEntries(
  Object.entries(SCHEMAS).map(([kind, schema]) => [kind, ajv.compile(statusSchema(schema))]),
) as Record<keyof typeof SCHEMAS, ValidateFunction>

function statusSchema(schema: object): object {
  const { properties } = schema as { properties?: { status?: object } }
  return properties?.status ?? { type: 'object' }
}
