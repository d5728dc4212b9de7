import type { BackupRepositorySpec } from '../../schemas/generated/types.ts'
import { claimDestination, nfsDestination, REPOSITORY_PATH } from './store.ts'

/** Where the two containers of a custom strategy meet: a FIFO `stream` and the exit code of the user's command in `exit`. */
export const EXCHANGE_PATH = '/holdfast'

export interface VolumeMount {
  readonly name: string
  readonly mountPath: string
  readonly readOnly?: boolean
}

/** The data volume of a mover: a claim, where it is mounted, and whether it may be written. */
export interface DataClaim {
  readonly name: string
  readonly path: string
  readonly readOnly: boolean
}

/** Pod volumes of a mover: scratch space, the data claim, the repository when it is a directory, the exchange of custom pods. */
export function podVolumes(from: { claim?: DataClaim; repository?: BackupRepositorySpec; exchange: boolean }): readonly object[] {
  const { claim, repository, exchange } = from
  return [
    { name: 'tmp', emptyDir: {} },
    { name: 'cache', emptyDir: {} },
    ...(exchange ? [{ name: 'exchange', emptyDir: {} }] : []),
    ...(claim ? [{ name: 'data', persistentVolumeClaim: { claimName: claim.name } }] : []),
    ...repositoryVolume(repository),
  ]
}

/** Mounts that every mover container has. */
export function moverMounts(repository: BackupRepositorySpec | undefined): readonly VolumeMount[] {
  const directory = repository !== undefined && repository.type !== 's3'
  return [
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'cache', mountPath: '/cache' },
    ...(directory ? [{ name: 'repository', mountPath: REPOSITORY_PATH }] : []),
  ]
}

/**
 * Mount of the data volume. Read-only at the mount and not in the volume source, so that the driver publishes the
 * volume as it does for the application and kubelet never rewrites ownership.
 */
export function dataMount(claim: DataClaim, mountPath = claim.path): VolumeMount {
  return { name: 'data', mountPath, ...(claim.readOnly && { readOnly: true }) }
}

export const exchangeMount: VolumeMount = { name: 'exchange', mountPath: EXCHANGE_PATH }

function repositoryVolume(spec: BackupRepositorySpec | undefined): readonly object[] {
  if (spec?.type === 'pvc') return [{ name: 'repository', persistentVolumeClaim: { claimName: claimDestination(spec).claim } }]
  if (spec?.type === 'nfs') return [{ name: 'repository', nfs: nfsDestination(spec) }]
  return []
}
