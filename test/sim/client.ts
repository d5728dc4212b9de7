import { ApiError, type Client, type WatchEvent } from '../metacontroller/client.ts'
import type { Time } from '../metacontroller/time.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'
import type { ApiServer, Request } from './api/api.ts'
import type { Caches } from './caches.ts'
import { never, send, type Wire } from './wire.ts'

/** Metacontroller's way to the simulated server: calls over the wire, watches through caches that may be behind. */
export function simClient(api: ApiServer, wire: Wire, caches: Caches): Client {
  const time: Time = {
    now: () => wire.engine.now(),
    sleep: async (milliseconds, signal) => {
      await wire.engine.sleep(milliseconds, signal)
      if (!wire.alive()) await never()
    },
    after: (milliseconds, act) => wire.engine.after(milliseconds, () => { if (wire.alive()) act() }),
    random: () => wire.engine.random.next(),
  }
  return {
    time,
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const request = { actor: 'metacontroller', method, path, ...(body === undefined ? {} : { body }) } as Request
      const response = await send(wire, method !== 'GET', () => method === 'GET' ? caches.list(path) ?? api.request(request) : api.request(request))
      if (response.status >= 300) throw new ApiError(response.status, response.body as { reason?: string; message?: string })
      return response.body as T
    },
    watch: (path, signal) => watch(caches, path, signal),
  }
}

async function* watch(caches: Caches, path: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
  const [collection = '', query = ''] = path.split('?')
  const stream = caches.watch(collection, Number(new URLSearchParams(query).get('resourceVersion')))
  signal.addEventListener('abort', stream.close, { once: true })
  try {
    for (;;) {
      const change = await stream.next()
      if (change === undefined) return
      if (change === 'expired') throw new ApiError(410, { reason: 'Expired', message: 'too old resource version' })
      yield { type: change.type, object: change.after as KubeObject }
    }
  } finally {
    signal.removeEventListener('abort', stream.close)
    stream.close()
  }
}
