import { IncomingMessage, ServerResponse, type Server } from 'node:http'
import { Socket } from 'node:net'

/** A request to the shipped HTTP server without a network: the same handlers see the same objects. */
export interface Sent {
  readonly answered: Promise<Reply>
  /** The caller closes the connection. */
  hangUp(): void
}

export interface Reply {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}

/** Nothing ever goes through it. */
const SOCKET = new Socket()

/** Posts a body; the server's own code does everything from the first header to the last byte. */
export function post(server: Server, url: string, call: { readonly headers: Record<string, string>; readonly body: string }): Sent {
  const request = new IncomingMessage(SOCKET)
  const body = Buffer.from(call.body)
  Object.assign(request, { method: 'POST', url, headers: { ...call.headers, 'content-length': String(body.length) }, complete: true })
  const response = new ServerResponse(request)
  const answered = new Promise<Reply>(resolve => { Object.assign(response, { end: (text: string) => finish(response, text, resolve) }) })
  request.push(body)
  request.push(null)
  server.emit('request', request, response)
  return { answered, hangUp: () => void response.emit('close') }
}

/** In place of ServerResponse.end: nothing goes to a socket, the rest is as after a written answer. */
function finish(response: ServerResponse, text: string, resolve: (reply: Reply) => void): ServerResponse {
  Object.defineProperty(response, 'writableFinished', { value: true })
  const header = (name: string): string | null => {
    const value = response.getHeader(name)
    return value === undefined ? null : String(value)
  }
  resolve({ status: response.statusCode, headers: { get: header }, text: () => Promise.resolve(text) })
  response.emit('close')
  return response
}
