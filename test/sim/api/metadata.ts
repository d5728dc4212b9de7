import type { KubeObject } from '../../../schemas/generated/types.ts'
import { recent } from '../../metacontroller/recent.ts'
import { equal, isFields, type Draft, type Meta } from './draft.ts'
import type { FieldError } from './failure.ts'
import type { Kind } from './kind.ts'

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const ANNOTATIONS_MAX = 256 * 1024

/** What is wrong with the metadata of any object, whether new or changed. */
export function checkMetadata(kind: Kind, { metadata }: Draft): FieldError[] {
  const errors: FieldError[] = []
  if (metadata.name !== undefined && metadata.name !== '' && !isName(metadata.name, kind.labelNames === true)) errors.push(invalidField('metadata.name', `Invalid value: ${JSON.stringify(metadata.name)}: a lowercase RFC 1123 name must consist of lower case alphanumeric characters or '-'`))
  checkLabels(metadata, errors)
  checkAnnotations(metadata, errors)
  checkOwners(metadata, errors)
  for (const [index, finalizer] of (metadata.finalizers ?? []).entries()) {
    if (!isQualified(finalizer)) errors.push(invalidField('metadata.finalizers', `Invalid value: ${JSON.stringify(finalizer)}: name part must consist of alphanumeric characters`))
    else if (!finalizer.includes('/') && !['orphan', 'foregroundDeletion', 'kubernetes'].includes(finalizer) && !kind.custom) {
      errors.push(invalidField(`metadata.finalizers[${index}]`, `Invalid value: ${JSON.stringify(finalizer)}: name is neither a standard finalizer name nor is it fully qualified`))
    }
  }
  return errors
}

/** What of a change to the metadata is not allowed. */
export function checkMetadataUpdate({ metadata: next }: Draft, { metadata: old }: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  const fresh = (next.finalizers ?? []).filter(name => !(old.finalizers ?? []).includes(name))
  if (old.deletionTimestamp !== undefined && fresh.length > 0) {
    errors.push({ field: 'metadata.finalizers', reason: 'FieldValueForbidden', message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(fresh)}` })
  }
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (!equal(next[field], (old as Meta)[field])) errors.push(invalidField(`metadata.${field}`, `Invalid value: ${JSON.stringify(next[field])}: field is immutable`))
  }
  return errors
}

/** Whether a name can be one: a DNS subdomain, or a DNS label. */
export function isName(name: string, label = false): boolean {
  return label ? name.length <= 63 && LABEL.test(name) : name.length <= 253 && SUBDOMAIN.test(name)
}

/** Whether a key can be a label's: an optional DNS prefix and a name. */
export const isQualified: (key: string) => boolean = recent(key => {
  const [name = '', prefix, ...more] = key.split('/').reverse()
  return more.length === 0 && name.length <= 63 && PART.test(name) && (prefix === undefined || isName(prefix))
})

/** Whether a text can be a label's value. */
export function isLabelValue(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 63 && (value === '' || PART.test(value))
}

/** FieldValueInvalid. */
export function invalidField(field: string, message: string): FieldError {
  return { field, reason: 'FieldValueInvalid', message }
}

function checkLabels({ labels = {} }: Meta, errors: FieldError[]): void {
  for (const [key, value] of Object.entries(labels)) {
    if (!isQualified(key)) errors.push(invalidField('metadata.labels', `Invalid value: ${JSON.stringify(key)}: name part must consist of alphanumeric characters`))
    if (!isLabelValue(value)) errors.push(invalidField('metadata.labels', `Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters`))
  }
}

function checkAnnotations({ annotations = {} }: Meta, errors: FieldError[]): void {
  let size = 0
  for (const [key, value] of Object.entries(annotations)) {
    size += key.length + value.length
    if (!isQualified(key.toLowerCase())) errors.push(invalidField('metadata.annotations', `Invalid value: ${JSON.stringify(key)}: name part must consist of alphanumeric characters`))
  }
  if (size > ANNOTATIONS_MAX) errors.push({ field: 'metadata.annotations', reason: 'FieldValueTooLong', message: `Too long: may not be more than ${ANNOTATIONS_MAX} bytes` })
}

function checkOwners({ ownerReferences = [] }: Meta, errors: FieldError[]): void {
  for (const owner of ownerReferences) {
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (isFields(owner) && !owner[field]) errors.push(invalidField(`metadata.ownerReferences.${field}`, `Invalid value: "": must not be empty`))
    }
  }
  const controllers = ownerReferences.filter(owner => owner.controller === true)
  if (controllers.length > 1) errors.push(invalidField('metadata.ownerReferences', 'Invalid value: only one reference can have Controller set to true'))
}
