import type { KubeObject } from '../../../../schemas/generated/types.ts'
import { defaults, equal, fieldsOf, isFields, type Draft } from '../draft.ts'
import type { FieldError } from '../failure.ts'
import type { Kind } from '../kind.ts'

const BUILT_IN = { custom: false, status: false, generation: false } as const

export const NAMESPACE: Kind = {
  ...BUILT_IN, group: '', apiVersion: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false, status: true, labelNames: true, returnsDeleted: true,
  fields: { 'status.phase': object => String(fieldsOf(object.status).phase ?? '') },
  prepare(draft) {
    draft.metadata.labels = { ...draft.metadata.labels, 'kubernetes.io/metadata.name': draft.metadata.name ?? '' }
    draft.spec = { finalizers: ['kubernetes'] }
    draft.status = { phase: 'Active' }
  },
  prepareUpdate(next, old) {
    next.spec = fieldsOf(old.spec)
  },
  prepareMetadata(next) {
    next.metadata.labels = { ...next.metadata.labels, 'kubernetes.io/metadata.name': next.metadata.name ?? '' }
  },
}

export const SECRET: Kind = {
  ...BUILT_IN, group: '', apiVersion: 'v1', plural: 'secrets', kind: 'Secret', namespaced: true,
  fields: { type: object => String(object.type ?? '') },
  prepare: mergeStrings,
  prepareUpdate: mergeStrings,
  validate: (next, old) => old !== undefined && !equal(next.type, old.type) ? [{ field: 'type', reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(next.type)}: field is immutable` }] : [],
}

/** Counts of objects alone are limited, as in `persistentvolumeclaims` and `count/jobs.batch`. */
export const QUOTA: Kind = { ...BUILT_IN, group: '', apiVersion: 'v1', plural: 'resourcequotas', kind: 'ResourceQuota', namespaced: true, status: true }

export const CONFIG_MAP: Kind = { ...BUILT_IN, group: '', apiVersion: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true }

export const EVENT: Kind = {
  ...BUILT_IN, group: '', apiVersion: 'v1', plural: 'events', kind: 'Event', namespaced: true,
  fields: {
    ...Object.fromEntries(['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']
      .map(field => [`involvedObject.${field}`, (object: KubeObject) => String(fieldsOf(object.involvedObject)[field] ?? '')])),
    reason: object => String(object.reason ?? ''),
    reportingComponent: object => String(object.reportingComponent ?? ''),
    source: object => String(fieldsOf(object.source).component ?? object.reportingComponent ?? ''),
    type: object => String(object.type ?? ''),
  },
  prepare: draft => defaults(draft, { involvedObject: {}, source: {}, reportingComponent: '', reportingInstance: '' }),
  prepareUpdate: next => defaults(next, { involvedObject: {}, source: {}, reportingComponent: '', reportingInstance: '' }),
  validate: checkEvent,
}

export const STORAGE_CLASS: Kind = {
  ...BUILT_IN, group: 'storage.k8s.io', apiVersion: 'storage.k8s.io/v1', plural: 'storageclasses', kind: 'StorageClass', namespaced: false, returnsDeleted: true,
  prepare: draft => defaults(draft, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  prepareUpdate: next => defaults(next, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validate: checkClass,
}

function mergeStrings(draft: Draft): void {
  draft.type ??= 'Opaque'
  const { stringData } = draft
  delete draft.stringData
  if (!isFields(stringData)) return
  const encoded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')])
  draft.data = { ...fieldsOf(draft.data), ...Object.fromEntries(encoded) as object }
}

/** An Event about a namespaced object stands beside it; about any other, in `default` or `kube-system`. */
function checkEvent({ metadata, involvedObject }: Draft): FieldError[] {
  const about = String(fieldsOf(involvedObject).namespace ?? '')
  const right = about === '' ? metadata.namespace === 'default' || metadata.namespace === 'kube-system' : about === metadata.namespace
  return right ? [] : [{ field: 'involvedObject.namespace', reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(about)}: does not match event.namespace` }]
}

function checkClass(next: Draft, old: KubeObject | undefined): FieldError[] {
  if (!next.provisioner) return [{ field: 'provisioner', reason: 'FieldValueRequired', message: 'Required value' }]
  if (old === undefined) return []
  return ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'].filter(field => !equal(next[field], old[field]))
    .map(field => ({ field, reason: field === 'volumeBindingMode' ? 'FieldValueInvalid' : 'FieldValueForbidden', message: `Forbidden: updates to ${field} are forbidden.` }))
}
