import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { controller } from './controller.ts'
import { Store } from './store.ts'

const driver = { name: 'd', nodeId: 'n', socket: '', registration: '', data: '', protos: '', snapshots: true }
const source = (id: string): object => ({ snapshot: { snapshot_id: id } })

function setUp(t: TestContext): { store: Store, call: (method: string, request: object) => Promise<unknown> } {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-csi-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const store = new Store(dir)
  const methods = controller(driver, store)
  return { store, call: async (method, request) => await methods[method]?.(request as never) }
}

function volume(name: string, bytes: number, content: object | null = null): object {
  const capacity = { required_bytes: String(bytes), limit_bytes: '0' }
  return { name, capacity_range: capacity, volume_capabilities: [{}], volume_content_source: content }
}

test('a snapshot keeps what the volume held, and a larger volume can be made of it', async (t) => {
  const { store, call } = setUp(t)
  await call('CreateVolume', volume('v', 10))
  writeFileSync(join(store.dir('volumes', 'v'), 'f'), 'before')
  await call('CreateSnapshot', { name: 's', source_volume_id: 'v' })
  writeFileSync(join(store.dir('volumes', 'v'), 'f'), 'after')
  await call('CreateVolume', volume('w', 20, source('s')))
  assert.equal(readFileSync(join(store.dir('volumes', 'w'), 'f'), 'utf8'), 'before')
  await assert.rejects(call('CreateVolume', volume('small', 5, source('s'))), /5 bytes asked for/)
})

test('calls may be repeated, also at the same time', async (t) => {
  const { store, call } = setUp(t)
  const answers = await Promise.all([call('CreateVolume', volume('v', 10)), call('CreateVolume', volume('v', 10))])
  assert.deepEqual(answers[0], answers[1])
  const first = await call('CreateSnapshot', { name: 's', source_volume_id: 'v' })
  assert.deepEqual(await call('CreateSnapshot', { name: 's', source_volume_id: 'v' }), first)
  await call('DeleteSnapshot', { snapshot_id: 's' })
  await call('DeleteSnapshot', { snapshot_id: 's' })
  assert.deepEqual(store.list('snapshots'), [])
})

test('ids cannot lead out of the folder', async (t) => {
  const { call } = setUp(t)
  await assert.rejects(call('CreateVolume', volume('../x', 10)), /not one of ours/)
})
