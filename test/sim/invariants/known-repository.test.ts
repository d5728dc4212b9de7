import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { knownRepository } from './known-repository.ts'
import { RESOURCE } from './resources.ts'
import { backup, job } from './samples.ts'

const repository = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'main', namespace: 'shop' }, spec: {} }
const known = { ...repository, status: { phase: 'Ready', resticId: 'abc', lastCheckTime: '2026-11-21T10:00:00Z', observedGeneration: 1 } }

function move(h: History, task: object, status = {}): void {
  h.pass(7200)
  const owner = h.put('user', RESOURCE.backups, backup({ spec: { strategy: 'external', repositoryRef: { name: 'main' } }, status }))
  const env = [{ name: 'HOLDFAST_TASK', value: JSON.stringify(task) }]
  h.put('metacontroller', RESOURCE.jobs, { ...job(owner), spec: { template: { spec: { containers: [{ name: 'mover', env }] } } } })
}

tryHistories(knownRepository, [
  ['it is told', h => { h.put('metacontroller', RESOURCE.repositories, known); move(h, { resticId: 'abc' }) }],
  ['it is not told', h => { h.put('metacontroller', RESOURCE.repositories, known); move(h, {}) }, /data-job of main is not told that restic repository abc is there/],
  ['it is told of the store', h => { h.put('metacontroller', RESOURCE.repositories, { ...known, status: { ...known.status, storeId: 'one' } }); move(h, { storeId: 'one', resticId: 'abc' }) }],
  ['it is not told of the store', h => { h.put('metacontroller', RESOURCE.repositories, { ...known, status: { ...known.status, storeId: 'one' } }); move(h, { resticId: 'abc' }) }, /data-job of main is not told that store one is there/],
  ['it is told of the store of its record', h => { h.put('metacontroller', RESOURCE.repositories, { ...known, status: { ...known.status, storeId: 'two' } }); move(h, { storeId: 'one', resticId: 'abc' }, { storeId: 'one' }) }],
  ['it is told of another than that of its record', h => { h.put('metacontroller', RESOURCE.repositories, { ...known, status: { ...known.status, storeId: 'two' } }); move(h, { storeId: 'two', resticId: 'abc' }, { storeId: 'one' }) }, /data-job is told store two, and one is where the data/],
  ['nobody knows', h => { h.put('metacontroller', RESOURCE.repositories, repository); move(h, {}) }],
  ['somebody made it be forgotten', h => { h.put('metacontroller', RESOURCE.repositories, repository); h.put('user', RESOURCE.repositories, known); move(h, {}) }],
])
