import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { processesOf, removeCgroup } from './cgroups.ts'
import type { Layout } from './layout.ts'
import { removeLeftovers } from './leftovers.ts'
import { locked } from './lock.ts'
import { unmountBelow } from './mounts.ts'
import { removeNetwork } from './network.ts'
import { recordedNames, stopProcess } from './processes.ts'
import { findLayout } from './record.ts'
import { waitFor } from './wait.ts'

/** Ends everything that `up` started under this name and removes everything that it made. Also mends what a crash left. */
export async function down(name = 'default', progress: (line: string) => void = () => {}): Promise<void> {
  const layout = findLayout(name)
  if (layout === undefined) return
  await locked(name, () => remove(layout, progress))
}

async function remove(layout: Layout, progress: (line: string) => void): Promise<void> {
  progress(`cluster ${layout.name}: ending its processes`)
  await stopProcess(layout.stateDir, 'kubelet')
  const others = recordedNames(layout.stateDir).filter((name) => name !== 'containerd')
  await Promise.all(others.map((name) => stopProcess(layout.stateDir, name, 3)))
  await endPods(layout)
  await stopProcess(layout.stateDir, 'containerd')
  progress('removing its mounts, network, cgroups and files')
  await unmountBelow(layout.stateDir)
  await removeNetwork(layout)
  await waitFor(async () => removeCgroup(layout), { what: `cgroup ${layout.cgroup} is empty`, seconds: 20, everyMilliseconds: 100 })
  removeLeftovers(layout)
  rmSync(layout.stateDir, { recursive: true, force: true, maxRetries: 3 })
}

/** First the processes of the pods, which are those in the cluster's cgroup, then their shims. */
async function endPods(layout: Layout): Promise<void> {
  await waitFor(async () => {
    const left = [...processesOf(layout), ...shimsOf(layout).map((shim) => shim.pid)]
    for (const pid of left) kill(pid)
    return left.length === 0
  }, { what: 'the pods end', seconds: 30, everyMilliseconds: 100 })
}

interface Shim { pid: number, id: string }

function shimsOf(layout: Layout): Shim[] {
  const shims = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => shimOf(Number(pid), layout.containerdSocket))
  for (const shim of shims) removeSocket(layout, shim.id)
  return shims
}

function shimOf(pid: number, address: string): Shim[] {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    const isOurs = args[0]?.includes('containerd-shim') && args[args.indexOf('-address') + 1] === address
    return isOurs ? [{ pid, id: args[args.indexOf('-id') + 1] ?? '' }] : []
  } catch {
    return []
  }
}

/** A shim's socket lies outside the state folder, in a folder that containerd fixes. */
function removeSocket(layout: Layout, id: string): void {
  const hash = createHash('sha256').update(join(layout.containerdSocket, 'k8s.io', id)).digest('hex')
  const socket = join('/run/containerd/s', hash)
  if (existsSync(socket)) rmSync(socket, { force: true })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
