import { spawn } from 'node:child_process'

export interface RunOptions {
  cwd?: string
  /** Added to this process's environment. */
  env?: Record<string, string>
  input?: string | Buffer
  /** An exit code other than 0 is an answer, not an error. */
  allowFailure?: boolean
  /** What has not ended by then is ended, and says so. @default never */
  timeoutSeconds?: number
}

export interface RunResult {
  code: number
  stdout: string
  stderr: string
}

/** Runs a command to its end. Rejects with the command, its exit code and the end of its stderr unless `allowFailure` is set. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const result = await collect(command, args, options)
  if (result.code !== 0 && options.allowFailure !== true) {
    const said = (result.stderr.trim() || result.stdout.trim()).slice(-2000)
    throw new Error(`${command} ${args.join(' ').slice(0, 300)}: exit code ${result.code}\n${said}`)
  }
  return result
}

function collect(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'], ...(options.timeoutSeconds !== undefined && { timeout: options.timeoutSeconds * 1000 }) })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
    child.on('error', (cause) => reject(new Error(`${command} cannot be run: ${cause.message}`, { cause })))
    child.on('close', (code, signal) => resolve({ code: code ?? 128, stdout, stderr: signal === null ? stderr : `${stderr}\n${signal}${child.killed ? ` after ${options.timeoutSeconds} s` : ''}` }))
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
  })
}
