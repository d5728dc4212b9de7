import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { driverData } from '../../cluster/components/storage.ts'
import { goodVolumes } from '../../../lib/phases.ts'
import type { Backup, Destination } from '../../../schemas/generated/types.ts'
import type { Layout } from '../../cluster/layout.ts'
import type { Store } from '../kit/environment.ts'
import { execute } from '../kit/kubectl.ts'
import type { Sandbox } from '../kit/sandbox.ts'
import { RESTIC_PASSWORD, storedObjects } from '../kit/store.ts'

/** What lies in a store, and what of it belongs to no good point. */
export interface Findings {
  /** Points that a Backup calls good and the store does not have, or points that no Backup knows. */
  readonly faults: readonly string[]
  /** What docs/format.md and docs/destinations.md allow until the prune job or `kubectl backup delete` takes it. */
  readonly allowed: readonly string[]
}

/** Compares archives in a store with the Backups that speak of them. `keys` are relative to the namespace's folder. */
export function archiveFindings(keys: readonly string[], backups: readonly Backup[]): Findings {
  const manifests = keys.filter(key => /^archive\/.*\/manifest\.json$/.test(key)).map(key => key.slice(0, -'/manifest.json'.length))
  const good = backups.flatMap(backup => goodVolumes(backup).map(volume => `archive/${volume}/${backup.metadata.name}`))
  const known = backups.flatMap(({ metadata, spec }) => spec.volumes.map(volume => `archive/${volume}/${metadata.name}`))
  const loose = looseKeys(keys)
  // Half an archive may be there as long as its Backup is, and half a file until the prune job comes.
  const orphans = loose.filter(key => !key.includes('.partial-') && !known.includes(key.slice(0, key.lastIndexOf('/'))))
  return {
    faults: [
      ...good.filter(handle => !manifests.includes(handle)).map(handle => `${handle} is good and not in the store`),
      ...manifests.filter(handle => !known.includes(handle)).map(handle => `${handle} is in the store and of no Backup`),
      ...orphans.map(key => `data of a Backup that is gone: ${key}`),
    ],
    allowed: [
      ...manifests.filter(handle => known.includes(handle) && !good.includes(handle)).map(handle => `point of a failed run: ${handle}`),
      ...loose.filter(key => !orphans.includes(key)).map(key => `${key.includes('.partial-') ? 'unfinished file' : 'data without manifest'}: ${key}`),
      ...surplus(keys, manifests),
    ],
  }
}

/** Keys of data that has no manifest, and of files that were never finished: what a mover that was killed leaves. */
export function looseKeys(keys: readonly string[]): readonly string[] {
  const whole = new Set(keys.filter(key => key.endsWith('/manifest.json')).map(key => key.slice(0, -'/manifest.json'.length)))
  return keys.filter(key => key.startsWith('archive/') && (key.includes('.partial-') || !whole.has(key.slice(0, key.lastIndexOf('/')))))
}

/** Data objects beside a manifest that is not of them. */
function surplus(keys: readonly string[], manifests: readonly string[]): readonly string[] {
  return manifests.flatMap(handle => keys.filter(key => key.startsWith(`${handle}/data`) && !key.includes('.partial-')).slice(1))
    .map(key => `further data of a point: ${key}`)
}

/** Keys of a destination in the bucket, below the namespace's folder. */
export async function bucketKeys(box: Sandbox, destination: Destination): Promise<readonly string[]> {
  return (await storedObjects(box, destination)).map(({ key }) => key.slice(key.indexOf(`/${box.namespace}/`, box.namespace.length) + box.namespace.length + 2))
}

/** Files of a claim that is a destination, below the namespace's folder. */
export function vaultKeys(box: Sandbox, folder: string): readonly string[] {
  return globSync('**', { cwd: join(folder, box.namespace), withFileTypes: true }).filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(join(folder, box.namespace).length + 1))
}

interface ResticSnapshot { readonly id: string; readonly tags: readonly string[] }

/** Compares restic's snapshots with the Backups that speak of them, and has restic read every byte of its repository. */
export async function resticFindings(box: Sandbox, destination: Destination, backups: readonly Backup[]): Promise<Findings> {
  const repository = repositoryPath(box, destination)
  const checked = await restic(box.environment.store, repository, ['check', '--read-data', '--no-lock'])
  const listed = await restic(box.environment.store, repository, ['snapshots', '--json', '--no-lock'])
  const snapshots = JSON.parse(listed.stdout) as readonly ResticSnapshot[]
  const handles = backups.flatMap(({ status }) => status?.volumes ?? []).filter(({ phase }) => phase === 'Completed').map(({ handle = '' }) => handle)
  const runs = backups.map(({ metadata }) => `run=${metadata.uid}`)
  const others = snapshots.filter(({ id }) => !handles.includes(id))
  return {
    faults: [
      ...(checked.code === 0 ? [] : [`restic check: ${checked.stderr.slice(-500)}`]),
      ...handles.filter(handle => !snapshots.some(({ id }) => id === handle)).map(handle => `restic snapshot ${handle} is good and not in the repository`),
      ...others.filter(({ tags }) => !tags.some(tag => runs.includes(tag))).map(({ id, tags }) => `restic snapshot ${id} is of no Backup: ${tags.join(' ')}`),
    ],
    allowed: others.map(({ id, tags }) => `further restic snapshot of a run, ${id.slice(0, 8)}: ${tags.join(' ')}`),
  }
}

/** Bucket and path of a namespace's restic repository. */
export function repositoryPath(box: Sandbox, destination: Destination): string {
  return `${destination.url.slice('s3://'.length)}/${box.namespace}/restic`
}

/** Plain restic on this machine. */
export function restic(store: Store, repository: string, args: readonly string[]): ReturnType<typeof execute> {
  const environment = [`AWS_ACCESS_KEY_ID=${store.accessKey}`, `AWS_SECRET_ACCESS_KEY=${store.secretKey}`, `RESTIC_PASSWORD=${RESTIC_PASSWORD}`]
  return execute('env', [...environment, 'restic', '-r', `s3:${store.endpointOnHost}/${repository}`, '--no-cache', ...args])
}

/** Uploads that were begun and neither completed nor aborted. MinIO lists them by exact key only, so its folder is looked at. */
export function unfinishedUploads(node: Layout): number {
  const folder = join(node.stateDir, 'minio', '.minio.sys', 'multipart')
  return existsSync(folder) ? globSync('*/*/xl.meta', { cwd: folder }).length : 0
}

/** A snapshot in the storage. */
export interface HeldSnapshot {
  readonly id: string
  /** Handle of the volume that it is of. */
  readonly volume: string
}

/** All that the test driver holds. */
export function driverSnapshots(node: Layout): readonly HeldSnapshot[] {
  const folder = join(driverData(node, 'csi'), 'snapshots')
  return globSync('*.json', { cwd: folder }).map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as HeldSnapshot)
}
