import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fakeApi } from './fake-api.ts'
import { startHooks } from './hooks-process.ts'

test('without a token it does not start, and says what to do', async () => {
  const { exited, line } = startHooks({ HOLDFAST_TOKEN_FILE: '/absent/token', HOLDFAST_MOVER_IMAGE: 'mover', KUBECONFIG: '/absent/config' })
  assert.match(String((await line()).error), /cannot read the token file \/absent\/token; mount the Secret/)
  assert.equal(await exited, 1)
})

test('it serves with its token, becomes ready by the API server, and ends on SIGTERM', async () => {
  await using fake = await fakeApi()
  fake.put('/version', { kind: 'Info', metadata: { name: 'version' } })
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-main-'))
  writeFileSync(join(folder, 'token'), 'right\n')
  writeFileSync(join(folder, 'config'), fake.config.exportConfig())
  const { child, exited, line } = startHooks({ HOLDFAST_TOKEN_FILE: join(folder, 'token'), HOLDFAST_MOVER_IMAGE: 'mover', KUBECONFIG: join(folder, 'config'), PORT: '0' })
  try {
    const { port } = (await line()).address as { port: number }
    const url = `http://127.0.0.1:${port}`
    while ((await fetch(`${url}/readyz`)).status !== 200) await new Promise(resolve => setTimeout(resolve, 20))
    assert.equal((await fetch(`${url}/backup/sync`, { method: 'POST', body: '{}' })).status, 401)
    assert.equal((await fetch(`${url}/backup/sync`, { method: 'POST', body: '{}', headers: { authorization: 'Bearer right' } })).status, 400)
    child.kill('SIGTERM')
    while ((await fetch(`${url}/readyz`)).status !== 503) await new Promise(resolve => setTimeout(resolve, 20))
    assert.equal(await exited, 0)
  } finally {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
})
