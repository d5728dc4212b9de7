import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildProgram } from '../../build.ts'
import { buildah } from '../buildah.ts'
import { BASE_KEY, ensureBase } from './base.ts'
import { hashOf } from './hash.ts'
import type { Image } from './image.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const containerfile = join(root, 'Containerfile')

export type Target = 'hooks' | 'mover'

/** `holdfast-<target>:<version>`, which pods find under docker.io/library. */
export function productImageName(target: Target): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return `docker.io/library/holdfast-${target}:${version}`
}

/** Bundles a program, for an image from the Containerfile that users build from too, on our base. */
export async function productImage(target: Target, progress: (line: string) => void): Promise<Image> {
  const bundle = await buildProgram(target)
  const keyNow = (): string => hashOf([BASE_KEY, target], [containerfile, bundle])
  const key = keyNow()
  const tag = `localhost/holdfast-${target}:${key}`
  const make = async (): Promise<string> => {
    const base = await ensureBase(progress)
    await buildah(['bud', '--quiet', '--pull-never', '--layers=false', '--build-arg', `BASE=${base}`, '--target', target,
      '--file', containerfile, '--tag', tag, root])
    if (keyNow() !== key) throw new Error(`dist/ changed while the image ${target} was built from it; run this again`)
    return tag
  }
  return { name: productImageName(target), key, make }
}
