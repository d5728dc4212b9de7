import { isActive, isLeaving, isTerminal } from '../../../lib/phases.ts'
import type { Backup, Restore } from '../../../schemas/generated/types.ts'
import { until } from '../kit/kubectl.ts'
import type { Sandbox } from '../kit/sandbox.ts'

/** Waits until every Backup and Restore of a namespace has ended and no deletion is under way; says which have not when the time is over. */
export async function settle(box: Sandbox, seconds: number): Promise<void> {
  let open: readonly string[] = []
  await until('every Backup and Restore to have ended', async () => {
    open = await openRuns(box)
    return open.length === 0
  }, seconds).catch((cause: unknown) => {
    throw new Error(`not ended after ${seconds} s: ${open.join(', ')}`, { cause })
  })
}

async function openRuns(box: Sandbox): Promise<readonly string[]> {
  const [backups, restores] = [await box.list<Backup>('backups'), await box.list<Restore>('restores')]
  return [
    ...backups.filter(one => isActive(one) || isLeaving(one))
      .map(({ metadata, status }) => `backup ${metadata.name} ${status?.phase} ${status?.message ?? ''}`),
    ...restores.filter(({ status, metadata }) => !isTerminal(status?.phase ?? 'New') || metadata.deletionTimestamp !== undefined)
      .map(({ metadata, status }) => `restore ${metadata.name} ${status?.phase} ${status?.message ?? ''}`),
  ]
}
