import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildProduct } from '../build.ts'
import { environment } from '../e2e/kit/environment.ts'
import { ROOT } from '../tidy/sources.ts'
import { atMost, fact, median, type Metric } from './metric.ts'

const ROUNDS = 15

/** Cold starts of the bundled plugin, interleaved with `node -e 0` so that both feel the same disturbances. */
export async function measure(): Promise<readonly Metric[]> {
  await buildProduct()
  await environment({ progress: text => process.stderr.write(`${text}\n`) })
  const plugin = join(ROOT, 'dist', 'kubectl-backup.mjs')
  const commands = { bare: ['-e', '0'], help: [plugin, '--help'], list: [plugin, 'list', '-A'] }
  const times: Record<keyof typeof commands, number[]> = { bare: [], help: [], list: [] }
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, args] of Object.entries(commands) as [keyof typeof commands, string[]][]) {
      const milliseconds = timeOf(args)
      if (round > 0) times[name].push(milliseconds)
    }
  }
  const [bare, help, list] = [median(times.bare), median(times.help), median(times.list)]
  return [
    atMost('cli.help', { value: help, unit: 'ms', aim: 100 }),
    atMost('cli.list', { value: list, unit: 'ms', aim: 150 }),
    fact('cli.node', bare, 'ms'),
    fact('cli.help.ratio', help / bare, 'times node -e 0'),
    fact('cli.list.ratio', list / bare, 'times node -e 0'),
  ]
}

function timeOf(args: readonly string[]): number {
  const started = performance.now()
  const ended = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  if (ended.status !== 0) throw new Error(`node ${args.join(' ')}: exit ${ended.status}: ${ended.stderr.toString()}`)
  return performance.now() - started
}
