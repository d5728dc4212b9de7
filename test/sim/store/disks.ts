/** What ends the content of a volume that a restore has begun to fill. */
export const PART = '~part'

/**
 * What really is on volumes and in snapshots of the storage, by handle. Content is a word: '' nothing, `<namespace>/<claim>#<n>` the n-th
 * that the workload wrote, and `~part` at the end of it a restore that is not done.
 */
export interface Disks {
  /** Undefined when there is no such volume or snapshot. */
  read(handle: string): string | undefined
  /** Replaces what is on a volume; nothing happens to one that is not there. */
  write(handle: string, content: string): void
  /** Makes a volume; one that is there stays as it is. */
  create(handle: string, content: string): void
  /** Takes a snapshot of a volume; one of that handle stays as it is. False when there is no such volume. */
  snapshot(volume: string, handle: string): boolean
  remove(handle: string): void
  /** Handles of all volumes, and of all snapshots. */
  volumes(): readonly string[]
  snapshots(): readonly string[]
}

/** No disks yet. */
export function createDisks(): Disks {
  const volumes = new Map<string, string>()
  const snapshots = new Map<string, string>()
  return {
    read: handle => volumes.get(handle) ?? snapshots.get(handle),
    write: (handle, content) => { if (volumes.has(handle)) volumes.set(handle, content) },
    create: (handle, content) => { if (!volumes.has(handle)) volumes.set(handle, content) },
    snapshot(volume, handle) {
      const content = volumes.get(volume)
      if (content === undefined) return snapshots.has(handle)
      if (!snapshots.has(handle)) snapshots.set(handle, content)
      return true
    },
    remove(handle) {
      volumes.delete(handle)
      snapshots.delete(handle)
    },
    volumes: () => [...volumes.keys()],
    snapshots: () => [...snapshots.keys()],
  }
}
