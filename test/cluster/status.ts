import { COMPONENTS } from './components/all.ts'
import type { Component } from './components/component.ts'
import type { Layout } from './layout.ts'
import { isAlive, readRecord } from './processes.ts'

export interface ComponentHealth {
  name: string
  pid?: number
  alive: boolean
  ready: boolean
}

/** Asks every component. */
export async function healthOf(layout: Layout): Promise<ComponentHealth[]> {
  return await Promise.all(COMPONENTS.map((component) => healthOfOne(layout, component)))
}

async function healthOfOne(layout: Layout, component: Component): Promise<ComponentHealth> {
  const record = readRecord(layout.stateDir, component.name)
  if (record === undefined || !isAlive(record)) return { name: component.name, alive: false, ready: false }
  const ready = await (component.ready?.(layout) ?? Promise.resolve(true)).catch(() => false)
  return { name: component.name, pid: record.pid, alive: true, ready }
}
