import { KubeConfig } from '@kubernetes/client-node'
import { connect } from './client.ts'
import { parseFlags } from './flags.ts'
import { serve } from './server.ts'

// Our stand-in for Metacontroller v4.17.2, for tests where the real binary cannot be had. It is never shipped.
const flags = parseFlags(process.argv.slice(2))
const config = new KubeConfig()
if (flags.kubeconfig === undefined) config.loadFromDefault()
else config.loadFromFile(flags.kubeconfig)
const stopping = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    stopping.abort()
    process.exit(0)
  })
}
await serve(await connect(config), flags, stopping.signal)
