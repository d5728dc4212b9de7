import { defaults, fieldsOf, type Fields } from '../draft.ts'
import type { FieldError } from '../failure.ts'
import type { Kind } from '../kind.ts'
import { checkJobSpec, defaultTemplate } from './job.ts'

const NAME_MAX = 52

/** batch/v1 CronJob. */
export const CRON_JOB: Kind = {
  group: 'batch', apiVersion: 'batch/v1', plural: 'cronjobs', kind: 'CronJob', namespaced: true, custom: false, status: true, generation: true,
  prepare(draft) {
    complete(draft.spec ??= {})
    draft.status = {}
  },
  prepareUpdate: next => complete(next.spec ??= {}),
  validate: ({ metadata, spec = {} }) => [...checkSpec(spec), ...checkName(metadata.name ?? '')],
}

function complete(spec: Fields): void {
  defaults(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1, jobTemplate: {} })
  const template = fieldsOf(spec.jobTemplate)
  template.metadata ??= {}
  template.spec ??= {}
  fieldsOf(template.spec).template ??= {}
  defaultTemplate(fieldsOf(template.spec))
}

function checkSpec(spec: Fields): FieldError[] {
  const errors = checkJobSpec(fieldsOf(fieldsOf(spec.jobTemplate).spec), 'spec.jobTemplate.spec')
  const schedule = String(spec.schedule ?? '')
  if (schedule === '') errors.push({ field: 'spec.schedule', reason: 'FieldValueRequired', message: 'Required value' })
  else if (!/^@|^(\S+\s+){4}\S+$/.test(schedule.trim())) errors.push({ field: 'spec.schedule', reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(schedule)}: expected exactly 5 fields` })
  return errors
}

/** The Jobs' names get a suffix of 11 characters. */
function checkName(name: string): FieldError[] {
  return name.length <= NAME_MAX ? [] : [{ field: 'metadata.name', reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(name)}: must be no more than 52 characters` }]
}
