import assert from 'node:assert/strict'
import test from 'node:test'
import { decideRestore } from '../../../../hooks/restore/decide.ts'
import { restoreJob } from '../../../../hooks/restore/restore-job.ts'
import type { KubeObject, Restore } from '../../../../schemas/generated/types.ts'
import { backup, claim, content, snapshot, snapshotPoint, START } from '../samples.ts'
import { OWNED, sceneInput, volumeInput, type Scene } from '../scene.ts'

const NAME = 'content-of-snap-data'
const READY = { 'snap-data': snapshot('snap-data') }
const of = { backups: [backup({ spec: { strategy: 'snapshot' }, volumes: [snapshotPoint('data')] })], repositories: [] }
const temporary = claim('again-tmp-data', { metadata: OWNED, spec: { volumeName: 'pvc-uid-of-again-tmp-data', dataSource: { name: 'snap-data' } }, status: { phase: 'Bound' } })
const volume: KubeObject = {
  apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pvc-uid-of-again-tmp-data', uid: 'uid-pv', resourceVersion: '5' },
  spec: { persistentVolumeReclaimPolicy: 'Delete', csi: { driver: 'csi.example.com' }, claimRef: { namespace: 'shop', name: 'again-tmp-data', uid: 'uid-of-again-tmp-data' } }, status: { phase: 'Bound' },
}
const claims = { data: null, 'again-tmp-data': temporary }

function primed(): KubeObject {
  const made = restoreJob(volumeInput({ ...of, observed: { claims } }))
  assert.ok(made)
  const status = { conditions: [{ type: 'Complete', status: 'True' }], completionTime: '2026-11-21T09:00:00Z' }
  return { ...made, metadata: { ...made.metadata, ...OWNED, creationTimestamp: '2026-11-21T09:00:00Z' }, status }
}

/** What is there under the snapshot's name when the volume is made; phase and reason then; seconds since. */
const rows: readonly [string, Scene['observed'], string, string, number?][] = [
  ['the same snapshot', { snapshots: READY, contents: { [NAME]: content('data') } }, 'Publishing', 'Publishing'],
  ['another snapshot', { snapshots: READY, contents: { [NAME]: content('data', { handle: 'handle-of-today' }) } }, 'Failed', 'SnapshotLost'],
  ['one that does not tell yet', { snapshots: READY, contents: { [NAME]: content('data', { handle: '' }) } }, 'Running', 'SnapshotLost'],
  ['one that never tells', { snapshots: READY, contents: { [NAME]: content('data', { handle: '' }) } }, 'Failed', 'SnapshotLost', 600],
  ['one that is not ready, from which nothing can be made', { snapshots: { 'snap-data': snapshot('snap-data', { readyToUse: false }) } }, 'Publishing', 'Publishing'],
  ['none any more', { snapshots: { 'snap-data': null } }, 'Publishing', 'Publishing'],
]

for (const [what, observed, phase, reason, seconds = 0] of rows) {
  test(`when the volume is made and its snapshot's name is that of ${what}: ${phase}`, () => {
    const now = new Date(START.getTime() + seconds * 1000)
    const { status, effects } = decideRestore(sceneInput({ ...of, children: [primed()], now, observed: { claims, persistentVolumes: [volume], ...observed } }))
    const [entry] = (status as Restore['status'])?.volumes ?? []
    assert.deepEqual([entry?.phase, entry?.reason], [phase, reason], entry?.message)
    assert.equal(effects.some(({ type }) => type === 'setReclaimPolicy'), phase === 'Publishing')
  })
}

/** Who has made the volume that the claim got, and what is made of it. */
const makers: readonly [string, object, string][] = [
  ['the snapshot\'s driver', { csi: { driver: 'csi.example.com' } }, 'Publishing'],
  ['a provisioner of host folders, which the cluster has as default', { hostPath: { path: '/opt/pvc-1' }, storageClassName: 'local-path' }, 'Failed'],
  ['another driver', { csi: { driver: 'nfs.csi.k8s.io' }, storageClassName: 'nfs' }, 'Failed'],
]

for (const [who, spec, phase] of makers) {
  test(`a volume made by ${who} is ${phase === 'Failed' ? 'not published: it is empty' : 'published'}`, () => {
    const { csi: _csi, ...common } = volume.spec as { csi: object }
    const scene = { ...of, children: [primed()], observed: { claims, persistentVolumes: [{ ...volume, spec: { ...common, ...spec } }], snapshots: READY, contents: { [NAME]: content('data') } } }
    const { status, effects } = decideRestore(sceneInput(scene))
    const [entry] = (status as Restore['status'])?.volumes ?? []
    assert.equal(entry?.phase, phase, entry?.message)
    assert.equal(effects.some(({ type }) => type === 'setReclaimPolicy'), phase === 'Publishing')
    if (phase === 'Failed') assert.match(entry?.message ?? '', /was made by .* \(StorageClass .*\), and not from the snapshot, which is of csi.example.com: nothing is published/)
  })
}
