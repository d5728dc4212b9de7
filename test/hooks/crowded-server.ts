import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request as requestHttp } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeApi } from './fake-api.ts'
import { peakOf, startHooks } from './hooks-process.ts'
import { CLOCK, type Scene } from './hostile/scene.ts'

/** What one caller of a crowd got. */
export interface Got {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly text: string
}

/** The real program in a process of its own, before an API server that has what a scene needs. */
export interface CrowdedServer extends AsyncDisposable {
  ask(body: Buffer): Promise<Got>
  peak(): number
}

/** Starts it; `flags` are Node's. Each call has a connection of its own, as Metacontroller's workers have. */
export async function crowdedServer({ path, objects }: Scene, flags: readonly string[]): Promise<CrowdedServer> {
  const fake = await fakeApi()
  fake.date = CLOCK.toUTCString()
  for (const [at, object] of objects) fake.objects.set(at, object)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-crowd-'))
  writeFileSync(join(folder, 'token'), 'right\n')
  writeFileSync(join(folder, 'config'), fake.config.exportConfig())
  const hooks = startHooks({ HOLDFAST_TOKEN_FILE: join(folder, 'token'), HOLDFAST_MOVER_IMAGE: 'mover', KUBECONFIG: join(folder, 'config'), PORT: '0' }, flags)
  const { port } = (await hooks.line()).address as { port: number }
  const agent = new Agent({ keepAlive: true })
  return {
    ask: body => posted({ port, path, agent, body }),
    peak: () => peakOf(hooks),
    [Symbol.asyncDispose]: async () => {
      agent.destroy()
      hooks.child.kill('SIGKILL')
      await hooks.exited
      rmSync(folder, { recursive: true })
      await fake[Symbol.asyncDispose]()
    },
  }
}

function posted({ port, path, agent, body }: { port: number; path: string; agent: Agent; body: Buffer }): Promise<Got> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: 'Bearer right', 'content-length': body.length }
    const request = requestHttp({ port, host: '127.0.0.1', method: 'POST', path, agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => void chunks.push(chunk)).on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], text: Buffer.concat(chunks).toString() }))
    })
    request.on('error', reject).end(body)
  })
}
