import assert from 'node:assert/strict'
import test from 'node:test'
import { decideRestore } from '../../../hooks/restore/decide.ts'
import { strayChildren } from '../../../hooks/restore/strays.ts'
import { claim, restore } from './samples.ts'
import { sceneInput } from './scene.ts'

const temporary = claim('again-tmp-data')
const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'again-restore-data', namespace: 'shop' }, spec: {} }

test('what no volume of the plan has made is a stray', () => {
  const { request } = sceneInput({ children: [temporary, job] })
  assert.deepEqual(strayChildren(request, [{ target: 'data' }]), [])
  assert.deepEqual(strayChildren(request, [{ target: 'other' }]).map(({ metadata }) => metadata.name), ['again-tmp-data', 'again-restore-data'])
})

test('a spec that was damaged on its way ends no restore that has begun', () => {
  const damaged = restore({ backup: 'nightly-20261121-0200', volumes: [{ source: 'data', target: 'A_B' }] })
  assert.throws(() => decideRestore(sceneInput({ restore: damaged, children: [temporary, job] })), { name: 'UserError', reason: 'InvalidSpec' })
  assert.equal(decideRestore(sceneInput({ restore: damaged })).status.phase, 'Failed')
})

test('a restore that waits keeps what it has', () => {
  const lost = restore({ policy: 'nightly' }, { backup: 'gone', phase: 'Running' })
  const { children, status } = decideRestore(sceneInput({ restore: lost, backups: [], children: [temporary, job] }))
  assert.deepEqual([status.reason, children.map(({ metadata }) => metadata.name)], ['BackupNotFound', ['again-tmp-data', 'again-restore-data']])
})
