import type { KubeObject } from '../../../../schemas/generated/types.ts'
import { defaults, equal, fieldsOf, isFields, listOf, type Draft, type Fields, type Meta } from '../draft.ts'
import type { FieldError } from '../failure.ts'
import type { Kind } from '../kind.ts'
import { checkJobStatus, tidyJobStatus } from './job-status.ts'
import { checkPodSpec, defaultPodSpec } from './pod-spec.ts'

const IMMUTABLE = ['completions', 'selector', 'template', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy', 'podReplacementPolicy']
const NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name']
const UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid']

/** batch/v1 Job. */
export const JOB: Kind = {
  group: 'batch', apiVersion: 'batch/v1', plural: 'jobs', kind: 'Job', namespaced: true, custom: false, status: true, generation: true, orphans: true,
  fields: { 'status.successful': object => String(fieldsOf(object.status).succeeded ?? 0) },
  prepare(draft) {
    defaultJobSpec(draft.spec ??= {})
    generateSelector(draft)
    takeLabels(draft)
    draft.status = {}
  },
  prepareUpdate: next => defaultJobSpec(next.spec ??= {}),
  prepareMetadata({ metadata, spec }, asked) {
    takeLabels({ metadata, spec: fieldsOf(asked.spec) })
    takeLabels({ metadata, spec })
  },
  validate: (next, old) => [...checkJobSpec(next.spec ?? {}, 'spec'), ...checkSelector(next), ...(old === undefined ? [] : checkUpdate(next, old))],
  prepareStatus: tidyJobStatus,
  validateStatus: checkJobStatus,
}

/** Defaults of a Job's spec, also of those that a CronJob will make. */
export function defaultJobSpec(spec: Fields): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
  const policy = spec.podFailurePolicy
  defaults(spec, {
    parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false, manualSelector: false,
    podReplacementPolicy: policy === undefined ? 'TerminatingOrFailed' : 'Failed', template: {},
  })
  for (const rule of listOf(fieldsOf(policy).rules)) for (const condition of listOf(rule.onPodConditions)) condition.status ??= 'True'
  defaultTemplate(spec)
}

/** Defaults of the pod template alone: a CronJob's Jobs get the rest when they are made. */
export function defaultTemplate(spec: Fields): void {
  const template = fieldsOf(spec.template)
  template.metadata ??= {}
  template.spec ??= {}
  defaultPodSpec(template.spec as Fields)
}

