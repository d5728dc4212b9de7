/** Whether this machine can run a node, and if not, why not in words for a person. */
export type CanRun = { ok: true } | { ok: false, reason: string }

/** Thrown by `up` where no node can run; a caller that has something else to do says that it skips the cluster, and why. */
export class CannotRunNode extends Error {
  override readonly name = 'CannotRunNode'
}

export interface Machine {
  platform: string
  arch: string
  uid: number | undefined
}

/** A node needs Linux (x64 or arm64) and root. */
export function canRunNode(machine: Machine = thisMachine()): CanRun {
  if (machine.platform !== 'linux') return no(`a node needs Linux, and this is ${machine.platform}`)
  if (machine.arch !== 'x64' && machine.arch !== 'arm64') return no(`a node needs x64 or arm64, and this is ${machine.arch}`)
  if (machine.uid !== 0) return no(`a node needs root, and this is user ${machine.uid}`)
  return { ok: true }
}

function no(reason: string): CanRun {
  return { ok: false, reason }
}

function thisMachine(): Machine {
  return { platform: process.platform, arch: process.arch, uid: process.getuid?.() }
}
