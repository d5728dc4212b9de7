import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Layout } from './layout.ts'

const ROOT = '/sys/fs/cgroup'

/** Makes the cgroup below which the kubelet puts its pods, in every hierarchy (version 1) or the one (version 2). */
export function createCgroup(layout: Layout): void {
  if (isVersion2()) writeFileSync(join(ROOT, 'cgroup.subtree_control'), '+cpu +cpuset +io +memory +pids')
  for (const hierarchy of hierarchies()) {
    const dir = join(hierarchy, layout.cgroup)
    mkdirSync(dir, { recursive: true })
    if (hierarchy.endsWith('/cpuset')) fillCpuset(hierarchy, dir)
  }
}

/** Ids of all processes in the cluster's pods. */
export function processesOf(layout: Layout): number[] {
  const ids = hierarchies().flatMap((hierarchy) => tree(join(hierarchy, layout.cgroup))).flatMap((dir) => {
    try {
      return readFileSync(join(dir, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
    } catch {
      return []
    }
  })
  return [...new Set(ids)]
}

/** Removes the cgroups; their processes must have ended. Answers false while one is still busy. */
export function removeCgroup(layout: Layout): boolean {
  const dirs = hierarchies().flatMap((hierarchy) => tree(join(hierarchy, layout.cgroup)))
  for (const dir of dirs) {
    try {
      rmdirSync(dir)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return false
    }
  }
  return true
}

function isVersion2(): boolean {
  return existsSync(join(ROOT, 'cgroup.controllers'))
}

function hierarchies(): string[] {
  if (isVersion2()) return [ROOT]
  return readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => join(ROOT, entry.name))
}

/** A folder and all below it, deepest first. */
function tree(dir: string): string[] {
  if (!existsSync(dir)) return []
  const below = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return [...below.flatMap((entry) => tree(join(dir, entry.name))), dir]
}

/** A version 1 cpuset is born empty, and nothing can run in an empty one. */
function fillCpuset(parent: string, dir: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const from = join(parent, file)
    if (existsSync(from)) writeFileSync(join(dir, file), readFileSync(from, 'utf8').trim())
  }
}
