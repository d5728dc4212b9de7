import { build, type BuildOptions } from 'esbuild'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Bundled CommonJS packages call `require` for Node's own modules; an ES module has none. */
const REQUIRE = `import { createRequire as holdfastCreateRequire } from 'node:module'
const require = holdfastCreateRequire(import.meta.url)`
const root = dirname(import.meta.dirname)
const dist = join(root, 'dist')

interface Bundle {
  /** Below the repository. */
  entry: string
  /** Below dist/. */
  output: string
  /** A command: starts quickly, because what a verb does not need is not read. */
  executable?: boolean
}

const BUNDLES = {
  hooks: { entry: 'hooks/main.ts', output: 'hooks.mjs' },
  mover: { entry: 'mover/main.ts', output: 'mover.mjs' },
  plugin: { entry: 'plugin/main.ts', output: 'kubectl-backup.mjs', executable: true },
  'stand-in': { entry: 'test/metacontroller/main.ts', output: 'test/metacontroller.mjs' },
} as const satisfies Record<string, Bundle>

export type Program = keyof typeof BUNDLES

/** Bundles hooks, mover and plugin into dist/. */
export async function buildProduct(): Promise<void> {
  for (const program of ['hooks', 'mover', 'plugin'] as const) await buildProgram(program)
}

/** Bundles one program into a file, or, for the plugin, a file and dist/plugin/ with what only some verbs need. Answers the file. */
export async function buildProgram(program: Program): Promise<string> {
  await buildOne(BUNDLES[program])
  return join(dist, BUNDLES[program].output)
}

/** Built beside dist/ and then moved, so that a program that runs from it never meets half a file. */
async function buildOne(bundle: Bundle): Promise<void> {
  const entry = join(root, bundle.entry)
  if (!existsSync(entry)) throw new Error(`${bundle.entry} is missing, so dist/${bundle.output} cannot be built`)
  const partial = `${dist}.${process.pid}.partial`
  try {
    await build(optionsOf(bundle, entry, partial))
    replace(bundle, partial)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

function optionsOf(bundle: Bundle, entry: string, outdir: string): BuildOptions {
  const shebang = bundle.executable === true ? '#!/usr/bin/env node\n' : ''
  return {
    entryPoints: { [bundle.output.replace(/\.mjs$/, '')]: entry },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    splitting: bundle.executable === true,
    chunkNames: 'plugin/[name]-[hash]',
    banner: { js: `${shebang}${REQUIRE}` },
    legalComments: 'none',
    logLevel: 'warning',
  }
}

/** Chunks first, the entry that names them next, chunks of earlier builds last. */
function replace(bundle: Bundle, partial: string): void {
  const chunks = join(partial, 'plugin')
  const fresh = existsSync(chunks) ? readdirSync(chunks) : []
  if (fresh.length > 0) cpSync(chunks, join(dist, 'plugin'), { recursive: true })
  const output = join(dist, bundle.output)
  mkdirSync(dirname(output), { recursive: true })
  if (bundle.executable === true) chmodSync(join(partial, bundle.output), 0o755)
  renameSync(join(partial, bundle.output), output)
  if (bundle.executable !== true || !existsSync(join(dist, 'plugin'))) return
  const old = readdirSync(join(dist, 'plugin')).filter((file) => !fresh.includes(file))
  for (const file of old) rmSync(join(dist, 'plugin', file))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildProduct()
  process.stderr.write('· dist/ is built\n')
}
