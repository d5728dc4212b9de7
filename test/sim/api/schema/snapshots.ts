import type { Crd } from './crd.ts'
import type { SchemaSource } from './schema.ts'

const STRING = { type: 'string' } as const
const BOOLEAN = { type: 'boolean' } as const
const DELETION_POLICY = { type: 'string', enum: ['Delete', 'Retain'] } as const
const ERROR = { type: 'object', properties: { message: STRING, time: { type: 'string', format: 'date-time' } } } as const
const GROUP_NAME = { volumeGroupSnapshotName: STRING } as const

/** The snapshot API of the CSI project, as its CRDs of v8 say it; conform/api.test.ts compares it with the real ones. */
export const SNAPSHOT_CRDS: readonly Crd[] = [
  crd('VolumeSnapshotClass', 'Cluster', {
    required: ['deletionPolicy', 'driver'],
    properties: { deletionPolicy: DELETION_POLICY, driver: STRING, parameters: { type: 'object', additionalProperties: STRING } },
  }),
  crd('VolumeSnapshot', 'Namespaced', {
    required: ['spec'],
    properties: {
      spec: {
        type: 'object', required: ['source'],
        properties: {
          source: {
            type: 'object',
            properties: { persistentVolumeClaimName: fixed('persistentVolumeClaimName'), volumeSnapshotContentName: fixed('volumeSnapshotContentName') },
            'x-kubernetes-validations': [once('persistentVolumeClaimName'), once('volumeSnapshotContentName'), oneOf('volumeSnapshotContentName', 'persistentVolumeClaimName')],
          },
          volumeSnapshotClassName: { type: 'string', 'x-kubernetes-validations': [{ rule: 'size(self) > 0', message: 'volumeSnapshotClassName must not be the empty string when set' }] },
        },
      },
      status: {
        type: 'object',
        properties: {
          boundVolumeSnapshotContentName: STRING, creationTime: { type: 'string', format: 'date-time' }, error: ERROR, readyToUse: BOOLEAN,
          restoreSize: { type: 'string', 'x-kubernetes-int-or-string': true, pattern: '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$' },
          ...GROUP_NAME,
        },
      },
    },
  }),
  crd('VolumeSnapshotContent', 'Cluster', {
    required: ['spec'],
    properties: {
      spec: {
        type: 'object', required: ['deletionPolicy', 'driver', 'source', 'volumeSnapshotRef'],
        properties: {
          deletionPolicy: DELETION_POLICY, driver: STRING, volumeSnapshotClassName: STRING, volumeSnapshotRef: reference(),
          source: {
            type: 'object', properties: { snapshotHandle: fixed('snapshotHandle'), volumeHandle: fixed('volumeHandle') },
            'x-kubernetes-validations': [once('volumeHandle'), once('snapshotHandle'), oneOf('volumeHandle', 'snapshotHandle')],
          },
          sourceVolumeMode: fixed('sourceVolumeMode'),
        },
        'x-kubernetes-validations': [once('sourceVolumeMode')],
      },
      status: {
        type: 'object',
        properties: { creationTime: { type: 'integer' }, error: ERROR, readyToUse: BOOLEAN, restoreSize: { type: 'integer', minimum: 0 }, snapshotHandle: STRING, volumeGroupSnapshotHandle: STRING },
      },
    },
  }),
]

function crd(kind: string, scope: string, schema: SchemaSource): Crd {
  const plural = kind.endsWith('s') ? `${kind.toLowerCase()}es` : `${kind.toLowerCase()}s`
  const subresources = schema.properties?.status === undefined ? {} : { subresources: { status: {} } }
  return {
    spec: {
      group: 'snapshot.storage.k8s.io', scope, names: { plural, kind },
      versions: [{ name: 'v1', storage: true, ...subresources, schema: { openAPIV3Schema: { type: 'object', ...schema } } }],
    },
  }
}

function fixed(name: string): SchemaSource {
  return { type: 'string', 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: `${name} is immutable` }] }
}

function once(name: string): { rule: string; message: string } {
  return { rule: `!has(oldSelf.${name}) || has(self.${name})`, message: `${name} is required once set` }
}

function oneOf(a: string, b: string): { rule: string; message: string } {
  return { rule: `(has(self.${a}) && !has(self.${b})) || (!has(self.${a}) && has(self.${b}))`, message: `exactly one of ${a} and ${b} must be set` }
}

function reference(): SchemaSource {
  return {
    type: 'object',
    properties: { apiVersion: STRING, fieldPath: STRING, kind: STRING, name: STRING, namespace: STRING, resourceVersion: STRING, uid: STRING },
    'x-kubernetes-validations': [{ rule: 'has(self.name) && has(self.__namespace__)', message: 'both spec.volumeSnapshotRef.name and spec.volumeSnapshotRef.namespace must be set' }],
  }
}
