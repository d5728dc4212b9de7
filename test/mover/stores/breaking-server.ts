import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface BreakingServer {
  readonly endpoint: string
  /** How often it was asked. */
  asked(): number
  stop(): Promise<void>
}

/** An S3 endpoint with one object, whose n-th answer breaks off after `bytes(n)` bytes of it. */
export async function breakingServer(content: Buffer, bytes: (n: number) => number): Promise<BreakingServer> {
  let asked = 0
  const server = createServer((incoming, answer) => {
    const from = Number(/bytes=(\d+)-/.exec(incoming.headers.range ?? '')?.[1] ?? 0)
    const rest = content.subarray(from)
    answer.writeHead(from === 0 ? 200 : 206, { 'content-length': rest.length, etag: '"e"', 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` })
    const part = rest.subarray(0, bytes(asked++))
    answer.flushHeaders()
    if (part.length === rest.length) answer.end(part)
    else answer.write(part, () => setTimeout(() => answer.destroy(), 5))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
