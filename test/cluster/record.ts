import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { layoutOf, stateRoot, type Layout } from './layout.ts'

/** What must be known to bring a cluster down again: `<state>/cluster.json`. */
interface ClusterRecord {
  slot: number
  binDir: string
}

/** The layout of a cluster that was brought up (or begun), or undefined. */
export function findLayout(name: string): Layout | undefined {
  const record = readRecord(name)
  return record === undefined ? undefined : layoutOf(name, record.slot, record.binDir)
}

/** Names of all clusters that have a state folder, running or left over. */
export function clusterNames(): string[] {
  try {
    return readdirSync(stateRoot()).filter((name) => readRecord(name) !== undefined)
  } catch {
    return []
  }
}

/** Makes the state folder of a cluster, with a slot that no other has; `default` gets slot 0 whenever that is free. */
export function claimLayout(name: string, binDir: string): Layout {
  const taken = clusterNames().filter((other) => other !== name).map((other) => readRecord(other)?.slot)
  const slot = readRecord(name)?.slot ?? freeSlot(taken, name === 'default' ? 0 : 1)
  const layout = layoutOf(name, slot, binDir)
  mkdirSync(layout.stateDir, { recursive: true, mode: 0o755 })
  writeFileSync(join(layout.stateDir, 'cluster.json'), JSON.stringify({ slot, binDir }))
  return layout
}

/** The lowest slot from `first` on that is not taken. */
export function freeSlot(taken: readonly (number | undefined)[], first: number): number {
  for (let slot = first; slot < 256; slot++) if (!taken.includes(slot)) return slot
  throw new Error('256 clusters are up or left over on this machine; bring some down')
}

function readRecord(name: string): ClusterRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(stateRoot(), name, 'cluster.json'), 'utf8')) as ClusterRecord
  } catch {
    return undefined
  }
}
