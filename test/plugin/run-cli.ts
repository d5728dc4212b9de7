import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FakeApi, type FakeOptions } from './fake-api.ts'

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const MAIN = fileURLToPath(new URL('../../plugin/main.ts', import.meta.url))

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string
  /** Sent as soon as stderr has this text. */
  readonly interruptAt?: string
}

/** Runs the real program as its own process. */
export const runProcess = (args: readonly string[], { environment = {}, input = '', interruptAt }: RunOptions = {}): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...environment } })
    let stdout = ''
    let stderr = ''
    let interrupted = false
    child.stdout.on('data', chunk => { stdout += String(chunk) })
    child.stderr.on('data', chunk => {
      stderr += String(chunk)
      if (interrupted || interruptAt === undefined || !stderr.includes(interruptAt)) return
      interrupted = true
      child.kill('SIGINT')
    })
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, stderr }))
    child.stdin.end(input)
  })

/** Runs the program against a fake API server; the context's namespace is `shop`. */
export const runCli = async (args: readonly string[], fake: FakeOptions = {}, options: RunOptions = {}): Promise<Outcome & { readonly api: FakeApi }> => {
  const api = new FakeApi(fake)
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-plugin-'))
  try {
    const kubeconfig = join(folder, 'config')
    await writeFile(kubeconfig, kubeconfigFor(await api.start()))
    return { ...await runProcess(args, { ...options, environment: { KUBECONFIG: kubeconfig, ...options.environment } }), api }
  } finally {
    await api[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }
}

/** A kubeconfig with one context. JSON is YAML. */
export const kubeconfigFor = (server: string, user: object = { token: 'secret-token' }): string => JSON.stringify({
  'current-context': 'test',
  contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'shop' } }],
  clusters: [{ name: 'test', cluster: { server } }],
  users: [{ name: 'test', user }],
})
