import assert from 'node:assert/strict'
import { Agent, get } from 'node:http'
import test from 'node:test'
import { drain } from '../../hooks/shutdown.ts'
import { body, decision, registered } from './fake-hook.ts'
import { byUrl } from '../../hooks/registry-map.ts'
import { runningServer } from './running-server.ts'

test('a call that is going on is answered, and no new one is taken', async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const observe = async () => {
    arrive()
    await released
  }
  await using running = await runningServer({ hooks: byUrl([registered(decision, { observe })]) })
  const call = running.post('/backuprepository/sync', JSON.stringify(body()))
  await arrived
  const drained = drain(running.server, { lingerMs: 0, limitMs: 10_000 })
  await new Promise(resolve => setTimeout(resolve, 20))
  await assert.rejects(fetch(`${running.url}/healthz`))
  release()
  assert.equal((await call).status, 200)
  await drained
})

test('an idle connection does not hold it up, nor one that never ends', async () => {
  const observe = () => new Promise<never>(() => undefined)
  await using running = await runningServer({ hooks: byUrl([registered(decision, { observe })]) })
  const agent = new Agent({ keepAlive: true })
  await new Promise(resolve => get(`${running.url}/healthz`, { agent }, response => response.resume().on('end', resolve)))
  const call = running.post('/backuprepository/sync', JSON.stringify(body())).catch((error: unknown) => error)
  await new Promise(resolve => setTimeout(resolve, 20))
  await drain(running.server, { lingerMs: 0, limitMs: 50 })
  assert.ok(await call instanceof Error)
  agent.destroy()
})
