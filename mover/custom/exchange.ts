import { constants, openSync } from 'node:fs'
import { lstat, readFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TransientError, type UserError } from '../../lib/errors.ts'
import type { Context } from '../run/context.ts'

/** Where mover and the user's container meet: a FIFO `stream`, and a file `exit` with the code of the user's command. */
export interface Exchange {
  readonly stream: string
  readonly exit: string
}

const POLL_MILLISECONDS = 100

/** The exchange of this pod. The folder is /holdfast unless HOLDFAST_EXCHANGE says otherwise. */
export function exchangeOf(context: Context): Exchange {
  const folder = context.env.HOLDFAST_EXCHANGE ?? '/holdfast'
  return { stream: join(folder, 'stream'), exit: join(folder, 'exit') }
}

/** Whether there is a FIFO to speak through. */
export async function hasFifo({ stream }: Exchange): Promise<boolean> {
  return lstat(stream).then(found => found.isFIFO(), () => false)
}

/**
 * What comes through the FIFO, to its end. Opened without blocking, so that a producer that never comes does not hold the
 * process: a producer that failed before it opened the FIFO is seen by its exit file, and its stream is empty. (One that ended
 * well has opened it, so its end comes by itself.)
 */
export async function* readFifo(context: Context, exchange: Exchange): AsyncGenerator<Uint8Array> {
  const fd = openSync(exchange.stream, constants.O_RDONLY | constants.O_NONBLOCK)
  const socket = new Socket({ fd, readable: true, writable: false, signal: context.signal })
  let begun = false
  let absent = false
  const watch = setInterval(() => void readExit(exchange).then(code => {
    if (code === undefined || code === 0 || begun) return
    absent = true
    socket.destroy()
  }), 1000)
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      begun = true
      yield chunk
    }
  } catch (error) {
    if (!absent) throw error
  } finally {
    clearInterval(watch)
    socket.destroy()
  }
}

/** The FIFO for writing, once somebody reads it. */
export async function openForWriting(context: Context, exchange: Exchange): Promise<Socket> {
  for (;;) {
    context.signal.throwIfAborted()
    try {
      const fd = openSync(exchange.stream, constants.O_WRONLY | constants.O_NONBLOCK)
      return new Socket({ fd, readable: false, writable: true, signal: context.signal })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error
    }
    if (await readExit(exchange) !== undefined) throw new TransientError('ConsumerFailed', 'The restore command ended before it read the stream.')
    await sleep(POLL_MILLISECONDS)
  }
}

/** Waits for the exit code of the user's command. Undefined when it has not come in time. */
export async function waitForExit(context: Context, exchange: Exchange, milliseconds = Infinity): Promise<number | undefined> {
  for (let waited = 0; waited <= milliseconds; waited += POLL_MILLISECONDS) {
    context.signal.throwIfAborted()
    const code = await readExit(exchange)
    if (code !== undefined) return code
    await sleep(POLL_MILLISECONDS)
  }
  return undefined
}

/** Throws `failed(code)` unless the code is 0; 127 and 126 are said in words. */
export function requireZero(code: number | undefined, failed: (detail: string) => UserError | TransientError): void {
  if (code === 0) return
  if (code === undefined) throw failed('ended without telling its exit code; its container was probably killed (out of memory?)')
  const meaning = code === 127 ? ' (command not found)' : code === 126 ? ' (not executable)' : code > 128 ? ` (signal ${code - 128})` : ''
  throw failed(`ended with exit code ${code}${meaning}`)
}

async function readExit({ exit }: Exchange): Promise<number | undefined> {
  const text = await readFile(exit, 'utf8').catch(() => undefined)
  return text === undefined || !/^\d+\s*$/.test(text) ? undefined : Number(text)
}
