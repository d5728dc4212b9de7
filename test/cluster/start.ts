import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { componentNamed } from './components/all.ts'
import type { Component } from './components/component.ts'
import type { Layout } from './layout.ts'
import { inNetwork } from './network.ts'
import { isAlive, killProcess, readRecord, startProcess, stopProcess } from './processes.ts'
import { waitFor } from './wait.ts'

/** How long a component may take to serve. */
const READY_SECONDS = 60

/** Starts a component unless it runs, and waits until it serves. Rejects with the end of its log when it does not. */
export async function startComponent(layout: Layout, component: Component): Promise<void> {
  await launch(layout, component)
  await untilReady(layout, component)
}

/** Starts without waiting. What depends on it is ended: it would notice the change only at its next call, and then end by itself. */
export async function launch(layout: Layout, component: Component): Promise<void> {
  if (isAlive(readRecord(layout.stateDir, component.name))) return
  for (const dependent of component.dependents ?? []) await stopProcess(layout.stateDir, dependent)
  await component.prepare?.(layout)
  const command = inNetwork(layout, component.command(layout))
  const env = component.env?.(layout)
  await startProcess(layout.stateDir, { name: component.name, command, ...(env === undefined ? {} : { env }) })
}

/** Waits until a launched component serves. */
export async function untilReady(layout: Layout, component: Component): Promise<void> {
  let died = false
  const attempt = async (): Promise<boolean> => {
    died = !isAlive(readRecord(layout.stateDir, component.name))
    return died || await (component.ready?.(layout) ?? true)
  }
  try {
    await waitFor(attempt, { what: `${component.name} serves`, seconds: READY_SECONDS })
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n${logTail(layout, component.name)}`, { cause })
  }
  if (died) throw new Error(`${component.name} ended:\n${logTail(layout, component.name)}`)
}

/** Ends a component. Others stay as they are, so what they do without it can be seen. */
export async function stop(layout: Layout, name: string): Promise<void> {
  await stopProcess(layout.stateDir, componentNamed(name).name)
}

/** Ends a component by SIGKILL, as a crash or the kernel would. Answers false when it was down already. */
export async function kill(layout: Layout, name: string): Promise<boolean> {
  return await killProcess(layout.stateDir, componentNamed(name).name)
}

/** Starts a component, and those that depend on it. */
export async function start(layout: Layout, name: string): Promise<void> {
  const component = componentNamed(name)
  await startComponent(layout, component)
  for (const dependent of component.dependents ?? []) await startComponent(layout, componentNamed(dependent))
}

/** `stop`, then `start`. */
export async function restart(layout: Layout, name: string): Promise<void> {
  await stop(layout, name)
  await start(layout, name)
}

/** The last lines of a component's log. */
export function logTail(layout: Layout, name: string, lines = 15): string {
  try {
    return readFileSync(join(layout.stateDir, 'logs', `${name}.log`), 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch {
    return '(no log)'
  }
}
