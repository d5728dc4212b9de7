import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { knownRepository } from './known-repository.ts'
import { RESOURCE } from './resources.ts'
import { backup, job } from './samples.ts'

const repository = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'main', namespace: 'shop' }, spec: {} }
const known = { ...repository, status: { phase: 'Ready', resticId: 'abc', lastCheckTime: '2026-11-21T10:00:00Z', observedGeneration: 1 } }

function move(h: History, task: object): void {
  h.pass(7200)
  const owner = h.put('user', RESOURCE.backups, backup({ spec: { strategy: 'external', repositoryRef: { name: 'main' } } }))
  const env = [{ name: 'HOLDFAST_TASK', value: JSON.stringify(task) }]
  h.put('metacontroller', RESOURCE.jobs, { ...job(owner), spec: { template: { spec: { containers: [{ name: 'mover', env }] } } } })
}

tryHistories(knownRepository, [
  ['it is told', h => { h.put('metacontroller', RESOURCE.repositories, known); move(h, { resticId: 'abc' }) }],
  ['it is not told', h => { h.put('metacontroller', RESOURCE.repositories, known); move(h, {}) }, /data-job backs up to main and is not told that restic repository abc is there/],
  ['nobody knows', h => { h.put('metacontroller', RESOURCE.repositories, repository); move(h, {}) }],
  ['somebody made it be forgotten', h => { h.put('metacontroller', RESOURCE.repositories, repository); h.put('user', RESOURCE.repositories, known); move(h, {}) }],
])
