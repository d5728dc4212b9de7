import type { BackupRepositorySpec, Mover, Task } from '../../schemas/generated/types.ts'
import type { Settings } from '../hook.ts'
import { secretEnv, type EnvVar, type ResticPassword } from './secret-env.ts'
import { moverSecurity, type RunAs } from './security.ts'
import { dataMount, exchangeMount, moverMounts, type DataClaim } from './volumes.ts'

/** Name of the container whose exit code and termination message are the result. */
export const MOVER_CONTAINER = 'mover'

export interface MoverContainerOptions {
  readonly task: Task
  readonly repository?: BackupRepositorySpec
  readonly resticPassword: ResticPassword
  readonly claim?: DataClaim
  readonly exchange: boolean
  readonly runAs: RunAs
  readonly mover: Mover | undefined
  readonly settings: Settings
}

/**
 * The container that moves the data. In custom pods the data volume is with the user's container instead; for a restore the mover may
 * look at it, because a command that was cut off must not be run again over what it left.
 */
export function moverContainer(options: MoverContainerOptions): object {
  const { claim, exchange, settings } = options
  const data = claim && (!exchange || options.task.operation === 'restore') ? [dataMount({ ...claim, readOnly: exchange || claim.readOnly })] : []
  return {
    name: MOVER_CONTAINER,
    image: settings.moverImage,
    imagePullPolicy: settings.imagePullPolicy,
    env: environment(options),
    ...(options.mover?.resources && { resources: options.mover.resources }),
    volumeMounts: [...moverMounts(options.repository), ...(exchange ? [exchangeMount] : []), ...data],
    securityContext: moverSecurity(options.runAs, options.task.operation),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  }
}

function environment(options: MoverContainerOptions): readonly EnvVar[] {
  return [
    { name: 'HOLDFAST_TASK', value: literal(JSON.stringify(options.task)) },
    { name: 'TMPDIR', value: '/tmp' },
    { name: 'HOME', value: '/tmp' },
    { name: 'RESTIC_CACHE_DIR', value: '/cache' },
    ...secretEnv(options.repository, options.resticPassword),
  ]
}

/** Kubernetes expands $(NAME) in values; a doubled dollar stands for itself. */
function literal(value: string): string {
  return value.replaceAll('$', '$$$$')
}
