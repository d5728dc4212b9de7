import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { Problem } from './problem.ts'

/** The default patience with a body: Metacontroller itself gives up after 10 s. */
const BODY_MS = 9000

/**
 * The JSON body of a request, whatever its Content-Type. Throws Problem 413 above `limit` bytes (before reading when the
 * length is announced), 415 for a compressed body, 408 for one that is not there after `patienceMs`, 400 for one that is empty,
 * cut off or not JSON.
 */
export async function readJson(request: IncomingMessage, limit: number, patienceMs = BODY_MS): Promise<unknown> {
  announcedSize(request, limit)
  const body = await collect(request, limit, patienceMs)
  if (body.length === 0) throw invalid('got none')
  if (!isUtf8(body)) throw invalid('got bytes that are not UTF-8')
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch (error) {
    throw invalid(`got ${body.length} bytes: ${withoutContent(error)}`)
  }
}

/** Bytes that the head of a request announces; `limit` where it leaves that open. Throws Problem 413 and 415 as `readJson`. */
export function announcedSize({ headers }: IncomingMessage, limit: number): number {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new Problem(415, 'UnsupportedEncoding', { message: `the body must not be compressed, got Content-Encoding ${JSON.stringify(encoding)}` })
  const size = Number(headers['content-length'] ?? (headers['transfer-encoding'] === undefined ? 0 : limit))
  if (size > limit) throw tooLarge(limit)
  return size
}

function collect(request: IncomingMessage, limit: number, patienceMs: number): Promise<Buffer> {
  return new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const timer = setTimeout(() => {
      request.pause()
      reject(tooSlow(patienceMs))
    }, patienceMs)
    request.on('close', () => clearTimeout(timer))
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) return void chunks.push(chunk)
      request.pause()
      reject(tooLarge(limit))
    })
    // The request holds on to its listeners until it is answered, and they would to the bytes.
    request.on('end', () => resolve(Buffer.concat(chunks.splice(0))))
    request.on('error', error => reject(invalid(`the connection broke (${error.message})`)))
  })
}

function tooLarge(limit: number): Problem {
  const message = `the body is larger than ${limit} bytes; select fewer volumes, or delete Backups that are no longer needed`
  return new Problem(413, 'BodyTooLarge', { message, headers: { Connection: 'close' } })
}

function tooSlow(patienceMs: number): Problem {
  return new Problem(408, 'BodyTimeout', { message: `the body was not there after ${patienceMs} ms; look at the network between Metacontroller and the hooks`, headers: { Connection: 'close' } })
}

function invalid(what: string): Problem {
  return new Problem(400, 'InvalidBody', { message: `the body must be the JSON of a Metacontroller hook request, ${what}` })
}

/** V8 quotes the text around a syntax error; a body may hold what no log should. */
function withoutContent(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  return /at position \d+/.exec(message)?.[0].replace('at', 'not JSON at') ?? 'not JSON'
}
