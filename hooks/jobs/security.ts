import type { Task } from '../../schemas/generated/types.ts'

/** User and group of movers that do not run as root. */
export const MOVER_UID = 65532

export type RunAs = 'root' | 'user'

/**
 * Security context of the pod. fsGroup only where no user's data is mounted read-only: kubelet applies it by changing
 * the ownership of every file of the volume.
 */
export function podSecurity(runAs: RunAs, mayOwnVolumes: boolean): object {
  const profile = { seccompProfile: { type: 'RuntimeDefault' } }
  if (runAs === 'root') return profile
  const group = mayOwnVolumes ? { fsGroup: MOVER_UID, fsGroupChangePolicy: 'OnRootMismatch' } : {}
  return { ...profile, runAsNonRoot: true, runAsUser: MOVER_UID, runAsGroup: MOVER_UID, ...group }
}

/** Security context of our own containers. */
export function moverSecurity(runAs: RunAs, operation: Task['operation']): object {
  return { ...userSecurity(runAs, operation), readOnlyRootFilesystem: true }
}

/**
 * Security context of the user's container in a custom pod: the mover's, but its image's file system may be written. As the
 * image's own user it could neither read all files of a volume nor fill a new one, whose root folder belongs to root.
 */
export function userSecurity(runAs: RunAs, operation: Task['operation']): object {
  const user = runAs === 'root' ? { runAsUser: 0, runAsGroup: 0 } : {}
  const add = runAs === 'root' ? capabilities(operation) : []
  return { ...user, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], ...(add.length > 0 && { add }) } }
}

/**
 * DAC_OVERRIDE and not DAC_READ_SEARCH for reading: Pod Security baseline allows the first and refuses the second;
 * the data volume is mounted read-only, so the mover cannot write with it.
 */
function capabilities(operation: Task['operation']): readonly string[] {
  if (operation === 'restore') return ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'MKNOD', 'SETFCAP', 'SETGID', 'SETUID']
  return ['DAC_OVERRIDE']
}
