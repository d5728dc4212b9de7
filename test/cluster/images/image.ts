import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir } from '../binaries.ts'
import { buildah } from '../buildah.ts'

/** An image to be made: where its content comes from decides `key`, and an image of the same key is never made twice. */
export interface Image {
  /** As pods write it, with registry and tag. */
  name: string
  key: string
  /** Makes it in buildah's store and answers its tag there. */
  make: () => Promise<string>
  /** Others are made from it, so it stays in buildah's store. */
  keep?: boolean
}

/** Makes the archive of an image unless the cache has it; archives of the same image with other keys go. Answers its path. */
export async function ensureArchive(image: Image, progress: (line: string) => void): Promise<string> {
  const dir = join(cacheDir(), 'images')
  const stem = image.name.replaceAll(/[^a-zA-Z0-9.]+/g, '_')
  const path = join(dir, `${stem}-${image.key}.tar`)
  if (existsSync(path)) return path
  progress(`image ${image.name}`)
  mkdirSync(dir, { recursive: true })
  const made = await idOf(await image.make())
  const partial = `${path}.${process.pid}`
  await buildah(['push', '--quiet', made, `docker-archive:${partial}:${image.name}`])
  for (const old of readdirSync(dir).filter((file) => file.startsWith(`${stem}-`) && !file.includes('.tar.'))) rmSync(join(dir, old))
  renameSync(partial, path)
  if (image.keep !== true) await buildah(['rmi', made])
  return path
}

/** Makes an image by steps on a container from another. */
export async function compose(from: string, tag: string, steps: readonly (readonly string[])[]): Promise<string> {
  const container = (await buildah(['from', '--pull-never', from])).trim()
  try {
    for (const [verb = '', ...args] of steps) await buildah([verb, ...args.map((arg) => arg === '{}' ? container : arg)])
    await buildah(['commit', '--quiet', container, tag])
  } finally {
    await buildah(['rm', container])
  }
  return tag
}

/** Whether buildah's store has it. */
export async function isMade(tag: string): Promise<boolean> {
  return await idOf(tag) !== ''
}

/** By its id an image goes into an archive under the wanted name only; by its tag it would have both names. */
async function idOf(tag: string): Promise<string> {
  return (await buildah(['images', '--quiet', '--no-trunc', '--filter', `reference=${tag}`])).trim().replace('sha256:', '')
}
