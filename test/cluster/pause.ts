import { existsSync, mkdirSync, realpathSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { cacheDir } from './binaries.ts'
import { PAUSE_IMAGE } from './components/node-config.ts'
import { containerd } from './components/node.ts'
import { buildah } from './buildah.ts'
import { importArchive } from './containerd.ts'
import type { Layout } from './layout.ts'
import { untilReady } from './start.ts'

/** Makes the image that holds a pod's namespaces from our pause binary (once), and imports it. */
export async function importPause(layout: Layout): Promise<void> {
  const binary = realpathSync(join(layout.binDir, 'pause'))
  const archive = join(cacheDir(), 'images', `${basename(dirname(binary))}.tar`)
  if (!existsSync(archive)) await makeArchive(binary, archive)
  await untilReady(layout, containerd)
  await importArchive(layout, archive)
}

async function makeArchive(binary: string, archive: string): Promise<void> {
  mkdirSync(dirname(archive), { recursive: true })
  const container = (await buildah(['from', 'scratch'])).trim()
  try {
    await buildah(['copy', container, binary, '/pause'])
    await buildah(['config', '--entrypoint', '["/pause"]', '--user', '65535:65535', container])
    const partial = `${archive}.${process.pid}`
    await buildah(['commit', '--quiet', container, `docker-archive:${partial}:${PAUSE_IMAGE}`])
    renameSync(partial, archive)
  } finally {
    await buildah(['rm', container])
  }
}
