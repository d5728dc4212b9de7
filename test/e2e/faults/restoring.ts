import { goodVolumes, isTerminal } from '../../../lib/phases.ts'
import type { Backup, KubeObject, Restore } from '../../../schemas/generated/types.ts'
import type { Layout } from '../../cluster/layout.ts'
import { until } from '../kit/kubectl.ts'
import { restore } from '../kit/objects.ts'
import type { Sandbox } from '../kit/sandbox.ts'
import { folderOf, hashOf } from './content.ts'
import { MOVER } from './lane.ts'
import type { Ledger } from './ledger.ts'
import { applyPatiently, deletePatiently } from './patient.ts'

/** Where restores happen and what must come out of them. */
export interface Scene {
  readonly box: Sandbox
  readonly node: Layout
  readonly ledger: Ledger
}

/** Asks for all good volumes of a Backup under names of the Restore's own. */
export async function askForRestore({ box }: Scene, name: string, backup: Backup): Promise<void> {
  const volumes = goodVolumes(backup).map(source => ({ source, target: `${source}-${name}` }))
  await applyPatiently(box, restore(name, { backup: backup.metadata.name, volumes, mover: MOVER }))
}

/** What is wrong with a Restore that has ended: a volume published with other content than was backed up, or one published although it failed. */
export async function faultsOf({ box, node, ledger }: Scene, name: string): Promise<readonly string[]> {
  const found = await until(`restore ${name} to have ended`, async () => {
    const seen = await box.get<Restore>('restore', name)
    return isTerminal(seen?.status?.phase ?? 'New') ? seen : undefined
  }, 300)
  const faults: string[] = []
  const { backup = '', volumes = [] } = found.status ?? {}
  const claims = (await box.list<KubeObject>('pvc')).map(({ metadata }) => metadata.name)
  for (const { source, target, phase } of volumes) {
    if (phase === 'Completed') {
      const hash = await hashOf(await folderOf(node, box.namespace, target))
      if (!ledger.isTrue({ backup, claim: source, hash })) faults.push(`${name}: ${target} is not what ${source} was in ${backup}`)
    } else if (claims.includes(target)) faults.push(`${name}: ${target} is there although it is ${phase}`)
  }
  return faults
}

/** Removes a Restore and what it made. */
export async function clean({ box }: Scene, name: string): Promise<void> {
  const targets = ((await until(`restore ${name}`, () => box.get<Restore>('restore', name), 120)).spec.volumes ?? []).map(({ target = '' }) => target)
  await deletePatiently(box, 'restore', [name])
  await deletePatiently(box, 'pvc', targets)
}
