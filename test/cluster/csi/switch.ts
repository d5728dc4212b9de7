import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * The switch file of a driver: method → fault. `"fail: why"` answers an error, `"hang"` waits until the file says otherwise,
 * `"delay:5"` waits five seconds first. A missing file, or a method that it does not name, is no fault.
 */
export type Faults = Readonly<Record<string, string>>

/** Applies the fault of a method, if there is one; rejects with its message when it says `fail`. */
export async function applyFault(file: string, method: string): Promise<void> {
  const fault = readFaults(file)[method]
  if (fault === undefined) return
  if (fault === 'hang') return await untilLifted(file, method)
  if (fault.startsWith('delay:')) return await sleep(Number(fault.slice('delay:'.length)) * 1000)
  throw new Error(fault.replace(/^fail:\s*/, ''))
}

async function untilLifted(file: string, method: string): Promise<void> {
  while (readFaults(file)[method] === 'hang') await sleep(250)
}

function readFaults(file: string): Faults {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Faults
  } catch {
    return {}
  }
}
