import { busyLoop } from './busy-loop.ts'
import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { RESOURCE } from './resources.ts'
import { backup, policy } from './samples.ts'

const times = (count: number, act: () => void): void => { for (let index = 0; index < count; index++) act() }

/** Forty writes of a policy within a minute; each tells of a run, or of nothing. */
function runs(h: History, isAboutRuns: boolean): void {
  for (let index = 0; index < 40; index++) {
    if (isAboutRuns) h.put('user', RESOURCE.backups, backup({ name: `run-${index}` }))
    h.put('metacontroller', RESOURCE.policies, policy())
    h.pass(1)
  }
}

tryHistories(busyLoop, [
  ['a status that changes every second', h => times(60, () => { h.put('metacontroller', RESOURCE.backups, backup()); h.pass(1) }), /Backup shop\/nightly-1 was written 35 times in a minute/],
  ['a status that changes every few seconds', h => times(200, () => { h.put('metacontroller', RESOURCE.backups, backup()); h.pass(3) })],
  ['a loop that wrong clocks make is one too', h => { h.strike('clockJump'); times(60, () => { h.put('metacontroller', RESOURCE.backups, backup()); h.pass(1) }) }, /was written 35 times/],
  ['a policy that tells of forty runs in a minute', h => runs(h, true)],
  ['a policy that is written as often and has no runs to tell of', h => runs(h, false), /BackupPolicy shop\/nightly was written 31 times/],
  ['somebody else does it', h => times(60, () => { h.put('user', RESOURCE.backups, backup()); h.pass(1) })],
])
