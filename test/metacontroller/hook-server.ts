import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ControllerManifest } from './manifest.ts'
import type { ObjectMap } from './objects.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

/** A call as it came in. `object` and `attachments` belong to decorators, `parent` and `children` to composites. */
export interface HookCall {
  readonly hook: 'sync' | 'finalize' | 'customize'
  readonly at: number
  readonly headers: IncomingHttpHeaders
  readonly body: {
    readonly controller: ControllerManifest
    readonly parent: KubeObject
    readonly object: KubeObject
    readonly children: ObjectMap
    readonly attachments: ObjectMap
    readonly related: ObjectMap
    readonly finalizing: boolean
  }
}

/** What to answer: a JSON body with 200 unless said otherwise, or raw text. */
export interface HookAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly text?: string
  readonly delayMilliseconds?: number
}

export type HookHandler = (call: HookCall) => HookAnswer

/** The webhooks of all scenes: `/<scene>/<hook>`. */
export interface HookServer {
  readonly url: string
  on(scene: string, handler: HookHandler): void
  calls(scene: string): readonly HookCall[]
  stop(): Promise<void>
}

/** Starts the server on a free port. */
export async function startHookServer(): Promise<HookServer> {
  const handlers = new Map<string, HookHandler>()
  const calls = new Map<string, HookCall[]>()
  const server = createServer((request, response) => void serve(request, response))
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, scene = '', hook = ''] = (request.url ?? '').split('/')
    const call = { hook: hook as HookCall['hook'], at: performance.now(), headers: request.headers, body: JSON.parse(await read(request)) as HookCall['body'] }
    calls.set(scene, [...calls.get(scene) ?? [], call])
    const answer = handlers.get(scene)?.(call) ?? { status: 503 }
    if (answer.delayMilliseconds !== undefined) await sleep(answer.delayMilliseconds)
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers }).end(answer.text ?? JSON.stringify(answer.body ?? {}))
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    on: (scene, handler) => void handlers.set(scene, handler),
    calls: scene => calls.get(scene) ?? [],
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
