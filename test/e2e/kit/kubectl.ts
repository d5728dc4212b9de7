import { run, type RunResult } from '../../cluster/run.ts'

export type Outcome = RunResult

/** Longer than anything that a test waits for by a command; one that hangs must not take the whole suite along. */
const COMMAND_SECONDS = 1200

/** Runs a program to its end; never throws for a non-zero exit. `input` goes to its standard input. */
export function execute(command: string, args: readonly string[], input = ''): Promise<Outcome> {
  return run(command, args, { input, allowFailure: true, timeoutSeconds: COMMAND_SECONDS })
}

/** Runs kubectl and gives its standard output; a non-zero exit is an error that shows what kubectl said. */
export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const outcome = await execute('kubectl', args, input)
  if (outcome.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${outcome.stderr.trim() || `exit ${outcome.code}`}`)
  return outcome.stdout
}

/** Creates or updates objects. */
export async function applyObjects(objects: readonly object[], namespace?: string): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  await kubectl(['apply', '--server-side', '--force-conflicts', ...(namespace === undefined ? [] : ['-n', namespace]), '-f', '-'], list)
}

/** Waits until `probe` gives a value; says after `seconds` what was waited for and what was seen last. */
export async function until<T>(what: string, probe: () => Promise<T | undefined | false>, seconds = 120): Promise<T> {
  const end = Date.now() + seconds * 1000
  let problem: unknown
  for (;;) {
    try {
      const value = await probe()
      if (value !== undefined && value !== false) return value
    } catch (error) {
      if (error instanceof Unexpected) throw error
      problem = error
    }
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`, { cause: problem })
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}

/** Ends an `until` at once: what was seen can no longer become what is waited for. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected'
}
