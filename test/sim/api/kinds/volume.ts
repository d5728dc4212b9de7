import type { KubeObject } from '../../../../schemas/generated/types.ts'
import { defaults, equal, fieldsOf, isFields, type Draft, type Fields } from '../draft.ts'
import type { FieldError } from '../failure.ts'
import type { Kind } from '../kind.ts'
import { canonicalList } from './quantity.ts'

const PROTECTION = 'kubernetes.io/pv-protection'
const SOURCES = ['csi', 'hostPath', 'local', 'nfs', 'iscsi', 'fc', 'rbd', 'cephfs', 'flexVolume', 'azureDisk', 'azureFile', 'gcePersistentDisk', 'awsElasticBlockStore', 'vsphereVolume', 'cinder', 'portworxVolume']

/** v1 PersistentVolume. */
export const VOLUME: Kind = {
  group: '', apiVersion: 'v1', plural: 'persistentvolumes', kind: 'PersistentVolume', namespaced: false, custom: false, status: true, generation: false, returnsDeleted: true,
  prepare(draft, around) {
    complete(draft.spec ??= {})
    const { finalizers = [] } = draft.metadata
    draft.metadata.finalizers = finalizers.includes(PROTECTION) ? finalizers : [...finalizers, PROTECTION]
    draft.status = { phase: 'Pending', lastPhaseTransitionTime: around.now }
  },
  prepareStatus(next, old, around) {
    const before = fieldsOf(old.status)
    const status = next.status ??= {}
    status.phase ??= 'Pending'
    const kept = status.lastPhaseTransitionTime === undefined || status.lastPhaseTransitionTime === before.lastPhaseTransitionTime
    if (kept && before.lastPhaseTransitionTime !== undefined) status.lastPhaseTransitionTime = status.phase === before.phase ? before.lastPhaseTransitionTime : around.now
  },
  prepareUpdate: next => complete(next.spec ??= {}),
  validate: (next, old) => [...checkSpec(next.spec ?? {}), ...(old === undefined ? [] : checkUpdate(next, old))],
}

function complete(spec: Fields): void {
  defaults(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' })
  if (isFields(spec.hostPath)) spec.hostPath.type ??= ''
  if (isFields(spec.claimRef)) defaults(spec.claimRef, {})
  canonicalList(spec.capacity)
}

function checkSpec(spec: Fields): FieldError[] {
  const errors: FieldError[] = []
  if (!Array.isArray(spec.accessModes) || spec.accessModes.length === 0) errors.push({ field: 'spec.accessModes', reason: 'FieldValueRequired', message: 'Required value' })
  const resources = Object.keys(fieldsOf(spec.capacity))
  if (resources.length === 0) errors.push({ field: 'spec.capacity', reason: 'FieldValueRequired', message: 'Required value' })
  if (resources.length !== 1 || resources[0] !== 'storage') errors.push({ field: 'spec.capacity', reason: 'FieldValueNotSupported', message: 'Unsupported value: supported values: "storage"' })
  const sources = SOURCES.filter(source => spec[source] !== undefined)
  if (sources.length === 0) errors.push({ field: 'spec', reason: 'FieldValueRequired', message: 'Required value: must specify a volume type' })
  if (isFields(spec.csi)) {
    for (const field of ['driver', 'volumeHandle']) if (!spec.csi[field]) errors.push({ field: `spec.csi.${field}`, reason: 'FieldValueRequired', message: 'Required value' })
  }
  const policy = String(spec.persistentVolumeReclaimPolicy)
  if (!['Delete', 'Recycle', 'Retain'].includes(policy)) {
    errors.push({ field: 'spec.persistentVolumeReclaimPolicy', reason: 'FieldValueNotSupported', message: `Unsupported value: ${JSON.stringify(policy)}: supported values: "Delete", "Recycle", "Retain"` })
  }
  return errors
}

/** Where the data is cannot be changed. */
function checkUpdate(next: Draft, old: KubeObject): FieldError[] {
  const [now, before] = [next.spec ?? {}, fieldsOf(old.spec)]
  const errors: FieldError[] = []
  if (SOURCES.some(source => !equal(now[source], before[source]))) {
    errors.push({ field: 'spec.persistentvolumesource', reason: 'FieldValueForbidden', message: 'Forbidden: spec.persistentvolumesource is immutable after creation' })
  }
  if (!equal(now.volumeMode, before.volumeMode)) errors.push({ field: 'volumeMode', reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(now.volumeMode)}: field is immutable` })
  if (before.nodeAffinity !== undefined && !equal(now.nodeAffinity, before.nodeAffinity)) {
    errors.push({ field: 'spec.nodeAffinity', reason: 'FieldValueInvalid', message: 'Invalid value: field is immutable' })
  }
  return errors
}
