import type { KubeObject } from '../../../../schemas/generated/types.ts'
import { equal, fieldsOf, isFields, type Draft, type Fields } from '../draft.ts'
import { forbidden, type FieldError } from '../failure.ts'
import type { Kind, Surroundings } from '../kind.ts'
import { canonicalList, canonicalQuantities, quantityValue } from './quantity.ts'

const DEFAULT_CLASS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
const PROTECTION = 'kubernetes.io/pvc-protection'

/** v1 PersistentVolumeClaim. */
export const CLAIM: Kind = {
  group: '', apiVersion: 'v1', plural: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', namespaced: true, custom: false, status: true, generation: false, returnsDeleted: true,
  prepare(draft, around) {
    const spec = draft.spec ??= {}
    complete(spec)
    if (spec.storageClassName === undefined) {
      const name = defaultClass(around)
      if (name !== undefined) spec.storageClassName = name
    }
    const { finalizers = [] } = draft.metadata
    draft.metadata.finalizers = finalizers.includes(PROTECTION) ? finalizers : [...finalizers, PROTECTION]
    draft.status = { phase: 'Pending' }
  },
  prepareStatus(next) {
    const status = next.status ??= {}
    status.phase ??= 'Pending'
    canonicalList(status.capacity)
  },
  prepareUpdate: next => complete(next.spec ??= {}),
  admitUpdate: checkExpansion,
  validate: (next, old) => [...checkSpec(next.spec ?? {}), ...(old === undefined ? [] : checkUpdate(next, old))],
}

function complete(spec: Fields): void {
  spec.volumeMode ??= 'Filesystem'
  canonicalQuantities(spec.resources)
  spec.resources ??= {}
  const { dataSource, dataSourceRef } = spec
  if (isFields(dataSource) && dataSourceRef === undefined) spec.dataSourceRef = { ...dataSource }
  else if (isFields(dataSourceRef) && dataSource === undefined && dataSourceRef.namespace === undefined) spec.dataSource = { ...dataSourceRef }
}

/** The newest of the classes that call themselves the default. */
function defaultClass(around: Surroundings): string | undefined {
  const classes = around.all('storage.k8s.io/v1/storageclasses').filter(({ metadata }) => DEFAULT_CLASS.some(key => metadata.annotations?.[key] === 'true'))
  const newestFirst = classes.toSorted((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') || a.metadata.name.localeCompare(b.metadata.name))
  return newestFirst[0]?.metadata.name
}

function checkSpec(spec: Fields): FieldError[] {
  const errors: FieldError[] = []
  if (!Array.isArray(spec.accessModes) || spec.accessModes.length === 0) errors.push({ field: 'spec.accessModes', reason: 'FieldValueRequired', message: 'Required value: at least 1 access mode is required' })
  const storage = storageOf(spec)
  if (storage === undefined) errors.push({ field: 'spec.resources[storage]', reason: 'FieldValueRequired', message: 'Required value' })
  else if (!((quantityValue(storage) ?? 0) > 0)) errors.push({ field: 'spec.resources[storage]', reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(storage)}: must be greater than zero` })
  return errors
}

/** A bound claim may ask for more; a claim without a volume may be given one; nothing else changes. */
function checkUpdate(next: Draft, old: KubeObject): FieldError[] {
  const [now, before] = [next.spec ?? {}, fieldsOf(old.spec)]
  const kept: Fields = { ...now }
  if (!before.volumeName) {
    if (before.volumeName === undefined) delete kept.volumeName
    else kept.volumeName = before.volumeName
  }
  if (before.storageClassName === undefined) delete kept.storageClassName
  if (fieldsOf(old.status).phase === 'Bound') kept.resources = before.resources
  kept.volumeAttributesClassName = before.volumeAttributesClassName
  if (kept.volumeAttributesClassName === undefined) delete kept.volumeAttributesClassName
  const errors: FieldError[] = []
  if (!equal(kept, before)) errors.push({ field: 'spec', reason: 'FieldValueForbidden', message: 'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims' })
  if ((quantityValue(storageOf(now)) ?? 0) < (quantityValue(fieldsOf(fieldsOf(old.status).capacity).storage) ?? 0)) {
    errors.push({ field: 'spec.resources.requests.storage', reason: 'FieldValueForbidden', message: 'Forbidden: field can not be less than status.capacity' })
  }
  return errors
}

/** Whether a claim may grow is for its class to say. */
function checkExpansion(next: Draft, old: KubeObject, around: Surroundings): void {
  const [wanted, had] = [storageOf(next.spec ?? {}), storageOf(fieldsOf(old.spec))].map(quantityValue)
  if (wanted === undefined || had === undefined || wanted <= had || fieldsOf(old.status).phase !== 'Bound') return
  const className = fieldsOf(old.spec).storageClassName
  const found = typeof className === 'string' ? around.find('storage.k8s.io/v1/storageclasses', undefined, className) : undefined
  if (found?.allowVolumeExpansion === true) return
  throw forbidden(CLAIM, old.metadata.name, { message: 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize' })
}

function storageOf({ resources }: Fields): unknown {
  return fieldsOf(fieldsOf(resources).requests).storage
}
