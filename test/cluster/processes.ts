import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { waitFor } from './wait.ts'

/** A process that we started. The start time tells it from a later process with the same id. */
export interface ProcessRecord {
  pid: number
  /** In clock ticks since boot: field 22 of /proc/<pid>/stat. */
  startTime: string
  command: readonly string[]
}

export interface StartOptions {
  name: string
  command: readonly string[]
  env?: Record<string, string>
}

/** Starts a process that outlives this one, with its output in `<state>/logs/<name>.log`, and records it in `<state>/pids`. */
export async function startProcess(stateDir: string, options: StartOptions): Promise<ProcessRecord> {
  mkdirSync(join(stateDir, 'logs'), { recursive: true })
  mkdirSync(join(stateDir, 'pids'), { recursive: true })
  const log = openSync(join(stateDir, 'logs', `${options.name}.log`), 'a')
  const [command = '', ...args] = options.command
  // csi-provisioner prefers KUBECONFIG to its own flag, and would serve the cluster of the caller's shell.
  const { KUBECONFIG: _, ...inherited } = process.env
  const env = { ...inherited, ...options.env }
  const child = spawn(command, args, { detached: true, cwd: stateDir, env, stdio: ['ignore', log, log] })
  closeSync(log)
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  child.unref()
  const pid = child.pid ?? 0
  const record = { pid, startTime: startTimeOf(pid) ?? '', command: options.command }
  writeFileSync(recordFile(stateDir, options.name), JSON.stringify(record))
  return record
}

/** Asks to end, waits, then kills; removes the record. Does nothing when the process has ended already. */
export async function stopProcess(stateDir: string, name: string, seconds = 10): Promise<void> {
  const record = readRecord(stateDir, name)
  if (record === undefined) return
  await endProcess(record, seconds)
  rmSync(recordFile(stateDir, name), { force: true })
}

/** Ends a process as a crash does, without asking; its record stays. Answers false when it has ended already. */
export async function killProcess(stateDir: string, name: string): Promise<boolean> {
  const record = readRecord(stateDir, name)
  if (record === undefined || !signal(record, 'SIGKILL')) return false
  await waitFor(async () => !isAlive(record), { what: `end of process ${record.pid} after SIGKILL`, seconds: 10, everyMilliseconds: 20 })
  return true
}

/** Whether the recorded process, and not a later one with its id, is running. */
export function isAlive(record: ProcessRecord | undefined): boolean {
  return record !== undefined && startTimeOf(record.pid) === record.startTime
}

/** The record of a process by name, whether it still runs or not. */
export function readRecord(stateDir: string, name: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(stateDir, name), 'utf8')) as ProcessRecord
  } catch {
    return undefined
  }
}

/** Names of all recorded processes. */
export function recordedNames(stateDir: string): string[] {
  try {
    return readdirSync(join(stateDir, 'pids')).filter((file) => file.endsWith('.json')).map((file) => basename(file, '.json'))
  } catch {
    return []
  }
}

/** Start time of a process, or undefined when there is none or only its unread exit code is left. */
export function startTimeOf(pid: number): string | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined
  }
}

/** The name in field 2 may hold spaces and brackets, so fields are counted from the last bracket. */
export function parseStat(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const dead = fields[0] === 'Z' || fields[0] === 'X'
  return dead ? undefined : fields[19]
}

async function endProcess(record: ProcessRecord, seconds: number): Promise<void> {
  if (!signal(record, 'SIGTERM')) return
  const ended = async (): Promise<boolean> => !isAlive(record)
  try {
    await waitFor(ended, { what: `end of process ${record.pid}`, seconds, everyMilliseconds: 50 })
  } catch {
    signal(record, 'SIGKILL')
    await waitFor(ended, { what: `end of process ${record.pid} after SIGKILL`, seconds: 10, everyMilliseconds: 50 })
  }
}

function signal(record: ProcessRecord, name: NodeJS.Signals): boolean {
  if (!isAlive(record)) return false
  try {
    process.kill(record.pid, name)
    return true
  } catch {
    return false
  }
}

function recordFile(stateDir: string, name: string): string {
  return join(stateDir, 'pids', `${name}.json`)
}
