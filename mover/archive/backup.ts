import { statfs } from 'node:fs/promises'
import { UserError } from '../../lib/errors.ts'
import type { Result } from '../../schemas/generated/types.ts'
import type { Context } from '../run/context.ts'
import { refuseNamesake } from '../run/namesake.ts'
import { requireFiles } from '../operations/empty.ts'
import { deleteArchive } from './delete.ts'
import { handleOf, readManifest, writeManifest, type Manifest, type Point } from './manifest.ts'
import { createTar, tarVersion, type TarErrors } from './tar.ts'
import { writeData, type Written } from './write.ts'

/** Stores a volume as one archive. An archive of the same Backup and volume that is there already is the answer. */
export async function backupArchive(context: Context, point: Point & { readonly path: string }): Promise<Result> {
  const existing = await readManifest(context.store, handleOf(point))
  refuseNamesake(context, existing?.run, point)
  if (existing !== undefined) return resultOf(existing)
  await requireFiles(context, point.path)
  const startTime = context.now().toISOString()
  const tools = { holdfast: '1', tar: await tarVersion(context), node: process.version }
  const { output, errors } = createTar(context, point.path)
  const sizeHint = await usedBytes(point.path)
  const written = await writeData(context, { kind: 'tar', output, sizeHint, ...point })
  if (written.files === 0 && errors().count > 0) {
    await deleteArchive(context.store, point)
    throw nothingRead(errors())
  }
  return commit(context, { point, startTime, written, errors: errors(), tools, kind: 'tar' })
}

export interface Commit {
  readonly kind: Manifest['kind']
  readonly point: Point
  readonly startTime: string
  readonly written: Written
  readonly errors: TarErrors
  readonly tools: Readonly<Record<string, string>>
}

/** Writes the manifest, unless the mover was asked to stop, and gives the result. */
export async function commit(context: Context, { kind, point, startTime, written, errors, tools }: Commit): Promise<Result> {
  context.signal.throwIfAborted()
  const manifest: Manifest = {
    format: 1, kind, namespace: context.task.namespace, backup: point.backup, run: context.task.run, policy: context.task.policy, volume: point.volume,
    ...written, errors: errors.count, errorSamples: errors.samples, startTime, endTime: context.now().toISOString(), tools,
  }
  await writeManifest(context.store, manifest)
  return resultOf(manifest)
}

/** Result of a backup as its manifest tells it. */
export function resultOf(manifest: Manifest): Result {
  const unreadable = manifest.errors > 0
  return {
    operation: 'backup', ok: true, handle: handleOf(manifest), bytes: manifest.bytes, bytesStored: manifest.storedBytes,
    files: manifest.files, errors: manifest.errors, sha256: manifest.sha256,
    ...(unreadable && { reason: 'UnreadableFiles', message: unreadableMessage(manifest.errors), errorSamples: [...manifest.errorSamples] }),
  }
}

/** What to tell about files that could not be read. */
export function unreadableMessage(errors: number): string {
  return `${errors} file${errors === 1 ? '' : 's'} could not be read and ${errors === 1 ? 'is' : 'are'} not in the restore point. `
    + 'If permissions are the cause, set mover.runAs: root.'
}

function nothingRead(errors: TarErrors): UserError {
  return new UserError('UnreadableFiles', `No file of the volume could be read (${errors.samples[0] ?? ''}). If permissions are the cause, set mover.runAs: root.`)
}

async function usedBytes(path: string): Promise<number> {
  const { blocks, bfree, bsize } = await statfs(path)
  return (blocks - bfree) * bsize
}
