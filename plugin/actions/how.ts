import { usageFailure } from '../cli/failure.ts'
import type { BackupSpec, Custom, Mover } from '../../schemas/generated/types.ts'

/** Flags of how data is moved, shared by `create` and `policy create`. */
export const HOW_FLAGS = {
  'snapshot-class': { type: 'string', requiresArg: true, describe: "VolumeSnapshotClass of strategy snapshot; default is that of the claim's driver" },
  image: { type: 'string', requiresArg: true, describe: 'Image of the custom command' },
  'restore-command': { type: 'string', requiresArg: true, describe: 'Shell command that reads the stored stream at restore (strategy custom)' },
  compression: { type: 'string', choices: ['zstd', 'gzip', 'none'], requiresArg: true, describe: 'Compression of tar and custom; default zstd' },
  'allow-empty': { type: 'boolean', default: false, describe: 'A volume without any file is a good restore point' },
  'run-as': { type: 'string', choices: ['root', 'user'], requiresArg: true, describe: 'user: no capabilities, for namespaces with restricted Pod Security' },
} as const

export interface How {
  readonly compression?: string
  readonly runAs?: string
}

/** `mover` of a spec; nothing when no flag was given, so that the cluster's defaults hold. */
export const moverSpec = ({ compression, runAs }: How): { readonly mover?: Mover } => {
  const mover = {
    ...compression !== undefined && { compression: compression as Mover['compression'] },
    ...runAs !== undefined && { runAs: runAs as Mover['runAs'] },
  }
  return Object.keys(mover).length === 0 ? {} : { mover }
}

/** `image` and `custom` of a spec, from the words after `--`. */
export const customSpec = (image: string | undefined, words: readonly string[] = [], restoreCommand?: string): Pick<BackupSpec, 'image' | 'custom'> => {
  if (words.length === 0) {
    if (image !== undefined || restoreCommand !== undefined) throw usageFailure('--image and --restore-command go with --strategy custom and a command after --')
    return {}
  }
  const custom: Custom = {
    command: [...words],
    ...restoreCommand !== undefined && { restoreCommand: ['/bin/sh', '-c', restoreCommand] },
  }
  return { image, custom }
}
