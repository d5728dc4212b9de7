import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { buildProgram } from '../../build.ts'
import { BASE_KEY, ensureBase } from './base.ts'
import { hashOf } from './hash.ts'
import { compose, type Image } from './image.ts'

/** The real one, from a binary on PATH, or our stand-in. */
export type MetacontrollerChoice = { kind: 'real', binary: string } | { kind: 'stand-in' }

/** The name that the chart uses, whatever is inside. */
export const METACONTROLLER_IMAGE = 'ghcr.io/metacontroller/metacontroller:v4.17.2'

const CONFIG = ['--entrypoint', '["/usr/bin/metacontroller"]', '--user', '65532:65532']

/** A binary on PATH wins. */
export function chooseMetacontroller(): MetacontrollerChoice {
  const found = (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, 'metacontroller')).find((path) => existsSync(path))
  return found === undefined ? { kind: 'stand-in' } : { kind: 'real', binary: found }
}

/** An image whose /usr/bin/metacontroller takes the real one's flags. */
export async function metacontrollerImage(choice: MetacontrollerChoice, progress: (line: string) => void): Promise<Image> {
  return choice.kind === 'real' ? realImage(choice.binary) : await standInImage(progress)
}

function realImage(binary: string): Image {
  const key = hashOf(['real', ...CONFIG], [binary])
  const make = (): Promise<string> => compose('scratch', `localhost/holdfast-metacontroller:${key}`, [
    ['copy', '--quiet', '{}', binary, '/usr/bin/metacontroller'],
    ['config', ...CONFIG, '{}'],
  ])
  return { name: METACONTROLLER_IMAGE, key, make }
}

async function standInImage(progress: (line: string) => void): Promise<Image> {
  const bundle = await buildProgram('stand-in')
  const script = join(import.meta.dirname, 'metacontroller.sh')
  const key = hashOf(['stand-in', BASE_KEY, ...CONFIG], [bundle, script])
  const make = async (): Promise<string> => await compose(await ensureBase(progress), `localhost/holdfast-metacontroller:${key}`, [
    ['copy', '--quiet', '{}', bundle, '/app/metacontroller.mjs'],
    ['copy', '--quiet', '{}', script, '/usr/bin/metacontroller'],
    ['config', ...CONFIG, '{}'],
  ])
  return { name: METACONTROLLER_IMAGE, key, make }
}
