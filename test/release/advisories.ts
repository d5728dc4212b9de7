import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'

/** What is known of the locked dependencies. `not answered`: nobody who knows was reached, so nothing may be concluded. */
export interface AuditResult {
  readonly audit: 'clean' | 'vulnerable' | 'not answered'
  /** Why, for a person. */
  readonly because: string
  /** Names of vulnerable packages. */
  readonly packages: readonly string[]
}

export interface AuditOptions {
  /** Folder with package.json and package-lock.json. */
  readonly folder: string
  /** Default: what npm is configured to use. */
  readonly registry?: string
  /** For each of the questions. @default 60000 */
  readonly timeoutMs?: number
}

/** A version that every advisory service has known to be vulnerable for years: who finds nothing in it knows nothing. */
const CANARY = { name: 'minimist', version: '0.0.8' }

/**
 * Asks `npm audit` about the lock file, and then about a lock file with a package that is certainly vulnerable. Only a service
 * that reports the second is believed when it says nothing about the first: a proxy that answers everything with `{}` is none.
 */
export async function auditDependencies({ folder, registry, timeoutMs = 60_000 }: AuditOptions): Promise<AuditResult> {
  const real = await audited(folder, { registry, timeoutMs })
  if (real.state === 'silent') return { audit: 'not answered', because: real.because, packages: [] }
  if (real.packages.length > 0) return { audit: 'vulnerable', because: `${real.packages.length} packages have advisories`, packages: real.packages }
  const canary = await withCanary(place => audited(place, { registry, timeoutMs }))
  if (canary.state === 'answered' && canary.packages.includes(CANARY.name)) return { audit: 'clean', because: 'an advisory service answered, and has nothing to say', packages: [] }
  const why = canary.state === 'silent' ? canary.because : `it knows nothing of ${CANARY.name} ${CANARY.version}, which is vulnerable`
  return { audit: 'not answered', because: `the answer is not to be believed: ${why}`, packages: [] }
}

type Answer = { readonly state: 'answered'; readonly packages: readonly string[] } | { readonly state: 'silent'; readonly because: string }

interface Question { readonly registry: string | undefined; readonly timeoutMs: number }

/** npm runs in a copy, so that it never looks at node_modules and never writes in the tree. */
async function audited(folder: string, question: Question): Promise<Answer> {
  const place = mkdtempSync(join(tmpdir(), 'holdfast-audit-'))
  try {
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(folder, file), join(place, file))
    return read(await npm(place, question))
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

interface Output { readonly stdout: string; readonly timedOut: boolean }

function npm(cwd: string, { registry, timeoutMs }: Question): Promise<Output> {
  const args = ['audit', '--json', '--package-lock-only', '--fetch-retries=0', `--fetch-timeout=${timeoutMs}`, `--cache=${join(cwd, 'cache')}`]
  return new Promise((resolve, reject) => {
    const child = spawn('npm', registry === undefined ? args : [...args, `--registry=${registry}`], { cwd, stdio: ['ignore', 'pipe', 'ignore'], detached: true })
    let stdout = ''
    let timedOut = false
    const end = setTimeout(() => { timedOut = true; process.kill(-(child.pid ?? 0), 'SIGKILL') }, timeoutMs)
    child.stdout.on('data', chunk => { stdout += String(chunk) })
    child.on('error', error => { clearTimeout(end); reject(error) })
    child.on('close', () => { clearTimeout(end); resolve({ stdout, timedOut }) })
  })
}

interface Report {
  readonly auditReportVersion?: unknown
  readonly vulnerabilities?: unknown
  readonly metadata?: { readonly vulnerabilities?: { readonly total?: unknown } }
  readonly message?: unknown
  readonly error?: { readonly code?: unknown; readonly summary?: unknown }
}

/** Only a whole report is an answer: npm's errors are JSON as well. */
function read({ stdout, timedOut }: Output): Answer {
  if (timedOut) return { state: 'silent', because: 'no answer in time' }
  const report = parse(stdout)
  if (report === undefined) return { state: 'silent', because: 'npm audit printed no JSON' }
  const { vulnerabilities, metadata, error, message } = report
  const total = metadata?.vulnerabilities?.total
  if (report.auditReportVersion === 2 && error === undefined && typeof vulnerabilities === 'object' && vulnerabilities !== null && typeof total === 'number') {
    const packages = Object.keys(vulnerabilities)
    return packages.length > 0 || total === 0 ? { state: 'answered', packages } : { state: 'silent', because: 'npm audit contradicts itself' }
  }
  const words = [error?.summary, message, error?.code].find(text => typeof text === 'string' && text !== '') ?? 'npm audit gave no report'
  return { state: 'silent', because: String(words).replaceAll(/https?:\/\/\S+/g, 'the registry').split('\n')[0] ?? '' }
}

function parse(text: string): Report | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

async function withCanary(ask: (folder: string) => Promise<Answer>): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-canary-'))
  const { name, version } = CANARY
  const root = { name: 'canary', version: '1.0.0', dependencies: { [name]: version } }
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify(root))
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...root, lockfileVersion: 3, packages: { '': root, [`node_modules/${name}`]: { version } } }))
    return await ask(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
