import { repositoryOf } from '../../../lib/repository-record.ts'
import { goodVolumes, isActive, isGood, isLeaving } from '../../../lib/phases.ts'
import { API_VERSION, LABEL } from '../../../lib/api.ts'
import type { Backup, BackupPolicy, Restore } from '../../../schemas/generated/types.ts'
import { until } from '../kit/kubectl.ts'
import { claim, policy } from '../kit/objects.ts'
import { folderOf, hashOf, writeGeneration } from './content.ts'
import { backupOf, type Lane } from './lane.ts'
import { pause } from './node.ts'
import { applyPatiently } from './patient.ts'
import { pick, type Random } from './random.ts'
import { askForRestore, clean, faultsOf, type Scene } from './restoring.ts'

/** A lane at work. */
export interface Work extends Scene {
  readonly lane: Lane
  readonly random: Random
  /** No new operation is begun after it; what is under way goes on without this process. */
  readonly stop: AbortSignal
}

/** Makes a lane's volumes, its policy, and a first good point in peace. A scheduled policy rests until the work begins. */
export async function prepareLane(work: Work): Promise<void> {
  const { box, lane } = work
  await box.apply(...lane.claims.map(name => claim(name, { labels: { lane: lane.name }, storageClassName: 'holdfast-immediate' })))
  const hashes = await write(work, 0)
  await box.apply(policyOf(lane, lane.scheduled))
  await runByHand(work, hashes, 0)
  await box.backupIn('Completed', `${lane.name}-g0`)
  await note(work)
}

/** Writes a generation, has it backed up, restores one of the points so far, and begins anew, until it is told to stop. Gives what went wrong. */
export async function workLane(work: Work): Promise<readonly string[]> {
  const faults: string[] = []
  for (let generation = 1; !work.stop.aborted; generation += 1) {
    if (!await quiet(work)) return faults
    await note(work)
    const hashes = await write(work, generation)
    await (work.lane.scheduled ? runBySchedule(work) : runByHand(work, hashes, generation))
    if (!work.stop.aborted) faults.push(...await restoreOne(work, `r${generation}-${work.lane.name}`))
  }
  return faults
}

/** All Backups of a lane. */
export async function backupsOf({ box, lane }: Pick<Work, 'box' | 'lane'>): Promise<readonly Backup[]> {
  return box.list<Backup>('backups', `${LABEL.policy}=${lane.name}`)
}

/** Notes what the Backups hold that the schedule has made since. */
export async function note(work: Pick<Work, 'box' | 'lane' | 'ledger'>): Promise<readonly Backup[]> {
  const backups = await until('backups', () => backupsOf(work), 180)
  work.ledger.note(work.lane.name, backups.map(({ metadata }) => metadata.name))
  work.ledger.seenGood(work.lane.name, backups.filter(isGood).map(({ metadata }) => metadata.name))
  return backups
}

/** Suspends a policy for good: nothing is begun and nothing expires any more. */
export async function rest({ box, lane }: Pick<Work, 'box' | 'lane'>): Promise<void> {
  await applyPatiently(box, policyOf(lane, true))
}

function policyOf(lane: Lane, suspend: boolean): object {
  return policy(lane.name, { ...lane.spec, suspend })
}

/** A volume changes only while no run reads it, so that each point has one true content. False when told to stop while waiting. */
async function quiet(work: Work): Promise<boolean> {
  if (work.lane.scheduled) {
    await applyPatiently(work.box, policyOf(work.lane, true))
    // A sync that saw the policy before may still make a run of it.
    await until('the policy to rest', async () => {
      const seen = await work.box.get<BackupPolicy>('backuppolicy', work.lane.name)
      return seen?.status?.observedGeneration === seen?.metadata.generation || work.stop.aborted
    }, 300)
  }
  return waitWhile(work, async () => (await backupsOf(work)).some(isActive))
}

/** Polls while something holds; an API server that is away tells nothing. False when told to stop before. */
async function waitWhile(work: Work, holds: () => Promise<boolean>): Promise<boolean> {
  while (!work.stop.aborted) {
    if (!await holds().catch(() => true)) return true
    await pause(0.7, work.stop)
  }
  return false
}

async function write({ box, node, lane, ledger }: Work, generation: number): Promise<Readonly<Record<string, string>>> {
  const entries: [string, string][] = []
  for (const name of lane.claims) {
    const folder = await folderOf(node, box.namespace, name)
    writeGeneration(folder, generation)
    entries.push([name, await hashOf(folder)])
  }
  const hashes = Object.fromEntries(entries)
  ledger.written(lane.name, hashes)
  return hashes
}

async function runByHand(work: Work, hashes: Readonly<Record<string, string>>, generation: number): Promise<void> {
  const { box, lane, ledger } = work
  const name = `${lane.name}-g${generation}`
  const record = { ...policyOf(lane, false), metadata: { name: lane.name, namespace: box.namespace } } as BackupPolicy
  ledger.remember(name, hashes)
  const spec = backupOf(lane, repositoryOf(record)?.name)
  await applyPatiently(box, { apiVersion: API_VERSION, kind: 'Backup', metadata: { name, labels: { [LABEL.policy]: lane.name } }, spec })
  await waitWhile(work, async () => (await backupsOf(work)).some(isActive))
}

/** The runs until the next generation are all of this one. */
async function runBySchedule(work: Work): Promise<void> {
  const before = new Set((await note(work)).map(({ metadata }) => metadata.name))
  await applyPatiently(work.box, policyOf(work.lane, false))
  await waitWhile(work, async () => {
    const fresh = (await note(work)).filter(({ metadata }) => !before.has(metadata.name))
    return fresh.length === 0 || fresh.some(isActive)
  })
}

async function restoreOne(work: Work, name: string): Promise<readonly string[]> {
  const known = await note(work)
  const points = known.filter(one => goodVolumes(one).length > 0 && !isLeaving(one))
  const backup = pick(work.random, points.toSorted((a, b) => a.metadata.name < b.metadata.name ? -1 : 1))
  if (backup === undefined) return []
  await askForRestore(work, name, backup)
  const ended = await waitWhile(work, async () => (await work.box.get<Restore>('restore', name))?.status?.completionTime === undefined)
  if (!ended) return []
  const faults = await faultsOf(work, name)
  await clean(work, name)
  return faults
}
