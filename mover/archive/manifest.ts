import { TransientError, UserError } from '../../lib/errors.ts'
import { readText, writeText, type Store } from '../stores/store.ts'
import { dataName } from './compression.ts'

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

/**
 * Which run made a point; undefined when there is none, or when its manifest does not tell. It decides over a deletion, so a word
 * other than `expected` is asked for twice: one bad read shall neither remove somebody else's point nor keep ours.
 */
export async function readRun(store: Store, handle: string, expected: string | undefined): Promise<string | undefined> {
  const key = `${handle}/manifest.json`
  const first = await readText(store, key)
  if (expected === undefined || first === undefined || json(first)?.run === expected) return expected
  const whole = (await store.head(key))?.bytes === Buffer.byteLength(first)
  if (!whole || await readText(store, key) !== first) {
    throw new TransientError('StoreUnreachable', `${store.description} gave different answers for ${key}, so nothing was removed. It will be tried again.`)
  }
  return json(first)?.run ?? /"run"\s*:\s*"([^"]+)"/.exec(first)?.[1]
}

/**
 * Writes the manifest, which makes the point, and makes sure that it is there to be read. False when there was one already, which is
 * left as it is unless it is to be replaced.
 */
export async function writeManifest(store: Store, manifest: Manifest, replace: boolean): Promise<boolean> {
  const key = `${handleOf(manifest)}/manifest.json`
  const text = textOf(manifest)
  if (replace) await writeText(store, key, text)
  else if (!await store.create(key, Buffer.from(text))) return false
  if (await readText(store, key) === text) return true
  throw new TransientError('StoreUnreachable', `${store.description} does not give ${key} back as it was written. It will be tried again.`)
}

/** Removes a manifest that turned out to be untrue. Only this very one: another mover may have put its own in place of it. */
export async function removeManifest(store: Store, manifest: Manifest): Promise<void> {
  const key = `${handleOf(manifest)}/manifest.json`
  if (await readText(store, key) === textOf(manifest)) await store.delete(key)
}

function textOf(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}

function parse(text: string, handle: string): Manifest {
  const manifest = json(text)
  if (manifest?.format !== 1) {
    throw new UserError('PointDamaged', `The manifest of ${handle} is damaged, or of a newer format than 1. Restore from another backup, or by hand (docs/format.md).`)
  }
  const wrong = Object.entries(SOUND).filter(([, sound]) => !sound(manifest)).map(([field]) => field)
  if (handleOf(manifest as Manifest) !== handle) wrong.push('volume or backup')
  if (wrong.length === 0) return manifest as Manifest
  throw new UserError('PointDamaged', `The manifest of ${handle} is damaged: it has no right ${wrong.join(', ')}. Restore from another backup, or by hand (docs/format.md).`)
}

/** What every field that a reader relies on must look like. */
const SOUND: Readonly<Record<string, (manifest: Partial<Manifest>) => boolean>> = {
  kind: ({ kind }) => kind === 'tar' || kind === 'stream',
  compression: ({ compression }) => compression === 'zstd' || compression === 'gzip' || compression === 'none',
  data: ({ kind = 'tar', compression = 'none', data }) => data === dataName(kind, compression),
  sha256: ({ sha256 }) => isHash(sha256),
  storedSha256: ({ storedSha256 }) => isHash(storedSha256),
  streamBytes: ({ streamBytes }) => isCount(streamBytes),
  storedBytes: ({ storedBytes }) => isCount(storedBytes),
  bytes: ({ kind, bytes, streamBytes }) => isCount(bytes) && (kind !== 'stream' || bytes === streamBytes),
  files: ({ kind, files }) => isCount(files) && (kind !== 'stream' || files === 1),
  errors: ({ errors }) => isCount(errors),
  errorSamples: ({ errorSamples }) => Array.isArray(errorSamples) && errorSamples.every(sample => typeof sample === 'string'),
  run: ({ run }) => run === undefined || typeof run === 'string',
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function json(text: string): Partial<Manifest> | undefined {
  try {
    return JSON.parse(text) as Partial<Manifest>
  } catch {
    return undefined
  }
}
