import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { TOKEN } from './target.ts'

/** The head of a POST with the right token; `more` are further lines. */
export function head(path: string, more: readonly string[] = []): string {
  return [`POST ${path} HTTP/1.1`, 'Host: hooks', `Authorization: Bearer ${TOKEN}`, ...more, '', ''].join('\r\n')
}

/** Everything that a server says to these bytes until it closes the connection; a reset counts as closing. */
export async function told(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(bytes)
  return await collected(socket)
}

/** The same, but the bytes come one by one, and then for ever the last again. */
export async function dripped(port: number, start: string, piece: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let open = true
  socket.on('error', () => undefined).on('close', () => { open = false })
  socket.write(start)
  const answer = collected(socket)
  while (open) {
    socket.write(piece)
    await sleep(20)
  }
  return await answer
}

/** Sends these bytes and is gone. */
export async function hungUp(port: number, bytes: string): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await new Promise<void>(resolve => socket.write(bytes, () => resolve()))
  socket.destroy()
}

/** The bodies of the answers on one connection, in order. */
export function bodiesOf(received: string): readonly string[] {
  const bodies: string[] = []
  let rest = Buffer.from(received)
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return bodies
    const length = Number(/content-length: (\d+)/i.exec(rest.subarray(0, end).toString())?.[1] ?? 0)
    bodies.push(rest.subarray(end + 4, end + 4 + length).toString())
    rest = rest.subarray(end + 4 + length)
  }
}

async function collected(socket: ReturnType<typeof connect>): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of socket) chunks.push(chunk as Buffer)
  } catch {
    // A reset ends it as well.
  }
  return Buffer.concat(chunks).toString('utf8')
}
