import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { CannotRunNode } from './can-run.ts'
import { run } from './run.ts'
import { TOOLS, type Tool } from './tools.ts'

const toolsDir = join(import.meta.dirname, 'tools')

/** Where built things are kept between runs and work trees; HOLDFAST_CACHE overrides it. */
export function cacheDir(): string {
  return process.env['HOLDFAST_CACHE'] ?? join(homedir(), '.cache', 'holdfast')
}

/**
 * Builds what is not in the cache yet, one module after another, and answers a folder with links to all binaries and files.
 * The key of each is its go.mod, go.sum and flags, so a version that changes is built and one that changes back is found again.
 */
export async function ensureBinaries(progress: (line: string) => void, tools: readonly Tool[] = TOOLS): Promise<string> {
  const built: string[] = []
  for (const [index, tool] of tools.entries()) {
    const dir = join(cacheDir(), 'bin', keyOf(tool))
    if (!existsSync(dir)) {
      const started = performance.now()
      progress(`building ${Object.keys(tool.binaries).join(', ')} (${index + 1} of ${tools.length}; minutes when the Go cache is cold)`)
      await build(tool, dir)
      progress(`built in ${Math.round((performance.now() - started) / 1000)} s`)
    }
    built.push(dir)
  }
  return linkAll(built, tools)
}

/** `<module>-<hash>`: everything that the result depends on. */
export function keyOf(tool: Tool): string {
  const hash = createHash('sha256').update(JSON.stringify([tool, process.arch]))
  for (const file of ['go.mod', 'go.sum', 'main.go']) {
    const path = join(toolsDir, tool.module, file)
    if (existsSync(path)) hash.update(readFileSync(path))
  }
  return `${tool.module}-${hash.digest('hex').slice(0, 12)}`
}

async function build(tool: Tool, dir: string): Promise<void> {
  const cwd = join(toolsDir, tool.module)
  const partial = `${dir}.${process.pid}.partial`
  mkdirSync(partial, { recursive: true })
  const env = { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=readonly' }
  const ldflags = `-s -w ${tool.ldflags ?? ''}`.trim()
  try {
    await requireGo()
    for (const [name, path] of Object.entries(tool.binaries)) {
      await run('go', ['build', '-ldflags', ldflags, '-o', join(partial, name), path], { cwd, env })
    }
    for (const file of tool.files ?? []) {
      const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', file.module], { cwd, env })
      await run('cp', ['-r', '--no-preserve=mode', join(stdout.trim(), file.path), join(partial, file.as)])
    }
    renameSync(partial, dir)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

async function requireGo(): Promise<void> {
  try {
    await run('go', ['version'])
  } catch (cause) {
    throw new CannotRunNode('Go 1.26 or newer is needed on PATH to build the cluster, and there is none', { cause })
  }
}

/** One folder for PATH. Its name follows from what it links to, so it never changes under a running cluster. */
function linkAll(built: readonly string[], tools: readonly Tool[]): string {
  const dir = join(cacheDir(), 'bin', `all-${createHash('sha256').update(built.join()).digest('hex').slice(0, 12)}`)
  if (existsSync(dir)) return dir
  const partial = `${dir}.${process.pid}.partial`
  mkdirSync(partial, { recursive: true })
  for (const [index, tool] of tools.entries()) {
    const names = [...Object.keys(tool.binaries), ...(tool.files ?? []).map((file) => file.as)]
    for (const name of names) symlinkSync(join(built[index] ?? '', name), join(partial, name))
  }
  if (!existsSync(dir)) renameSync(partial, dir)
  rmSync(partial, { recursive: true, force: true })
  return dir
}
