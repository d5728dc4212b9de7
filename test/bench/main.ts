import type { Metric } from './metric.ts'

/** `npm run bench -- NAME [--json]`: prints progress on standard error, and the metrics on standard output. */
const BENCHMARKS: Readonly<Record<string, () => Promise<{ measure(): Promise<readonly Metric[]> }>>> = {
  hook: () => import('./hook.ts'),
  mover: () => import('./mover.ts'),
  cli: () => import('./cli.ts'),
  reaction: () => import('./reaction.ts'),
}

const words = process.argv.slice(2).filter(word => !word.startsWith('--'))
const chosen = BENCHMARKS[words[0] ?? '']
if (chosen === undefined) {
  console.error(`name one benchmark: ${Object.keys(BENCHMARKS).join(', ')}`)
  process.exit(2)
}
const metrics = await (await chosen()).measure()
if (process.argv.includes('--json')) console.log(JSON.stringify(metrics, null, 1))
else for (const { metric, value, unit, aim, ok } of metrics) console.log(`${ok ? 'ok  ' : 'MISS'} ${metric}: ${value} ${unit}${aim === null ? '' : ` (aim ${aim})`}`)
process.exit(metrics.every(({ ok }) => ok) ? 0 : 1)
