import type { KubeObject } from '../../../../schemas/generated/types.ts'
import { equal, fieldsOf, listOf, type Draft, type Fields } from '../draft.ts'
import type { FieldError } from '../failure.ts'

interface Statuses {
  readonly now: Fields
  readonly before: Fields
  /** Whether a condition is True: now, or before. */
  readonly is: (type: string) => boolean
  readonly was: (type: string) => boolean
  readonly suspended: boolean
}

type Rule = (statuses: Statuses) => FieldError | false

const COUNTS = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const

/** A Job's status may not contradict itself: each rule answers what is wrong. */
const RULES: readonly Rule[] = [
  ...COUNTS.map((field): Rule => ({ now }) => count(now, field) < 0 && invalid(field, 'must be greater than or equal to 0')),
  ({ is }) => is('Complete') && is('Failed') && invalid('conditions', 'cannot set Complete=True and Failed=true conditions'),
  ({ is }) => is('Complete') && is('FailureTarget') && invalid('conditions', 'cannot set Complete=True and FailureTarget=true conditions'),
  ({ now, is }) => now.completionTime !== undefined && !is('Complete') && invalid('completionTime', 'cannot set completionTime when there is no Complete=True condition'),
  ({ now, is }) => now.completionTime === undefined && is('Complete') && required('completionTime', 'completionTime is required for Complete jobs'),
  ({ now }) => time(now.completionTime) < time(now.startTime) && invalid('completionTime', 'must be equal to or after `startTime`'),
  ({ is }) => is('Failed') && !is('FailureTarget') && invalid('conditions', 'cannot set Failed=True condition without the FailureTarget=true condition'),
  ({ is }) => is('Complete') && !is('SuccessCriteriaMet') && invalid('conditions', 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition'),
  ({ now, is }) => finished(is) && count(now, 'active') > 0 && invalid('active', 'active>0 is invalid for finished job'),
  ({ now, is }) => finished(is) && now.startTime === undefined && required('startTime', 'startTime is required for finished job'),
  ({ now, is }) => finished(is) && uncounted(now) > 0 && invalid('uncountedTerminatedPods', 'must be empty for finished job'),
  ({ now, is }) => finished(is) && count(now, 'terminating') > 0 && invalid('terminating', 'terminating>0 is invalid for finished job'),
  ({ now }) => now.ready !== undefined && count(now, 'ready') > count(now, 'active') && invalid('ready', 'cannot set more ready pods than active'),
  ({ is }) => is('SuccessCriteriaMet') && is('Failed') && invalid('conditions', 'cannot set SuccessCriteriaMet=True and Failed=true conditions'),
  ({ is }) => is('SuccessCriteriaMet') && is('FailureTarget') && invalid('conditions', 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'),
  ...(['succeeded', 'failed'] as const).map((field): Rule => ({ now, before }) => count(now, field) < count(before, field) && invalid(field, `cannot decrease the ${field} counter`)),
  ...['Complete', 'Failed', 'SuccessCriteriaMet', 'FailureTarget'].map((type): Rule => ({ is, was }) => was(type) && !is(type) && invalid('conditions', `cannot disable the terminal ${type}=True condition`)),
  ({ now, before, suspended }) => before.startTime !== undefined && !suspended && now.startTime === undefined && required('startTime', 'startTime cannot be removed for unsuspended job'),
  ({ now, before, suspended }) => before.startTime !== undefined && !suspended && now.startTime !== undefined && !equal(now.startTime, before.startTime) &&
    required('startTime', 'startTime cannot be modified for unsuspended job'),
  ({ now, before }) => before.completionTime !== undefined && !equal(now.completionTime, before.completionTime) && invalid('completionTime', 'field is immutable'),
]

/** Counts of nothing are left out, but for those that may be unknown. */
export function tidyJobStatus({ status = {} }: Draft): void {
  for (const field of ['active', 'succeeded', 'failed']) if (status[field] === 0) delete status[field]
}

/** What of a new status contradicts itself, the Job, or the status before. */
export function checkJobStatus(next: Draft, old: KubeObject): readonly FieldError[] {
  const [now, before] = [next.status ?? {}, fieldsOf(old.status)]
  const statuses: Statuses = { now, before, is: hasCondition(now), was: hasCondition(before), suspended: next.spec?.suspend === true }
  return RULES.map(rule => rule(statuses)).filter(error => error !== false)
}

function hasCondition(status: Fields): (type: string) => boolean {
  return type => listOf(status.conditions).some(condition => condition.type === type && condition.status === 'True')
}

function finished(is: Statuses['is']): boolean {
  return is('Complete') || is('Failed')
}

function count(status: Fields, field: string): number {
  return typeof status[field] === 'number' ? status[field] : 0
}

function uncounted({ uncountedTerminatedPods }: Fields): number {
  const { succeeded, failed } = fieldsOf(uncountedTerminatedPods)
  return listOf(succeeded).length + listOf(failed).length
}

function time(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : NaN
}

function invalid(field: string, message: string): FieldError {
  return { field: `status.${field}`, reason: 'FieldValueInvalid', message: `Invalid value: ${message}` }
}

function required(field: string, message: string): FieldError {
  return { field: `status.${field}`, reason: 'FieldValueRequired', message: `Required value: ${message}` }
}
