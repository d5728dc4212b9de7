import { TransientError } from '../lib/errors.ts'
import type { Result, Task } from '../schemas/generated/types.ts'
import { perform } from './operations/perform.ts'
import { stopped } from './run/child.ts'
import { redactor } from './run/redact.ts'
import { EXIT, exitCode, failure, writeResult } from './run/result.ts'
import { readTask } from './run/task.ts'
import { openStore } from './stores/open.ts'

/** A pod has 30 seconds between SIGTERM and SIGKILL; the result must be written before. */
const STOP_MILLISECONDS = 20_000
const env = process.env
const redact = redactor(env)
const log = (line: string) => process.stderr.write(`${new Date().toISOString()} ${redact(line)}\n`)
const stop = new AbortController()

process.once('SIGTERM', () => abort('SIGTERM'))
process.once('SIGINT', () => abort('SIGINT'))
process.on('uncaughtException', error => finish(failure(operationOf(env.HOLDFAST_TASK), error), exitCode(error)))
await main()

/** One task, one result, one exit code. */
async function main(): Promise<never> {
  try {
    const task = readTask(env.HOLDFAST_TASK)
    log(`${task.operation} ${task.strategy}${task.volume === undefined ? '' : ` of volume ${task.volume}`} in namespace ${task.namespace}`)
    const store = await openStore(task.store, env)
    const result = await perform({ task, store, env, signal: stop.signal, log, now: () => new Date() })
    return finish(result, EXIT.done)
  } catch (thrown) {
    const error = stop.signal.aborted && !(thrown instanceof TransientError && thrown.reason === 'MoverKilled') ? stopped() : thrown
    if (exitCode(error) === EXIT.bug) log(error instanceof Error ? error.stack ?? error.message : String(error))
    return finish(failure(operationOf(env.HOLDFAST_TASK), error), exitCode(error))
  }
}

function abort(signal: string): void {
  log(`${signal}: stopping`)
  stop.abort(stopped())
  setTimeout(() => finish(failure(operationOf(env.HOLDFAST_TASK), stopped()), EXIT.transient), STOP_MILLISECONDS).unref()
}

function finish(result: Result, code: number): never {
  const shown: Result = { ...result, message: result.message && redact(result.message), errorSamples: result.errorSamples?.map(redact) }
  log(`${shown.ok ? 'done' : `failed: ${shown.reason}`}${shown.message === undefined ? '' : `: ${shown.message}`}`)
  writeResult(env.HOLDFAST_TERMINATION_LOG ?? '/dev/termination-log', shown)
  process.exit(code)
}

/** The operation even of a task that is not valid, so that the result is. */
function operationOf(text: string | undefined): Task['operation'] {
  const found = /"operation"\s*:\s*"(backup|restore|delete|check|prune)"/.exec(text ?? '')
  return (found?.[1] ?? 'check') as Task['operation']
}
