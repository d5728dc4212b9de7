import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kubernetes } from '../../../hooks/kubernetes.ts'
import { head } from './raw-socket.ts'
import type { Scene } from './scene.ts'
import type { Target } from './target.ts'

/** What each of a crowd was answered, in the order of its scenes: `status body`. */
export interface Crowd {
  readonly answers: readonly string[]
}

/**
 * Every scene on a connection of its own: first the heads of all, and only when the server has read every one the bodies of all,
 * in another order.
 */
export async function crowd(server: Target, scenes: readonly Scene[]): Promise<Crowd> {
  const heads = allHeadsRead(server, scenes.length)
  const bodies = scenes.map(({ body }) => JSON.stringify(body))
  const sockets: Socket[] = []
  for (const [index, { path }] of scenes.entries()) {
    const socket = connect(server.running.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(head(path, [`Content-Length: ${Buffer.byteLength(bodies[index] ?? '')}`, 'Connection: close']))
    sockets.push(socket)
  }
  await heads
  const answers = sockets.map(answerOn)
  const step = 7919
  for (let index = 0; index < sockets.length; index += 1) {
    const at = (index * step) % sockets.length
    sockets[at]?.write(bodies[at] ?? '')
  }
  return { answers: await Promise.all(answers) }
}

/** An API that takes its time, each call another; `most` tells how many calls it had at once. */
export function slowed(most: { calls: number }): (api: Kubernetes) => Kubernetes {
  let calls = 0
  return api => ({
    call: async (call) => {
      calls += 1
      most.calls = Math.max(most.calls, calls)
      await sleep(Math.random() * 200)
      calls -= 1
      return await api.call(call)
    },
  })
}

function allHeadsRead({ running }: Target, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let seen = 0
  running.server.on('request', () => {
    seen += 1
    if (seen === count) resolve()
  })
  return promise
}

async function answerOn(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return `${text.split(' ', 2)[1]} ${text.slice(text.indexOf('\r\n\r\n') + 4)}`
}
