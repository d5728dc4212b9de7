import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is done with a request in place of passing it on. */
export type HttpLie = (call: { readonly incoming: IncomingMessage; readonly answer: ServerResponse; readonly pass: (change?: Change) => Promise<void> }) => Promise<void> | void

interface Change {
  /** Takes the real answer in place of handing it on. */
  readonly instead?: (response: IncomingMessage, body: Buffer) => void
}

export interface LyingProxy {
  readonly endpoint: string
  /** From now on the requests from the n-th of those for which `where` is true on, so many, are lied to. Replaces the lie before. */
  lie(does: HttpLie, rule?: { readonly where?: (incoming: IncomingMessage) => boolean; readonly nth?: number; readonly times?: number }): void
  honest(): void
  struck(): number
  stop(): Promise<void>
}

/** An S3 endpoint before another, which tells the client what it is told to tell. */
export async function lyingProxy(target: string): Promise<LyingProxy> {
  let judge: (incoming: IncomingMessage) => HttpLie | undefined = () => undefined
  let struck = 0
  const server = createServer((incoming, answer) => {
    const pass = (change?: Change) => forward(target, { incoming, answer }, change)
    const does = judge(incoming)
    struck += does === undefined ? 0 : 1
    void (does === undefined ? pass() : Promise.resolve(does({ incoming, answer, pass }))).catch(() => answer.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lie: (does, { where = () => true, nth = 1, times = Infinity } = {}) => {
      let calls = 0
      struck = 0
      judge = incoming => where(incoming) && ++calls >= nth && calls < nth + times ? does : undefined
    },
    honest: () => { judge = () => undefined },
    struck: () => struck,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Exchange { readonly incoming: IncomingMessage; readonly answer: ServerResponse }

async function forward(target: string, { incoming, answer }: Exchange, { instead }: Change = {}): Promise<void> {
  const { hostname, port } = new URL(target)
  const forwarded = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers })
  incoming.pipe(forwarded)
  const [response] = await once(forwarded, 'response') as [IncomingMessage]
  if (instead !== undefined) return instead(response, Buffer.concat(await response.toArray()))
  answer.writeHead(response.statusCode ?? 502, response.headers)
  response.pipe(answer)
}

/** An error of S3 as an answer, with any status; the request is read to its end first. */
export function errorAnswer({ incoming, answer }: Exchange, status: number, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>told by the test</Message></Error>`
  const send = () => {
    answer.writeHead(status, { 'content-type': 'application/xml', 'content-length': body.length })
    answer.end(incoming.method === 'HEAD' ? undefined : body)
  }
  if (incoming.readableEnded) return send()
  incoming.resume().once('end', send)
}

/** Not done, and told so. */
export const fails: HttpLie = call => errorAnswer(call, 503, 'ServiceUnavailable')
/** Done, and told not to be. */
export const failsAfter: HttpLie = call => call.pass({ instead: () => errorAnswer(call, 500, 'InternalError') })
/** Done, and the answer never arrives. */
export const loses: HttpLie = ({ answer, pass }) => pass({ instead: () => answer.destroy() })
/** Not done; the status says well, and the body says not. */
export const failsWell: HttpLie = call => errorAnswer(call, 200, 'InternalError')
/** The condition is not known here, and that is told. */
export const knowsNoConditions: HttpLie = call => call.incoming.headers['if-none-match'] === undefined ? call.pass() : errorAnswer(call, 501, 'NotImplemented')
/** The condition is not known here, and nothing is told: the object is replaced. The header is signed, so the test has to do the writing. */
export const ignoresConditions = (write: (path: string, body: Buffer) => Promise<void>): HttpLie => async ({ incoming, answer, pass }) => {
  if (incoming.headers['if-none-match'] === undefined) return pass()
  await write(incoming.url ?? '', Buffer.concat(await incoming.toArray()))
  answer.writeHead(200, { etag: '"0"', 'content-length': 0 })
  answer.end()
}
/** A body with one byte changed, of the right length. */
export const changesByte: HttpLie = ({ answer, pass }) => pass({ instead: (response, body) => {
  if (body.length > 0) body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 0x01
  answer.writeHead(response.statusCode ?? 502, response.headers)
  answer.end(body)
} })
/** A body that is half there, and told to be whole. */
export const halves: HttpLie = ({ incoming, answer, pass }) => pass({ instead: (response, body) => {
  const half = body.subarray(0, body.length >> 1)
  answer.writeHead(response.statusCode ?? 502, incoming.method === 'HEAD' ? response.headers : { ...response.headers, 'content-length': half.length })
  answer.end(half)
} })
