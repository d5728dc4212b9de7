import { createHash } from 'node:crypto'
import { TransientError } from '../../lib/errors.ts'
import { plainText } from '../../lib/plain-text.ts'
import type { Result } from '../../schemas/generated/types.ts'
import type { Context } from '../run/context.ts'
import { isCrossing } from '../run/crossings.ts'
import { isNamesake, refuseNamesake } from '../run/namesake.ts'
import { orRoot } from '../run/root.ts'
import type { Store } from '../stores/store.ts'
import { handleOf, readManifest, removeManifest, writeManifest, type Manifest, type Point } from './manifest.ts'
import type { TarErrors } from './tar.ts'
import type { Placed, Written } from './write.ts'

export interface Commit {
  readonly kind: Manifest['kind']
  readonly point: Point
  readonly startTime: string
  readonly written: Written
  readonly placed: Placed
  readonly errors: TarErrors
  readonly tools: Readonly<Record<string, string>>
}

/**
 * Writes the manifest, unless the mover was asked to stop, and gives the result. Two movers may be at work on one point (the node of the
 * first was given up, but it lives): the one whose data is in place is the one whose manifest must be.
 */
export async function commit(context: Context, { kind, point, startTime, written, placed, errors, tools }: Commit): Promise<Result> {
  context.signal.throwIfAborted()
  const { store, task } = context
  const now = context.now().toISOString()
  const manifest: Manifest = {
    format: 1, kind, namespace: task.namespace, backup: point.backup, run: task.run, policy: task.policy, volume: point.volume,
    ...written, errors: errors.count, errorSamples: errors.samples, startTime, endTime: now < startTime ? startTime : now, tools,
  }
  let other: Manifest | undefined
  do {
    other = await readManifest(store, handleOf(point))
    if (other !== undefined && await stands(context, other, { point, written, placed })) return resultOf(other)
  } while (!await writeManifest(store, manifest, other !== undefined))
  // An unchanged volume gives every mover the same bytes: of whichever they are, ours is their manifest, and the other may have told it.
  if (await inPlace(store, placed) || await holds(store, placed.key, written.storedSha256)) return resultOf(manifest)
  await removeManifest(store, manifest)
  throw new TransientError('MoverFailed', `The data of ${handleOf(point)} was replaced or removed before its manifest was written. The backup will be tried again.`)
}

/** Whether a manifest that was written meanwhile is the answer. One of another run never is: its data, if it is in place, may be older than ours. */
async function stands(context: Context, other: Manifest, { point, written, placed }: Pick<Commit, 'point' | 'written' | 'placed'>): Promise<boolean> {
  if (other.storedSha256 === written.storedSha256 && !isNamesake(context, other.run)) return true
  if (await holds(context.store, placed.key, written.storedSha256)) return false
  refuseNamesake(context, other.run, point)
  return true
}

/** Whether data of this hash is under a key. */
export async function holds(store: Store, key: string, sha256: string): Promise<boolean> {
  const data = await store.get(key)
  if (data === undefined) return false
  const hash = createHash('sha256')
  for await (const chunk of data) hash.update(chunk)
  return hash.digest('hex') === sha256
}

async function inPlace(store: Store, placed: Placed): Promise<boolean> {
  const found = await store.head(placed.key)
  return found?.bytes === placed.bytes && found.modified.getTime() === placed.modified.getTime()
}

/** Result of a backup as its manifest tells it. */
export function resultOf(manifest: Manifest): Result {
  const { errors, errorSamples } = manifest
  return {
    operation: 'backup', ok: true, handle: handleOf(manifest), bytes: manifest.bytes, bytesStored: manifest.storedBytes,
    files: manifest.files, errors, sha256: manifest.sha256,
    ...(errors > 0 && { reason: 'UnreadableFiles', message: unreadableMessage(errors, errorSamples), errorSamples: [...errorSamples] }),
  }
}

/** What to tell about files that are not in a point. Of some of them the samples tell what was wrong. */
export function unreadableMessage(errors: number, samples: readonly string[]): string {
  if (!samples.some(isCrossing)) {
    return `${errors} file${errors === 1 ? '' : 's'} could not be read and ${errors === 1 ? 'is' : 'are'} not in the restore point. `
      + orRoot('If permissions are the cause, set mover.runAs: root.') + firstOf(samples)
  }
  const files = samples.every(isCrossing) ? '' : ', among them files that could not be read'
  return `${errors} part${errors === 1 ? '' : 's'} of the volume ${errors === 1 ? 'is' : 'are'} not in the restore point${files}: another file system is mounted inside the volume, `
    + 'or a subvolume begins there. Back that up as a volume of its own, or make it a plain folder.' + firstOf(samples)
}

/** The status has no more room than for one; the log names more. */
function firstOf([first]: readonly string[]): string {
  return first === undefined ? '' : ` The first: ${plainText(first).replaceAll(/\s+/g, ' ').slice(0, 200)}`
}
