import { parseArgs } from 'node:util'
import { canRunNode } from './cluster/can-run.ts'
import { proveStrategy, STRATEGIES, type StrategyReport } from './demo/strategy.ts'
import { environment, type Environment } from './e2e/kit/environment.ts'
import { kubectl } from './e2e/kit/kubectl.ts'
import { down } from './cluster/down.ts'

const USAGE = `npm run demo [-- --json] [--context NAME] [--strategy snapshot,external,tar,custom]
npm run demo:down`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, context: { type: 'string' }, strategy: { type: 'string' }, help: { type: 'boolean' } },
})

/** Progress goes to standard error, so that `--json` leaves one document on standard output. */
const started = Date.now()
const say = (text: string): void => { process.stderr.write(`${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}\n`) }

if (values.help === true) console.log(USAGE)
else if (positionals[0] === 'down') await down('default', say)
else process.exitCode = await demo() ? 0 : 1

async function demo(): Promise<boolean> {
  const able = canRunNode()
  if (values.context === undefined && !able.ok) {
    say(`skipped: no Kubernetes node can run here: ${able.reason}. Use \`npm run demo -- --context NAME\` with a cluster of yours; nothing was shown.`)
    return false
  }
  const surroundings = await environment({ context: values.context, progress: say })
  say(`Kubernetes is up and Holdfast is installed, with the ${surroundings.metacontroller} Metacontroller`)
  const chosen = STRATEGIES.filter(strategy => values.strategy === undefined || values.strategy.split(',').includes(strategy))
  const outcomes = await Promise.allSettled(chosen.map(strategy => proveStrategy(strategy, surroundings, text => say(`${strategy}: ${text}`))))
  const strategies = outcomes.flatMap((outcome, index) => {
    if (outcome.status === 'fulfilled') return [outcome.value]
    say(`${chosen[index] ?? ''}: FAILED: ${String((outcome.reason as Error).stack)}`)
    return []
  })
  const ok = strategies.length === chosen.length && strategies.every(strategy => strategy.restored)
  report(surroundings, strategies, ok)
  await Promise.all(strategies.map(({ strategy }) => kubectl(['delete', 'namespace', `demo-${strategy}`, '--wait=false'])))
  return ok
}

function report(surroundings: Environment, strategies: readonly StrategyReport[], ok: boolean): void {
  if (values.json === true) {
    console.log(JSON.stringify({ metacontroller: surroundings.metacontroller, strategies, ok }))
    return
  }
  for (const { strategy, backup, bytes, files, restored, secondsBackup, secondsRestore } of strategies) {
    console.log(`${strategy.padEnd(9)} ${backup}: ${files} files, ${bytes} bytes, backup ${secondsBackup} s, restore ${secondsRestore.toFixed(1)} s, ${restored ? 'hash and rows are the same' : 'DIFFERENT'}`)
  }
  console.log(ok ? 'Everything that was destroyed is back.' : 'The demo FAILED; see above.')
  if (ok) console.log(`Look around: export KUBECONFIG=${surroundings.kubeconfig}`)
}
