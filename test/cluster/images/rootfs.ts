import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir } from '../binaries.ts'
import { run } from '../run.ts'
import type { Recipe } from './recipes.ts'

const EXCLUDED = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/info/*', '/usr/share/locale/*']

/** A short hash of everything that decides what is in it, except what the mirror holds today. */
export function keyOf(recipe: Recipe): string {
  return createHash('sha256').update(JSON.stringify([recipe, process.arch, process.version])).digest('hex').slice(0, 12)
}

/** Makes the root file system as a tar, once per key, from the mirrors (security too) that mmdebstrap knows. Answers its path. */
export async function ensureRootfs(recipe: Recipe, progress: (line: string) => void): Promise<string> {
  const path = join(cacheDir(), 'rootfs', `${recipe.name}-${keyOf(recipe)}.tar`)
  if (existsSync(path)) return path
  progress(`root file system ${recipe.name} (Debian ${recipe.suite})`)
  mkdirSync(join(cacheDir(), 'rootfs'), { recursive: true })
  const partial = path.replace(/\.tar$/, `.${process.pid}.tar`)
  await run('mmdebstrap', [
    '--variant=minbase', '--quiet', `--include=${recipe.packages.join(',')}`,
    ...EXCLUDED.map((paths) => `--dpkgopt=path-exclude=${paths}`),
    ...(recipe.hooks ?? []).map((hook) => `--essential-hook=${hook}`),
    recipe.suite, partial,
  ])
  renameSync(partial, path)
  return path
}
