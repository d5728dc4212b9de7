import { busyLoop } from './busy-loop.ts'
import { tryHistories } from './histories.ts'
import { RESOURCE } from './resources.ts'
import { backup } from './samples.ts'

const times = (count: number, act: () => void): void => { for (let index = 0; index < count; index++) act() }

tryHistories(busyLoop, [
  ['a status that changes every second', h => times(60, () => { h.put('metacontroller', RESOURCE.backups, backup()); h.pass(1) }), /Backup shop\/nightly-1 was written 35 times in a minute/],
  ['a status that changes every few seconds', h => times(200, () => { h.put('metacontroller', RESOURCE.backups, backup()); h.pass(3) })],
  ['the same by wrong clocks, which make each retry come at once', h => { h.strike('hookClockSkew'); times(60, () => { h.put('metacontroller', RESOURCE.backups, backup()); h.pass(1) }) }],
  ['a loop, whatever the clocks say', h => { h.strike('hookClockSkew'); times(200, () => { h.put('metacontroller', RESOURCE.backups, backup()); h.pass(0.1) }) }, /was written 141 times/],
  ['somebody else does it', h => times(60, () => { h.put('user', RESOURCE.backups, backup()); h.pass(1) })],
])
