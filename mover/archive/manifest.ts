import { UserError } from '../../lib/errors.ts'
import { readText, writeText, type Store } from '../stores/store.ts'

export type Compression = 'zstd' | 'gzip' | 'none'

/** What stands beside an archive. Written last: without it there is no restore point. The format is told in docs/format.md. */
export interface Manifest {
  readonly format: 1
  /** tar: a PAX archive of a file tree. stream: the output of a command. */
  readonly kind: 'tar' | 'stream'
  readonly namespace: string
  readonly backup: string
  /** UID of that Backup. */
  readonly run?: string
  readonly policy?: string
  readonly volume: string
  /** Name of the data object beside the manifest. */
  readonly data: string
  readonly compression: Compression
  /** Of the stream before compression, in hex. */
  readonly sha256: string
  /** Length of the stream before compression. */
  readonly streamBytes: number
  /** Of the data object as stored. */
  readonly storedSha256: string
  readonly storedBytes: number
  /** Bytes of the files (tar), or of the stream. */
  readonly bytes: number
  /** Files of every sort without directories; 1 for a stream. */
  readonly files: number
  /** Files that could not be read. */
  readonly errors: number
  readonly errorSamples: readonly string[]
  readonly startTime: string
  readonly endTime: string
  /** Programs that made it, with their versions. */
  readonly tools: Readonly<Record<string, string>>
}

/** Identity of an archive, which is its place in the store. */
export interface Point {
  readonly volume: string
  readonly backup: string
}

const HANDLE = /^archive\/([a-z0-9][-a-z0-9.]*)\/([a-z0-9][-a-z0-9.]*)$/

/** Handle of an archive: the folder of its two objects. */
export function handleOf({ volume, backup }: Point): string {
  return `archive/${volume}/${backup}`
}

/** The manifest of a point; undefined when there is none, that is, no restore point. Throws PointDamaged when it cannot be understood. */
export async function readManifest(store: Store, handle: string): Promise<Manifest | undefined> {
  if (!HANDLE.test(handle)) {
    throw new UserError('PointNotFound', `${JSON.stringify(handle)} is not the handle of an archive. It looks like archive/<volume>/<backup>.`)
  }
  const text = await readText(store, `${handle}/manifest.json`)
  return text === undefined ? undefined : parse(text, handle)
}

/** Which run made a point; undefined when there is none, or when its manifest does not tell. */
export async function readRun(store: Store, handle: string): Promise<string | undefined> {
  return json(await readText(store, `${handle}/manifest.json`) ?? '')?.run
}

/** Writes the manifest, which makes the point. */
export async function writeManifest(store: Store, manifest: Manifest): Promise<void> {
  await writeText(store, `${handleOf(manifest)}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`)
}

function parse(text: string, handle: string): Manifest {
  const manifest = json(text)
  if (manifest?.format !== 1) {
    throw new UserError('PointDamaged', `The manifest of ${handle} is damaged, or of a newer format than 1. Restore from another backup, or by hand (docs/format.md).`)
  }
  const sound = /^[0-9a-f]{64}$/.test(manifest.sha256 ?? '') && /^data\.[a-z.]+$/.test(manifest.data ?? '')
  if (!sound) throw new UserError('PointDamaged', `The manifest of ${handle} has no sha256 or data name. Restore from another backup.`)
  return manifest as Manifest
}

function json(text: string): Partial<Manifest> | undefined {
  try {
    return JSON.parse(text) as Partial<Manifest>
  } catch {
    return undefined
  }
}
