import { UserError } from '../../lib/errors.ts'
import type { Result } from '../../schemas/generated/types.ts'
import type { Context } from '../run/context.ts'
import { countNames } from '../run/folder.ts'
import { orRoot } from '../run/root.ts'
import { withTarget } from '../run/target.ts'
import type { Census } from './census.ts'
import type { Manifest } from './manifest.ts'
import { readData, requireManifest } from './read.ts'
import { compareTar, extractTar, type TarErrors } from './tar.ts'

/** Unpacks an archive into an empty volume. Only a stream whose hash and counts are right makes a success. */
export async function restoreArchive(context: Context, handle: string, path: string): Promise<Result> {
  const manifest = await requireManifest(context, handle)
  if (manifest.kind !== 'tar') {
    throw new UserError('BackupNotUsable', `${handle} holds the stream of a command, not files. Restore it with strategy custom.`)
  }
  return withTarget(context, path, {
    fill: async () => {
      let census: Census | undefined
      const errors = await extractTar(context, path, readData(context, manifest, found => { census = found }))
      if (census?.files !== manifest.files || census.bytes !== manifest.bytes) {
        throw new UserError('PointDamaged', `${handle} holds ${census?.files} files and ${census?.bytes} bytes where its manifest says `
          + `${manifest.files} and ${manifest.bytes}. Restore from another backup.`)
      }
      return resultOf(manifest, handle, errors)
    },
    filled: async () => await isFilled(context, manifest, path) ? resultOf(manifest, handle, { count: 0, samples: [] }) : undefined,
  })
}

/** Whether a volume holds all that an archive does, and nothing else. */
async function isFilled(context: Context, manifest: Manifest, path: string): Promise<boolean> {
  let census: Census | undefined
  if (!await compareTar(context, path, readData(context, manifest, found => { census = found }))) return false
  return census !== undefined && census.files + census.directories - 1 === await countNames(path)
}

function resultOf(manifest: Manifest, handle: string, errors: TarErrors): Result {
  return {
    operation: 'restore', ok: true, handle, bytes: manifest.bytes, files: manifest.files, sha256: manifest.sha256, errors: errors.count,
    ...(errors.count > 0 && { reason: 'UnreadableFiles', message: attributesMessage(errors.count), errorSamples: [...errors.samples] }),
  }
}

/** What to tell when all is back but some attributes. */
export function attributesMessage(count: number): string {
  return `All content is back, but ${count} attribute${count === 1 ? '' : 's'} could not be set. The new volume's file system may not know them. ${orRoot('Or mover.runAs: root is needed.')}`
}
