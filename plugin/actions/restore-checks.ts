import { isActive, isLeaving, usableVolumes } from '../../lib/phases.ts'
import type { Backup } from '../../schemas/generated/types.ts'
import type { Claim } from './claims.ts'
import type { Client } from '../api/client.ts'
import { EXIT } from '../cli/exit-code.ts'
import { Failure } from '../cli/failure.ts'
import { CLAIM } from '../api/kinds.ts'
import { PROGRAM } from '../cli/program.ts'

/**
 * Claims that can be restored from a backup: the wanted ones, or all when none is named.
 * @throws Failure when the backup is not over, failed, is being deleted, or lacks a wanted claim.
 */
export const requireUsable = (backup: Backup, wanted: readonly string[]): readonly string[] => {
  const { name, namespace } = backup.metadata
  const { phase = 'New', message = '' } = backup.status ?? {}
  if (isLeaving(backup)) throw new Failure(`backup "${name}" is being deleted: choose another (${PROGRAM} list -n ${namespace})`)
  if (isActive(backup)) throw new Failure(`backup "${name}" is still ${phase}: wait for it with ${PROGRAM} wait ${name} -n ${namespace}`)
  const usable = usableVolumes(backup)
  if (usable.length === 0) throw new Failure(`backup "${name}" is ${phase} and holds nothing to restore${message && `: ${message}`}`)
  const missing = wanted.filter(source => !usable.includes(source))
  if (missing.length > 0) {
    throw new Failure(`backup "${name}" has no restore point of ${missing.map(pvc => `"${pvc}"`).join(', ')}: it has ${usable.join(', ')}`, EXIT.notFound)
  }
  return wanted.length > 0 ? wanted : usable
}

/**
 * A restore never writes into a claim that is there.
 * @throws Failure naming the claims in the way and what to type instead.
 */
export const requireFreeTargets = async (client: Client, namespace: string, volumes: readonly Target[]): Promise<void> => {
  const existing = new Set((await client.list<Claim>(CLAIM, { namespace })).map(claim => claim.metadata.name))
  const taken = volumes.filter(({ source, target }) => existing.has(target ?? source))
  if (taken.length === 0) return
  const names = taken.map(({ source, target }) => `"${target ?? source}"`).join(', ')
  const instead = taken.map(({ source }) => `--volume ${source}=${source}-restored`).join(' ')
  throw new Failure(`claim ${names} already exists in namespace "${namespace}", and a restore never overwrites one: `
    + `give another name (${instead}), or delete the claim first; its data goes with it unless its PersistentVolume's reclaim policy is Retain (docs/restore.md)`)
}

export interface Target {
  readonly source: string
  readonly target?: string
}
