import assert from 'node:assert/strict'
import { jobName } from '../../../hooks/backup/names.ts'
import { jobState } from '../../../hooks/jobs/state.ts'
import { isTerminal } from '../../../lib/phases.ts'
import type { Content } from '../../../hooks/backup/objects.ts'
import { BACKUP } from './objects.ts'
import { requestOf } from './scene.ts'
import type { Turn, World } from './world.ts'

const RANK: Record<string, number> = { New: 0, Queued: 1, Running: 2, Completed: 3, PartiallyFailed: 3, Failed: 3, Deleting: 4 }

/** What must hold for every call, whatever the state of the cluster. */
export function checkTurn(turn: Turn, world: World): void {
  noNewJobForDoneVolume(turn)
  noRunningJobDropped(turn)
  nothingDestroyedBeforeDeleting(turn, world)
  phasesOnlyAdvance(turn)
  volumesAbsorb(turn)
  parallelismHolds(turn)
  finishedHasTimes(turn)
}

function noNewJobForDoneVolume({ scene, seen }: Turn): void {
  const observed = new Set(scene.jobs?.map(({ metadata }) => metadata.name))
  for (const { pvc, phase } of [...(scene.status?.volumes ?? []), ...(seen.status.volumes ?? [])]) {
    if (!isTerminal(phase) && phase !== 'Deleted') continue
    for (const name of [jobName(BACKUP, pvc), jobName(BACKUP, pvc, 2)]) assert.ok(!seen.names.includes(name) || observed.has(name), `${name} is new, but ${pvc} is ${phase}`)
  }
}

function noRunningJobDropped({ scene, seen }: Turn): void {
  if (scene.status?.phase === 'Deleting' || scene.finalizing) return
  for (const job of scene.jobs ?? []) {
    if (jobState(job) !== 'active' || seen.names.includes(job.metadata.name)) continue
    const volume = seen.status.volumes?.find(({ pvc }) => [jobName(BACKUP, pvc), jobName(BACKUP, pvc, 2)].includes(job.metadata.name))
    assert.equal(volume?.phase, 'Failed', `${job.metadata.name} runs and is dropped`)
    // A run that was given up while a stale cache hid its Jobs: whatever the reason was, they are of no use.
    if (isTerminal(scene.status?.phase)) continue
    assert.ok(['Cancelled', 'DeadlineExceeded', 'StartupTimeout', 'PodForbidden'].includes(volume?.reason ?? ''), `${volume?.reason} is no reason to drop a Job`)
  }
}

function nothingDestroyedBeforeDeleting({ scene, seen }: Turn, world: World): void {
  if (requestOf(scene).parent.status?.phase === 'Deleting') return
  assert.ok(!seen.names.some((name) => name.startsWith(`${BACKUP}-delete-`)), 'a delete Job before the phase was Deleting')
  for (const effect of seen.effects) {
    assert.notEqual(effect.type, 'deleteRecord')
    if (effect.type === 'patchContent') assert.notEqual(effect.deletionPolicy, 'Delete')
    if (effect.type === 'deleteContent') assert.equal((scene.cluster?.contents?.[effect.target.name] as Content | undefined)?.spec?.deletionPolicy, 'Retain')
  }
  assert.ok(world.spec.volumes.length > 0)
}

function phasesOnlyAdvance({ scene, seen }: Turn): void {
  const [before, after] = [scene.status?.phase ?? 'New', seen.status.phase ?? 'New']
  assert.ok((RANK[after] ?? -1) >= (RANK[before] ?? -1), `${before} → ${after}`)
  if (isTerminal(before) && isTerminal(after)) assert.equal(after, before)
}

function volumesAbsorb({ scene, seen }: Turn): void {
  for (const { pvc, phase, handle } of scene.status?.volumes ?? []) {
    const after = seen.status.volumes?.find((volume) => volume.pvc === pvc)
    if (isTerminal(phase)) assert.ok(after?.phase === phase || after?.phase === 'Deleted', `${pvc}: ${phase} → ${after?.phase}`)
    if (handle) assert.equal(after?.handle, handle)
  }
}

function parallelismHolds({ scene, seen }: Turn): void {
  const active = new Set(scene.jobs?.filter((job) => jobState(job) !== 'active').map(({ metadata }) => metadata.name))
  const running = seen.children.filter(({ kind, metadata }) => kind === 'Job' && !active.has(metadata.name))
  const kept = scene.jobs?.filter((job) => jobState(job) === 'active').length ?? 0
  assert.ok(running.length <= Math.max(requestOf(scene).parent.spec.mover?.parallelism ?? 5, kept), 'more Jobs than parallelism')
}

function finishedHasTimes({ seen: { status } }: Turn): void {
  if (!isTerminal(status.phase)) return
  assert.ok(status.completionTime)
  assert.equal(status.conditions?.find(({ type }) => type === 'Ready')?.status, status.phase === 'Completed' ? 'True' : 'False')
  assert.equal(status.conditions?.find(({ type }) => type === 'Stalled')?.status, status.phase === 'Completed' ? 'False' : 'True')
}
