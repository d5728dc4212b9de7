import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namesakeFinding } from '../../../hooks/jobs/namesake.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'

const parent: KubeObject = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', metadata: { name: 'first', namespace: 'shop', uid: 'new' } }
const owner = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', name: 'first', uid: 'old' }
const job = (metadata: Partial<KubeObject['metadata']> = {}): KubeObject => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'first-backup-data', namespace: 'shop', ...metadata } })

for (const [sentence, namesake] of [
  ['the name is free', undefined],
  ['the Job is its own', job({ ownerReferences: [{ ...owner, uid: 'new' }] })],
  ['the Job lost its owner, and will be adopted by its label', job({ labels: { 'controller-uid': 'new' } })],
  ['the Job is being deleted', job({ deletionTimestamp: '2026-11-21T02:00:00Z' })],
  ['the Job is of a former parent of this name', job({ ownerReferences: [owner] })],
] as const) {
  test(`nothing is said when ${sentence}`, () => assert.equal(namesakeFinding(namesake, parent, 'the mover'), undefined))
}

for (const [sentence, namesake] of [
  ['nobody owns', job()],
  ['something else owns', job({ ownerReferences: [{ ...owner, kind: 'CronJob' }] })],
] as const) {
  test(`a Job that ${sentence} is told with the command that makes way`, () => {
    const { reason, message = '' } = namesakeFinding(namesake, parent, 'the mover') ?? {}
    assert.equal(reason, 'TargetExists')
    assert.match(message, /^Job first-backup-data has the name of the mover's Job, .*: kubectl delete job first-backup-data -n shop$/)
  })
}

test('a VolumeSnapshot is told as one', () => {
  const { message = '' } = namesakeFinding({ ...job(), apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot' }, parent, 'the volume') ?? {}
  assert.match(message, /^VolumeSnapshot first-backup-data has the name of the volume's VolumeSnapshot, .*: kubectl delete volumesnapshot first-backup-data -n shop$/)
})
