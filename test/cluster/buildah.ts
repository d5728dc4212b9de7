import { join } from 'node:path'
import { cacheDir } from './binaries.ts'
import { run } from './run.ts'

/** Runs buildah with a store of our own in the cache and without needing a kernel file system or namespaces. Answers its output. */
export async function buildah(args: readonly string[]): Promise<string> {
  const root = join(cacheDir(), 'buildah')
  const env = { BUILDAH_ISOLATION: 'chroot', STORAGE_DRIVER: 'vfs' }
  const stores = ['--root', root, '--runroot', join(root, 'run')]
  return (await run('buildah', [...stores, ...args], { env })).stdout
}
