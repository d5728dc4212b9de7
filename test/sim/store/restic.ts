import { UserError } from '../../../lib/errors.ts'
import type { Point } from './stores.ts'
import { hash, isNamesake, type Work } from './work.ts'

/** Throws when the secret has no password for restic. */
export function requirePassword({ password }: Work): void {
  if (password) return
  throw new UserError('SecretKeyMissing', 'Strategy external needs the key RESTIC_PASSWORD in the credentials secret of the repository. '
    + 'Choose a long random password, and keep a copy: without it nobody can read the backups.')
}

/** Makes the restic repository if there is none, and none was known to be here. */
export function ensureRepository(work: Work): string {
  const { store, task, engine } = work
  requirePassword(work)
  if (store.resticId !== undefined) return store.resticId
  if (task.resticId !== undefined) {
    throw new UserError('RepositoryMissing', `${store.location} held the restic repository ${task.resticId} when it was last checked, and holds none now. `
      + 'Bring it back, or, if its data is meant to be gone, delete the BackupRepository object and make it again.')
  }
  store.resticId = hash(`${store.location} ${engine.now()} ${engine.steps}`)
  return store.resticId
}

/** The snapshot that is noted as the result of a Backup and volume. */
export function findNoted({ store }: Work, { volume, backup }: { readonly volume: string; readonly backup: string }): Point | undefined {
  return store.find(point => point.committed && point.strategy === 'external' && point.volume === volume && point.backup === backup)
}

/** A snapshot by its id, noted or not. */
export function findSnapshot({ store }: Work, handle: string): Point | undefined {
  return store.find(point => point.strategy === 'external' && point.handle === handle)
}

/** Stores a snapshot, with the tags by which it is found even when nobody notes it. */
export function addSnapshot(work: Work, { volume, backup, content }: { readonly volume: string; readonly backup: string; readonly content: string }): Point {
  const { store, task: { namespace, run }, engine, unreadable } = work
  const handle = hash(`${store.location} ${volume} ${backup} ${engine.now()} ${engine.steps}`)
  return store.add({ namespace, volume, backup, run, strategy: 'external', handle, content, errors: unreadable, at: engine.now() })
}

/** Snapshots of a Backup's volumes: by their tags as far as a list shows them, and by the handles that are known. */
export function snapshotsToForget(work: Work, backup: string): readonly Point[] {
  const { store, task: { points = [] }, engine } = work
  const volumes = new Set(points.map(({ volume }) => volume))
  const listed = store.listed(engine.now()).filter(point => point.strategy === 'external' && !isNamesake(work, point))
  const tagged = listed.filter(point => point.backup === backup && volumes.has(point.volume))
  const known = points.flatMap(({ handle }) => handle === undefined ? [] : findSnapshot(work, handle) ?? [])
  return [...new Set([...tagged, ...known])]
}
