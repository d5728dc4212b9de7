import { TransientError, UserError } from '../../lib/errors.ts'
import type { Result } from '../../schemas/generated/types.ts'
import { commit } from '../archive/commit.ts'
import { earlierPoint } from '../archive/earlier.ts'
import type { Point } from '../archive/manifest.ts'
import { writeData } from '../archive/write.ts'
import type { Context } from '../run/context.ts'
import { exchangeOf, hasFifo, readFifo, requireZero, waitForExit, type Exchange } from './exchange.ts'

/** How long after the stream's end its exit code may take to appear. */
const EXIT_MILLISECONDS = 30_000

/** Stores the output of the user's command. Its exit code is part of the stream's end: anything but 0 leaves nothing in the store. */
export async function backupStream(context: Context, point: Point): Promise<Result> {
  const exchange = exchangeOf(context)
  const { result, stale } = await earlierPoint(context, point)
  if (result !== undefined) {
    await letGo(context, exchange)
    return result
  }
  if (!await hasFifo(exchange)) throw new UserError('InvalidTask', `There is no FIFO at ${exchange.stream}. The Job was not made for strategy custom.`)
  const startTime = context.now().toISOString()
  const { written, placed } = await writeData(context, { kind: 'stream', output: whole(context, exchange), stale, ...point })
  const errors = { count: 0, samples: [] }
  return commit(context, { kind: 'stream', point, startTime, written, placed, errors, tools: { holdfast: '1', node: process.version } })
}

async function* whole(context: Context, exchange: Exchange): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of readFifo(context, exchange)) {
    bytes += chunk.length
    yield chunk
  }
  requireZero(await waitForExit(context, exchange, EXIT_MILLISECONDS), detail =>
    new TransientError('ProducerFailed', `The backup command ${detail} after ${bytes} bytes; nothing was stored. \`kubectl backup logs\` shows what it said.`))
  if (bytes > 0 || context.task.allowEmpty === true) return
  throw new UserError('EmptyVolume', 'The backup command ended well but wrote nothing. If that is right, set allowEmpty: true.')
}

/** The point is there already; a producer that waits for a reader is let run into the void so that its container ends. */
async function letGo(context: Context, exchange: Exchange): Promise<void> {
  if (!await hasFifo(exchange)) return
  context.log('the restore point is there already; the output of the command is dropped')
  for await (const _ of readFifo(context, exchange)) void _
}
