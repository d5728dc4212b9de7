import { readdirSync, readlinkSync, rmSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Layout } from './layout.ts'

/** Folders that the kubelet and the network library fix, outside the state folder; those that end up empty go too. */
const POD_LOGS = '/var/log/containers'
const NETWORK_RESULTS = '/var/lib/cni/results'
const EMPTIED = ['/var/lib/cni', '/var/lib/kubelet/device-plugins', '/var/lib/kubelet']

/** Removes what a cluster's programs wrote outside its state folder, told from that of others by target or name. */
export function removeLeftovers(layout: Layout): void {
  removeFrom(POD_LOGS, (_, path) => targetOf(path).startsWith(`${layout.stateDir}/`))
  removeFrom(NETWORK_RESULTS, (file) => isResultOf(file, layout))
  for (const dir of EMPTIED) removeWhenEmpty(dir)
}

/** `<network>-<id of the pod's sandbox>-<interface>`. */
export function isResultOf(file: string, layout: Layout): boolean {
  const sandbox = file.slice(layout.network.length)
  return file.startsWith(layout.network) && /^-[0-9a-f]{64}-/.test(sandbox)
}

function removeFrom(dir: string, isOurs: (file: string, path: string) => boolean): void {
  for (const file of list(dir)) {
    const path = join(dir, file)
    if (isOurs(file, path)) rmSync(path, { force: true })
  }
  removeWhenEmpty(dir)
}

function removeWhenEmpty(dir: string): void {
  try {
    rmdirSync(dir)
  } catch {
    // It is not there, or others use it.
  }
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
