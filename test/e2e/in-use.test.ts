import assert from 'node:assert/strict'
import test from 'node:test'
import type { Backup, KubeObject } from '../../schemas/generated/types.ts'
import { databaseObjects, databaseReady } from '../demo/database.ts'
import { policy } from './kit/objects.ts'
import { sandbox } from './kit/sandbox.ts'
import { s3Destination } from './kit/store.ts'

test('a StatefulSet of three replicas, its ReadWriteOnce volumes in use, is covered by one policy; movers run beside the pods', async t => {
  const box = await sandbox(t, 'in-use')
  await box.apply(...databaseObjects('holdfast-wait', 3))
  for (const pod of ['postgres-0', 'postgres-1', 'postgres-2']) await databaseReady(box.namespace, pod)
  const destination = await s3Destination(box)
  await box.apply(policy('all-three', { strategy: 'tar', destination, selector: { matchLabels: { app: 'postgres' } } }))
  const made = await box.backup('run', 'all-three', '--wait')
  assert.equal(made.code, 0, made.stderr)
  const [backup] = await box.list<Backup>('backups')
  assert.deepEqual(backup?.status?.volumes?.map(({ pvc, phase }) => `${pvc} ${phase}`).sort(),
    ['data-postgres-0 Completed', 'data-postgres-1 Completed', 'data-postgres-2 Completed'])
  const users = await box.list<KubeObject & { spec: { nodeName: string } }>('pods', 'app=postgres')
  const nodes = new Map(users.map(pod => [`data-${pod.metadata.name}`, pod.spec.nodeName]))
  const movers = await box.list<KubeObject & { spec: { nodeName: string; volumes: { persistentVolumeClaim?: { claimName: string } }[]; affinity?: object; nodeSelector?: object } }>('pods', 'app.kubernetes.io/managed-by=holdfast')
  for (const mover of movers) {
    const name = mover.spec.volumes.find(volume => nodes.has(volume.persistentVolumeClaim?.claimName ?? ''))?.persistentVolumeClaim?.claimName
    if (name === undefined) continue
    assert.equal(mover.spec.nodeName, nodes.get(name))
    assert.match(JSON.stringify([mover.spec.affinity, mover.spec.nodeSelector]), new RegExp(nodes.get(name) ?? '-'), 'pinned, not placed by luck')
  }
})
