/**
 * `node test/bootstrap.mjs SCRIPT [ARG…]`: installs what package-lock.json asks for, then runs SCRIPT on Node 24 or newer.
 * Plain JavaScript without dependencies, because it runs on whatever Node (20 or newer) the machine has.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const WANTED = 24
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.holdfast-stamp')

function install() {
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  process.stderr.write('· npm ci (package-lock.json changed)\n')
  const done = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (done.status !== 0) throw new Error(`npm ci failed (${done.error?.message ?? `exit ${done.status}`}); is the registry reachable?`)
  writeFileSync(stamp, wanted)
}

function findNode() {
  const shipped = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
  if (process.platform === 'linux' && existsSync(shipped)) return shipped
  if (Number(process.versions.node.split('.')[0]) >= WANTED) return process.execPath
  const machine = `${process.platform} ${process.arch}`
  throw new Error(`Node ${WANTED} or newer is needed; this is ${process.version}, and npm has no binary for ${machine}`)
}

function exec(node, args) {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
  const child = spawn(node, args, { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
}

try {
  const [script, ...args] = process.argv.slice(2)
  if (script === undefined) throw new Error('usage: node test/bootstrap.mjs SCRIPT [ARG…]')
  install()
  exec(findNode(), [script, ...args])
} catch (error) {
  process.stderr.write(`bootstrap: ${error.message}\n`)
  process.exit(1)
}
