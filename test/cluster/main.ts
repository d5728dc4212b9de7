import { parseArgs } from 'node:util'
import { IMAGES, loadImages, type ImageName } from '../images.ts'
import { CannotRunNode } from './can-run.ts'
import { describe, up } from './cluster.ts'
import { COMPONENTS } from './components/all.ts'
import { down } from './down.ts'
import type { Layout } from './layout.ts'
import { findLayout } from './record.ts'
import { kill, logTail, restart, start, stop } from './start.ts'
import { healthOf } from './status.ts'

const USAGE = `usage: npm run cluster -- VERB [ARG] [--name NAME] [--json]

  up                    bring the cluster up, or mend it
  down                  end and remove it
  status                what runs
  env                   shell lines that set KUBECONFIG and PATH
  logs [COMPONENT]      the last lines of one log, or of each
  stop|start|restart COMPONENT
  kill COMPONENT        end it by SIGKILL, as a crash does
  images [IMAGE…]       build and import: tools, postgres, hooks, mover, metacontroller (default: all)
`

interface Call {
  name: string
  json: boolean
  arguments: readonly string[]
}

const VERBS: Readonly<Record<string, (call: Call) => Promise<void>>> = {
  up: async (call) => {
    const { layout: _, ...cluster } = await up({ name: call.name, progress: say })
    print(call, cluster, envLines(existing(call.name)))
  },
  down: (call) => down(call.name, say),
  status: async (call) => {
    const health = await healthOf(existing(call.name))
    const lines = health.map((one) => `${one.name.padEnd(26)}${one.ready ? 'ready' : one.alive ? 'not ready' : 'not running'}`)
    print(call, health, lines.join('\n'))
    if (!health.every((one) => one.ready)) process.exitCode = 1
  },
  env: async (call) => {
    const { layout: _, ...cluster } = describe(existing(call.name))
    print(call, cluster, envLines(existing(call.name)))
  },
  logs: async (call) => {
    const names = call.arguments.length === 0 ? COMPONENTS.map((one) => one.name) : call.arguments
    for (const name of names) process.stdout.write(`== ${name}\n${logTail(existing(call.name), name, names.length === 1 ? 200 : 15)}\n`)
  },
  stop: (call) => stop(existing(call.name), argumentOf(call)),
  kill: async (call) => {
    if (!await kill(existing(call.name), argumentOf(call))) throw new Error(`${argumentOf(call)} does not run`)
  },
  start: (call) => start(existing(call.name), argumentOf(call)),
  restart: (call) => restart(existing(call.name), argumentOf(call)),
  images: (call) => loadImages(existing(call.name), call.arguments.length === 0 ? IMAGES : call.arguments.map(imageName), say),
}

await main()

async function main(): Promise<void> {
  const options = { name: { type: 'string', default: 'default' }, json: { type: 'boolean', default: false } } as const
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options })
    const verb = VERBS[positionals[0] ?? '']
    if (verb === undefined) throw new Error(USAGE)
    await verb({ ...values, arguments: positionals.slice(1) })
  } catch (error) {
    process.stderr.write(error instanceof CannotRunNode ? `skipped: ${error.message}\n` : `${(error as Error).message}\n`)
    process.exitCode = 1
  }
}

function envLines(layout: Layout): string {
  return `export KUBECONFIG=${layout.kubeconfig}\nexport PATH=${layout.binDir}:$PATH`
}

function existing(name: string): Layout {
  const layout = findLayout(name)
  if (layout === undefined) throw new Error(`there is no cluster ${name}; make it with: npm run cluster -- up --name ${name}`)
  return layout
}

function argumentOf(call: Call): string {
  const [argument] = call.arguments
  if (argument === undefined) throw new Error(USAGE)
  return argument
}

function imageName(name: string): ImageName {
  const found = IMAGES.find((one) => one === name)
  if (found === undefined) throw new Error(`there is no image ${name}; there are ${IMAGES.join(', ')}`)
  return found
}

function print(call: Call, value: unknown, text: string): void {
  process.stdout.write(`${call.json ? JSON.stringify(value) : text}\n`)
}

function say(line: string): void {
  process.stderr.write(`· ${line}\n`)
}
