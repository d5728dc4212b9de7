import { spawn, type ChildProcess } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { KubeConfig } from '@kubernetes/client-node'
import { ensureBinaries } from '../cluster/binaries.ts'
import { canRunNode } from '../cluster/can-run.ts'
import { TOOLS } from '../cluster/tools.ts'
import { connect, type Client } from './client.ts'

/** A real API server with its etcd and the garbage collector, but without any node: enough for what Metacontroller does. */
export interface ApiServer {
  readonly client: Client
  readonly kubeconfig: string
  /** Logs of the programs. */
  readonly directory: string
  stop(): Promise<void>
}

const TOKEN = 'only-for-this-test'

/** Starts the three programs on free ports with data in a temporary folder. */
export async function startApiServer(): Promise<ApiServer> {
  const bin = await binaries(['etcd', 'kubernetes'])
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-api-'))
  const [client, peer, secure, manager] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
  const kubeconfig = writeFiles(directory, secure)
  const start = (name: string, args: readonly string[]) => program(join(bin, name), args, join(directory, `${name}.log`))
  const running = [
    start('etcd', [`--data-dir=${directory}/etcd`, `--listen-client-urls=http://127.0.0.1:${client}`, `--advertise-client-urls=http://127.0.0.1:${client}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`, '--unsafe-no-fsync', '--log-level=error']),
    start('kube-apiserver', [`--etcd-servers=http://127.0.0.1:${client}`, `--secure-port=${secure}`, '--bind-address=127.0.0.1', `--cert-dir=${directory}/certs`,
      `--token-auth-file=${directory}/tokens.csv`, '--authorization-mode=RBAC', '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${directory}/sa.key`, `--service-account-signing-key-file=${directory}/sa.key`, '--service-cluster-ip-range=10.96.0.0/16',
      '--disable-admission-plugins=ServiceAccount', '--endpoint-reconciler-type=none', '--anonymous-auth=false']),
  ]
  const api = await connectTo(kubeconfig)
  await ready(api, running)
  running.push(start('kube-controller-manager', [`--kubeconfig=${kubeconfig}`, `--secure-port=${manager}`, '--bind-address=127.0.0.1', `--cert-dir=${directory}/certs-manager`,
    '--leader-elect=false', '--controllers=garbage-collector-controller,namespace-controller', '--concurrent-gc-syncs=5']))
  return { client: api, kubeconfig, directory, stop: () => stop(running, directory) }
}

/** Why tests that need these programs are skipped here; undefined when they run. A `skip` of node:test, so it is shown. */
export function unavailable(what: string): string | undefined {
  const able = canRunNode()
  if (process.env.HOLDFAST_BIN !== undefined || able.ok) return undefined
  return `SKIPPED, ${what} needs the cluster tools, which are not built here (${able.reason}); set HOLDFAST_BIN to a folder that has them`
}

/** Folder with the programs: HOLDFAST_BIN when set, else what the cluster's tools build and cache. */
export async function binaries(modules: readonly string[]): Promise<string> {
  return process.env.HOLDFAST_BIN ?? ensureBinaries(line => void process.stderr.write(`${line}\n`), TOOLS.filter(tool => modules.includes(tool.module)))
}

/** Starts a program with its output in a file. */
export function program(path: string, args: readonly string[], log: string, env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const output = openSync(log, 'a')
  return spawn(path, args, { stdio: ['ignore', output, output], env })
}

/** Ends a program that we started, and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

/** A TCP port that nobody uses at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

function writeFiles(directory: string, port: number): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'pkcs1', format: 'pem' } })
  writeFileSync(join(directory, 'sa.key'), privateKey)
  writeFileSync(join(directory, 'tokens.csv'), `${TOKEN},test,test,system:masters\n`)
  const kubeconfig = join(directory, 'kubeconfig')
  writeFileSync(kubeconfig, JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'test', user: { token: TOKEN } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  }))
  return kubeconfig
}

function connectTo(kubeconfig: string): Promise<Client> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  return connect(config)
}

async function ready(api: Client, running: readonly ChildProcess[]): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const dead = running.find(child => child.exitCode !== null)
    if (dead !== undefined) throw new Error(`${dead.spawnfile} ended with ${dead.exitCode} while starting`)
    if (await api.call('GET', '/api/v1/namespaces/default').then(() => true, () => false)) return
    await sleep(100)
  }
  throw new Error('the API server did not get ready within a minute')
}

async function stop(running: readonly ChildProcess[], directory: string): Promise<void> {
  await Promise.all([...running].reverse().map(end))
  rmSync(directory, { recursive: true, force: true })
}
