import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

export interface RefusingProxy {
  readonly endpoint: string
  /** From now on: lets so many bytes of bodies through, then answers every request with 403. */
  revokeAfter(bytes: number): void
  /** From now on: lets so many bytes of answers through, breaks that answer off, then answers every request with 403. */
  revokeAfterAnswers(bytes: number): void
  /** Credentials are good again. */
  grant(): void
  /** How many requests were refused. */
  refused(): number
  stop(): Promise<void>
}

/** An S3 endpoint before another, whose credentials can be taken away in the middle of an upload or of a download. */
export async function refusingProxy(target: string): Promise<RefusingProxy> {
  const { hostname, port } = new URL(target)
  let left = Infinity
  let answers = Infinity
  let refused = 0
  const server = createServer((incoming, answer) => {
    if (left <= 0) {
      refused += 1
      return refuse(incoming, answer)
    }
    left -= Number(incoming.headers['content-length'] ?? 0)
    const forwarded = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, response => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.on('data', (chunk: Buffer) => {
        answers -= chunk.length
        if (answers > 0) return
        left = 0
        answer.destroy()
      })
      response.pipe(answer)
    })
    forwarded.on('error', () => answer.destroy())
    incoming.pipe(forwarded)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    revokeAfter: bytes => { left = bytes },
    revokeAfterAnswers: bytes => { answers = bytes },
    grant: () => { left = answers = Infinity },
    refused: () => refused,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function refuse(incoming: IncomingMessage, answer: ServerResponse): void {
  incoming.resume()
  incoming.once('end', () => {
    const body = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>'
    answer.writeHead(403, { 'content-type': 'application/xml', 'content-length': body.length })
    answer.end(incoming.method === 'HEAD' ? undefined : body)
  })
}
