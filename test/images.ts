import { buildProgram } from './build.ts'
import { hasImage, importArchive, markImage } from './cluster/containerd.ts'
import { postgresImage, toolsImage } from './cluster/images/base.ts'
import { ensureArchive, type Image } from './cluster/images/image.ts'
import { chooseMetacontroller, metacontrollerImage, type MetacontrollerChoice } from './cluster/images/metacontroller.ts'
import { productImage } from './cluster/images/product.ts'
import { locked } from './cluster/lock.ts'
import type { Layout } from './cluster/layout.ts'

type Progress = (line: string) => void

/** What tests and the demo name in their pods. */
export const TEST_IMAGES = { tools: 'docker.io/holdfast-test/tools:1', postgres: 'docker.io/holdfast-test/postgres:1' } as const

/** Names that `loadImages` takes. */
export const IMAGES = ['tools', 'postgres', 'hooks', 'mover', 'metacontroller'] as const
export type ImageName = (typeof IMAGES)[number]

/** Makes images and imports them; what has not changed is left as it is. */
export async function loadImages(layout: Layout, names: readonly ImageName[], progress: Progress): Promise<void> {
  await locked('.images', async () => {
    for (const name of names) await load(layout, await imageNamed(name, progress), progress)
  })
}

/** Imports the images of fixtures. */
export async function loadTestImages(layout: Layout, progress: Progress): Promise<void> {
  await loadImages(layout, ['tools', 'postgres'], progress)
}

/** Bundles the product (the plugin too), builds its images and imports them. */
export async function loadProductImages(layout: Layout, progress: Progress): Promise<void> {
  await buildProgram('plugin')
  await loadImages(layout, ['hooks', 'mover'], progress)
}

/** Imports Metacontroller under the name that the chart uses. Answers which of the two it is. */
export async function loadMetacontrollerImage(
  layout: Layout, progress: Progress, choice: MetacontrollerChoice = chooseMetacontroller(),
): Promise<MetacontrollerChoice['kind']> {
  await locked('.images', async () => load(layout, await metacontrollerImage(choice, progress), progress))
  return choice.kind
}

/** Imports an image unless the cluster has it with this content. */
async function load(layout: Layout, image: Image, progress: Progress): Promise<void> {
  if (await hasImage(layout, image)) return
  await importArchive(layout, await ensureArchive(image, progress))
  await markImage(layout, image)
}

async function imageNamed(name: ImageName, progress: Progress): Promise<Image> {
  if (name === 'tools') return toolsImage(progress)
  if (name === 'postgres') return postgresImage(progress)
  if (name === 'metacontroller') return await metacontrollerImage(chooseMetacontroller(), progress)
  return await productImage(name, progress)
}
