import { statfs } from 'node:fs/promises'
import { UserError } from '../../lib/errors.ts'
import type { Result } from '../../schemas/generated/types.ts'
import type { Context } from '../run/context.ts'
import { crossingsOf, withCrossings } from '../run/crossings.ts'
import { orRoot } from '../run/root.ts'
import { requireFiles } from '../operations/empty.ts'
import { commit } from './commit.ts'
import { deleteArchive } from './delete.ts'
import { earlierPoint } from './earlier.ts'
import { mayHaveHoles } from './holes.ts'
import type { Point } from './manifest.ts'
import { createTar, tarVersion, type TarErrors } from './tar.ts'
import { writeData } from './write.ts'

/** Stores a volume as one archive. An archive of the same Backup and volume that is there already is the answer. */
export async function backupArchive(context: Context, point: Point & { readonly path: string }): Promise<Result> {
  const { result, stale } = await earlierPoint(context, point)
  if (result !== undefined) return result
  await requireFiles(context, point.path)
  const startTime = context.now().toISOString()
  const tools = { holdfast: '1', tar: await tarVersion(context), node: process.version }
  const crossings = await crossingsOf(context, point.path)
  const { type, blocks, bfree, bsize } = await statfs(point.path)
  const { output, errors } = createTar(context, { path: point.path, sparse: mayHaveHoles(type) })
  const { written, placed } = await writeData(context, { kind: 'tar', output, sizeHint: (blocks - bfree) * bsize, stale, ...point })
  const all = withCrossings(errors(), crossings)
  if (written.files === 0 && (errors().count > 0 || (crossings.count > 0 && context.task.allowEmpty !== true))) {
    await deleteArchive(context.store, point)
    throw nothingRead(all)
  }
  return commit(context, { point, startTime, written, placed, errors: all, tools, kind: 'tar' })
}

function nothingRead(errors: TarErrors): UserError {
  return new UserError('UnreadableFiles', `No file of the volume could be read (${errors.samples[0] ?? ''}). ${orRoot('If permissions are the cause, set mover.runAs: root.')}`)
}
