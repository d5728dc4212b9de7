import { join } from 'node:path'
import { compose, isMade, type Image } from './image.ts'
import { BASE, POSTGRES } from './recipes.ts'
import { ensureRootfs, keyOf } from './rootfs.ts'
import { hashOf } from './hash.ts'

type Progress = (line: string) => void

const BASE_CONFIG = ['--env', 'PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', '--cmd', 'sleep infinity']
const POSTGRES_CONFIG = [
  '--entrypoint', '["/usr/local/bin/entrypoint"]', '--user', '999:999', '--port', '5432', '--env', 'PGHOST=/tmp',
]

/** Key of the base, and part of the key of all that is made from it. */
export const BASE_KEY = hashOf([keyOf(BASE), ...BASE_CONFIG])

/** The base image in buildah's store: Debian with Node and restic. Made once. Answers its tag. */
export async function ensureBase(progress: Progress): Promise<string> {
  const tag = `localhost/holdfast-base:${BASE_KEY}`
  if (await isMade(tag)) return tag
  const rootfs = await ensureRootfs(BASE, progress)
  progress('base image')
  return await compose('scratch', tag, [
    ['add', '--quiet', '{}', rootfs, '/'],
    ['copy', '--quiet', '{}', process.execPath, '/usr/local/bin/node'],
    ['config', ...BASE_CONFIG, '{}'],
  ])
}

/** The base under a name for fixtures: shell, coreutils, tar, zstd, ACLs, extended attributes, restic, node. */
export function toolsImage(progress: Progress): Image {
  return { name: 'docker.io/holdfast-test/tools:1', key: BASE_KEY, make: () => ensureBase(progress), keep: true }
}

/** PostgreSQL with an entry point that makes a database cluster on an empty volume. */
export function postgresImage(progress: Progress): Image {
  const script = join(import.meta.dirname, 'postgres-entrypoint.sh')
  const key = hashOf([keyOf(POSTGRES), ...POSTGRES_CONFIG], [script])
  const make = async (): Promise<string> => await compose('scratch', `localhost/holdfast-postgres:${key}`, [
    ['add', '--quiet', '{}', await ensureRootfs(POSTGRES, progress), '/'],
    ['copy', '--quiet', '{}', script, '/usr/local/bin/entrypoint'],
    ['config', ...POSTGRES_CONFIG, '{}'],
  ])
  return { name: 'docker.io/holdfast-test/postgres:1', key, make }
}