/** What is wrong with a new Job. */
export function checkJobSpec(spec: Fields, path: string): FieldError[] {
  const template = fieldsOf(fieldsOf(spec.template).spec)
  const errors = checkPodSpec(template, `${path}.template.spec`)
  for (const field of ['parallelism', 'completions', 'backoffLimit', 'activeDeadlineSeconds', 'ttlSecondsAfterFinished']) {
    if (typeof spec[field] === 'number' && spec[field] < 0) errors.push({ field: `${path}.${field}`, reason: 'FieldValueInvalid', message: `Invalid value: ${spec[field]}: must be greater than or equal to 0` })
  }
  const policy = template.restartPolicy
  if (policy !== 'Never' && policy !== 'OnFailure') {
    errors.push({ field: `${path}.template.spec.restartPolicy`, reason: 'FieldValueRequired', message: 'Required value: valid values: "OnFailure", "Never"' })
  } else if (isFields(spec.podFailurePolicy) && policy !== 'Never') {
    errors.push({ field: `${path}.template.spec.restartPolicy`, reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(policy)}: only "Never" is supported when podFailurePolicy is specified` })
  }
  if (isFields(spec.podFailurePolicy) && spec.podReplacementPolicy !== undefined && spec.podReplacementPolicy !== 'Failed') {
    errors.push({ field: `${path}.podReplacementPolicy`, reason: 'FieldValueNotSupported', message: 'Unsupported value: supported values: "Failed"' })
  }
  return errors
}

/** A Job without labels has those of its template. */
function takeLabels({ metadata, spec = {} }: Pick<Draft, 'metadata' | 'spec'>): void {
  if (Object.keys(metadata.labels ?? {}).length > 0) return
  const { labels } = fieldsOf(fieldsOf(spec.template).metadata)
  if (isFields(labels)) metadata.labels = { ...labels } as Record<string, string>
}

/** Labels by which a Job finds its pods, and nobody else's. */
function generateSelector({ metadata, spec = {} }: Draft): void {
  if (spec.manualSelector === true) return
  const template = fieldsOf(spec.template).metadata as Meta
  const labels = template.labels ??= {}
  for (const label of NAME_LABELS) labels[label] ??= metadata.name ?? ''
  for (const label of UID_LABELS) labels[label] ??= metadata.uid ?? ''
  const selector = spec.selector ??= {}
  const matchLabels = fieldsOf(selector).matchLabels ??= {}
  fieldsOf(matchLabels)['batch.kubernetes.io/controller-uid'] ??= metadata.uid
}

/** A selector must choose the Job's own pods; one that was generated, these alone. */
function checkSelector({ metadata, spec = {} }: Draft): FieldError[] {
  const { selector, template, manualSelector } = spec
  const labels = fieldsOf(fieldsOf(fieldsOf(template).metadata).labels)
  const path = 'spec.template.metadata.labels'
  const errors: FieldError[] = selector === undefined ? [{ field: 'spec.selector', reason: 'FieldValueRequired', message: 'Required value' }] : []
  if (selector === undefined || !chooses(selector, labels)) errors.push({ field: path, reason: 'FieldValueInvalid', message: 'Invalid value: `selector` does not match template `labels`' })
  if (manualSelector === true || selector === undefined) return errors
  const own = { ...Object.fromEntries(UID_LABELS.map(key => [key, metadata.uid])), ...Object.fromEntries(NAME_LABELS.map(key => [key, metadata.name])) }
  for (const [key, value] of Object.entries(own)) {
    if (labels[key] === value) continue
    errors.push({ field: `${path}[${key}]`, reason: labels[key] === undefined ? 'FieldValueRequired' : 'FieldValueInvalid', message: `must be '${value}'` })
  }
  if (!chooses(selector, own)) errors.push({ field: 'spec.selector', reason: 'FieldValueInvalid', message: 'Invalid value: `selector` not auto-generated' })
  return errors
}

function chooses(selector: unknown, labels: Fields): boolean {
  return Object.entries(fieldsOf(fieldsOf(selector).matchLabels)).every(([key, value]) => labels[key] === value)
}

function checkUpdate(next: Draft, old: KubeObject): FieldError[] {
  const [now, before] = [next.spec ?? {}, fieldsOf(old.spec)]
  return IMMUTABLE.filter(field => !equal(now[field], before[field]) && !isAllowed(field, { now, before, startTime: fieldsOf(old.status).startTime }))
    .map(field => ({ field: `spec.${field}`, reason: 'FieldValueInvalid', message: 'Invalid value: field is immutable' }))
}

function isAllowed(field: string, { now, before, startTime }: { readonly now: Fields; readonly before: Fields; readonly startTime: unknown }): boolean {
  if (field === 'template') return before.suspend === true && startTime === undefined && equal(scheduled(now.template), scheduled(before.template))
  return field === 'podReplacementPolicy' || (field === 'completions' && before.completionMode === 'Indexed')
}

/** A template without what may still be changed while its Job has never run: where its pods go, and what they are called. */
function scheduled(template: unknown): object {
  const { metadata, spec } = fieldsOf(template)
  const { labels: _labels, annotations: _annotations, ...named } = fieldsOf(metadata)
  const { nodeSelector: _selector, affinity: _affinity, tolerations: _tolerations, schedulingGates: _gates, ...placed } = fieldsOf(spec)
  return { ...fieldsOf(template), metadata: named, spec: placed }
}
