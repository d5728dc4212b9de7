import { join } from 'node:path'
import { cacheDir } from './binaries.ts'
import type { Layout } from './layout.ts'
import { run } from './run.ts'

/** Runs buildah with a store of our own in the cache and without needing a kernel file system or namespaces. Answers its output. */
export async function buildah(args: readonly string[]): Promise<string> {
  const root = join(cacheDir(), 'buildah')
  const env = { BUILDAH_ISOLATION: 'chroot', STORAGE_DRIVER: 'vfs' }
  const stores = ['--root', root, '--runroot', join(root, 'run')]
  return (await run('buildah', [...stores, ...args], { env })).stdout
}

/** Imports an archive (docker or OCI) into the cluster's containerd, where the kubelet finds it. */
export async function importArchive(layout: Layout, archive: string): Promise<void> {
  await ctr(layout, ['images', 'import', archive])
}

/** Runs ctr in the namespace that the kubelet uses. Answers its output. */
export async function ctr(layout: Layout, args: readonly string[]): Promise<string> {
  return (await run('ctr', ['--address', layout.containerdSocket, '--namespace', 'k8s.io', ...args])).stdout
}
