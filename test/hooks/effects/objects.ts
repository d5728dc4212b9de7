import type { KubeObject } from '../../../hooks/hook.ts'

export const NOW = new Date('2026-11-21T02:00:00.500Z')

export const backup: KubeObject = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', metadata: { name: 'nightly-20261121-0200', namespace: 'shop', uid: 'backup-uid' }, spec: {} }
export const BACKUPS = '/apis/holdfast.dev/v1alpha1/namespaces/shop/backups'
export const BACKUP = `${BACKUPS}/nightly-20261121-0200`
export const backupTarget = { namespace: 'shop', name: 'nightly-20261121-0200', uid: 'backup-uid' }

export const CONTENT = '/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/content'
export const contentTarget = { name: 'content', uid: 'content-uid' }
export function content(spec: object): KubeObject {
  return { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotContent', metadata: { name: 'content', uid: 'content-uid' }, spec }
}

export const VOLUME = '/api/v1/persistentvolumes/pv-1'
export const volumeTarget = { name: 'pv-1', uid: 'pv-uid' }
/** A volume that the temporary claim has released. */
export function volume(spec: object = {}): KubeObject {
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'tmp', uid: 'tmp-uid', resourceVersion: '7' }
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv-1', uid: 'pv-uid' }, spec: { persistentVolumeReclaimPolicy: 'Retain', claimRef, ...spec }, status: { phase: 'Released' } }
}

export const CLAIM = '/api/v1/namespaces/shop/persistentvolumeclaims/data'
/** The claim to publish, or with changes one that is in its way. */
export function claim(annotations: Record<string, string> = { 'holdfast.dev/restore-uid': 'restore-uid' }, spec: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop', annotations }, spec: { resources: { requests: { storage: '1Gi' } }, ...spec } }
}
