import { goodVolumes, isGood } from '../../../lib/phases.ts'
import type { Backup, Destination, Restore } from '../../../schemas/generated/types.ts'
import { folderOf } from './content.ts'
import type { Lane } from './lane.ts'
import { askForRestore, clean, faultsOf, type Scene } from './restoring.ts'
import { archiveFindings, bucketKeys, repositoryPath, restic, resticFindings, vaultKeys, type Findings } from './stored.ts'

/** Tells people something. */
export type Say = (text: string) => void

/** Where the data of the lanes lies. */
export interface Stores {
  readonly bucket: Destination
  /** Claim that is a destination. */
  readonly vault: string
}

/** How many Backups are restored at the same time. */
const WIDTH = 4

/** Restores that were under way when the rounds ended. */
export async function restoresLeft(scene: Scene): Promise<readonly string[]> {
  const faults: string[] = []
  for (const { metadata: { name } } of await scene.box.list<Restore>('restores')) {
    faults.push(...await faultsOf(scene, name))
    await clean(scene, name)
  }
  return faults
}

/** Restores every good volume of every Backup, a few at a time, and compares. */
export async function everyPoint(scene: Scene, backups: readonly Backup[], say: Say): Promise<readonly string[]> {
  const queue = backups.filter(backup => goodVolumes(backup).length > 0)
  const points = queue.flatMap(goodVolumes).length
  const faults: string[] = []
  let restored = 0
  const work = async (): Promise<void> => {
    for (let backup = queue.shift(); backup !== undefined; backup = queue.shift()) {
      const name = `v-${backup.metadata.name}`
      await askForRestore(scene, name, backup)
      faults.push(...await faultsOf(scene, name))
      const done = (await scene.box.get<Restore>('restore', name))?.status
      restored += done?.volumes?.filter(({ phase }) => phase === 'Completed').length ?? 0
      if (done?.phase !== 'Completed') faults.push(`${backup.metadata.name} is good and does not restore: ${JSON.stringify(done)}`)
      await clean(scene, name)
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, work))
  say(`${restored} of ${points} good points restored and compared`)
  return faults
}

/** Points that were good once and are not any more, and volumes without a good point. */
export function losses({ ledger }: Scene, lanes: readonly Lane[], backups: readonly Backup[]): readonly string[] {
  return lanes.flatMap(({ name, claims, spec }) => {
    const own = backups.filter(backup => backup.spec.policy === name)
    const lost = ledger.lost(name, { good: own.filter(isGood).map(({ metadata }) => metadata.name), maxBackups: spec.retention?.maxBackups })
    const bare = claims.filter(volume => !own.flatMap(goodVolumes).includes(volume))
    return [...lost.map(backup => `${backup} was good and is not any more`), ...bare.map(volume => `no good point of ${volume}`)]
  })
}

/** What the stores hold is what the Backups say, also after the failed runs were deleted. */
export async function storesHold(scene: Scene, stores: Stores, say: Say): Promise<readonly string[]> {
  const { box } = scene
  const before = await look(scene, stores)
  for (const text of before.flatMap(({ allowed }) => allowed)) say(text)
  await unlock(box, stores.bucket, say)
  const failed = (await box.list<Backup>('backups')).filter(({ status }) => status?.phase === 'Failed')
  const refused = await remove(box, failed.map(({ metadata }) => metadata.name))
  const after = await look(scene, stores)
  // What failed runs left went with their Backups; half a file of a claim stays for the prune job, and further data of a point for its Backup's end.
  const stays = after.flatMap(({ allowed }) => allowed).filter(text => /^(point of a failed run|data without manifest)/.test(text))
  return [...[...before, ...after].flatMap(({ faults }) => faults), ...refused, ...stays]
}

/** Data beside a manifest that is not of it, which two movers at one point may leave, goes with its Backup. Comes last: it takes good points. */
export async function surplusGoes(scene: Scene, stores: Stores, say: Say): Promise<readonly string[]> {
  const surplus = (await look(scene, stores)).flatMap(({ allowed }) => allowed).filter(text => text.startsWith('further data of a point'))
  for (const text of surplus) say(text)
  const refused = await remove(scene.box, [...new Set(surplus.map(text => text.split('/')[2] ?? ''))])
  const after = await look(scene, stores)
  return [...refused, ...after.flatMap(({ faults }) => faults), ...after.flatMap(({ allowed }) => allowed).filter(text => text.startsWith('further data of a point'))]
}

async function look({ box, node }: Scene, { bucket, vault }: Stores): Promise<readonly Findings[]> {
  const backups = await box.list<Backup>('backups')
  const of = (...lanes: readonly string[]) => backups.filter(({ spec }) => lanes.includes(spec.policy ?? ''))
  return [
    archiveFindings(await bucketKeys(box, bucket), of('tar', 'custom')),
    archiveFindings(vaultKeys(box, await folderOf(node, box.namespace, vault)), of('minutely')),
    await resticFindings(box, bucket, of('external')),
  ]
}

/** Backups with their data; gives those that would not go. */
async function remove(box: Scene['box'], names: readonly string[]): Promise<readonly string[]> {
  const outcomes: string[] = []
  for (const name of names) {
    const deleted = await box.backup('delete', name, '--yes', '--wait')
    if (deleted.code !== 0) outcomes.push(`kubectl backup delete ${name}: ${deleted.stderr}`)
  }
  return outcomes
}

/**
 * A mover that was killed leaves its lock in restic's repository, where it is taken for stale after half an hour; until then backups and
 * restores go on, deletions wait. A person who cannot wait does this (docs/reference/reasons.md).
 */
async function unlock(box: Scene['box'], bucket: Destination, say: Say): Promise<void> {
  const locks = (await bucketKeys(box, bucket)).filter(key => key.startsWith('restic/locks/'))
  if (locks.length === 0) return
  say(`locks of killed movers in restic's repository: ${locks.length}`)
  const outcome = await restic(box.environment.store, repositoryPath(box, bucket), ['unlock', '--remove-all'])
  if (outcome.code !== 0) throw new Error(`restic unlock: ${outcome.stderr}`)
}

/** How many Backups of each policy ended how, for people. */
export function summary(backups: readonly Backup[]): string {
  const words = backups.map(({ spec, status }) => {
    const reasons = [...new Set((status?.volumes ?? []).filter(({ phase }) => phase !== 'Completed').map(({ reason }) => reason))]
    return `${spec.policy} ${status?.phase}${reasons.length === 0 ? '' : ` (${reasons.join(' ')})`}`
  })
  return [...new Set(words)].sort().map(word => `${word} ${words.filter(one => one === word).length}`).join(', ')
}
