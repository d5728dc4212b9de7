import { KubeConfig } from '@kubernetes/client-node'
import { pino, type Logger } from 'pino'
import { bearerToken } from './auth.ts'
import { executeEffect } from './effects/execute.ts'
import { kubernetesOf } from './kubernetes.ts'
import { liveKubernetes } from './live-kubernetes.ts'
import { createMetrics } from './metrics.ts'
import { optionsFrom, type Options } from './options.ts'
import { reachKubernetes } from './reach.ts'
import { REGISTRY } from './registry.ts'
import { createHookServer } from './server.ts'
import { drain } from './shutdown.ts'

/** The only place that reads the environment, the clock and the kubeconfig. */
const log = pino({ level: 'info', base: undefined, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: label => ({ level: label }) } })
try {
  start(optionsFrom(process.env), log)
} catch (error) {
  log.fatal({ error: error instanceof Error ? error.message : String(error) }, 'holdfast hooks cannot start')
  process.exitCode = 1
}

function start({ port, tokenFile, logLevel, settings }: Options, logger: Logger): void {
  logger.level = logLevel
  const authenticate = bearerToken(tokenFile, () => performance.now())
  const config = new KubeConfig()
  config.loadFromDefault()
  const kubernetes = kubernetesOf(config)
  const stopping = new AbortController()
  let reached = false
  const server = createHookServer({
    hooks: REGISTRY,
    authenticate,
    connect: signal => {
      const api = kubernetes(signal)
      return { live: liveKubernetes(api), execute: (effect, now) => executeEffect(effect, api, now) }
    },
    settings,
    clock: () => new Date(),
    log: logger,
    metrics: createMetrics(),
    ready: () => reached && !stopping.signal.aborted,
  })
  server.listen(port, () => logger.info({ address: server.address(), moverImage: settings.moverImage }, 'holdfast hooks listening'))
  const onFailure = (error: unknown): void => logger.warn({ error: (error as Error).message }, 'the Kubernetes API cannot be reached yet')
  reachKubernetes(kubernetes(), { pauseMs: 2000, signal: stopping.signal, onFailure }).then(() => { reached = true }, () => undefined)
  stopOnSignal(() => {
    logger.info('stopping: no new calls after 3 s')
    stopping.abort()
    return drain(server, { lingerMs: 3000, limitMs: 12_000 })
  })
}

/** A second signal ends the process at once. */
function stopOnSignal(stop: () => Promise<void>): void {
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => void stop().then(() => process.exit(0)))
}
