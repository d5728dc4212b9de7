import { API_VERSION } from '../../lib/api.ts'
import type { Live } from '../../hooks/live.ts'
import { childName } from '../../lib/names.ts'

/** Bearer token of the benchmark's server. */
export const TOKEN = 'benchmark-token'

const NAMES = Array.from({ length: 10 }, (_, index) => `data-${index}`)
const meta = (name: string): object => ({ name, namespace: 'bench', uid: `uid-${name}`, resourceVersion: '1', generation: 1, creationTimestamp: new Date(Date.now() - 60_000).toISOString() })

const jobs = Object.fromEntries(NAMES.map(pvc => [`bench/${childName('nightly', 'backup', pvc)}`, {
  apiVersion: 'batch/v1', kind: 'Job', metadata: meta(childName('nightly', 'backup', pvc)),
  spec: { template: { spec: { containers: [{ name: 'mover', image: 'holdfast-mover:0.1.0' }] } } }, status: { active: 1, ready: 1, startTime: new Date().toISOString() },
}]))

const claims = Object.fromEntries(NAMES.map(name => [`bench/${name}`, {
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: meta(name),
  spec: { accessModes: ['ReadWriteOnce'], volumeName: `pv-${name}`, storageClassName: 'fast', volumeMode: 'Filesystem' }, status: { phase: 'Bound', capacity: { storage: '1Gi' } },
}]))

const destination = { type: 's3', url: 's3://bucket/prefix', credentialsSecret: 'store' }

/** A sync request of a Backup with ten running Jobs, as hook v2 sends it. */
export const BODY = JSON.stringify({
  controller: {},
  parent: {
    apiVersion: API_VERSION, kind: 'Backup', metadata: meta('nightly'),
    spec: { strategy: 'tar', volumes: NAMES, repositoryRef: { kind: 'BackupRepository', name: 'store' }, allowEmpty: false, deletionPolicy: 'Retain' },
    status: { phase: 'Running', startTime: new Date().toISOString(), volumes: NAMES.map(pvc => ({ pvc, phase: 'Running', jobName: childName('nightly', 'backup', pvc) })) },
  },
  children: { 'Job.batch/v1': jobs, 'VolumeSnapshot.snapshot.storage.k8s.io/v1': {} },
  related: {
    'BackupRepository.holdfast.dev/v1alpha1': {
      'bench/store': { apiVersion: API_VERSION, kind: 'BackupRepository', metadata: meta('store'), spec: destination, status: { phase: 'Ready' } },
    },
    'PersistentVolumeClaim.v1': claims,
  },
  finalizing: false,
})

/** Reads that the hook makes besides: every mover's pod runs, nothing else is found. */
export const LIVE: Live = {
  current: async object => object,
  time: () => undefined,
  job: async () => undefined,
  jobsOfBackup: async () => [],
  backupsOfPolicy: async () => [],
  podsOfJob: async (namespace: string, job: string) => [{
    apiVersion: 'v1', kind: 'Pod', metadata: { name: `${job}-x`, namespace }, spec: { nodeName: 'node-1' },
    status: { phase: 'Running', containerStatuses: [{ name: 'mover', state: { running: {} } }] },
  }],
  activePods: async () => [],
  podEvents: async () => [],
  jobEvents: async () => [],
  volumeSnapshot: async () => undefined,
  volumesOfRestore: async () => [],
  restores: async () => [],
  snapshotClasses: async () => [],
  contentsOfBackup: async () => [],
  snapshotContents: async () => [],
  snapshotContent: async () => undefined,
  persistentVolume: async () => undefined,
  claim: async () => undefined,
  storageClass: async () => undefined, repository: async () => undefined,
}
