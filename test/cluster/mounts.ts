import { readFileSync } from 'node:fs'
import { run } from './run.ts'

/** Mount points at or below a folder, deepest (and latest) first: the order in which they can be unmounted. */
export function mountsBelow(dir: string, mountinfo: string = readMountinfo()): string[] {
  return mountinfo.split('\n')
    .map((line) => unescape(line.split(' ')[4] ?? ''))
    .filter((path) => path === dir || path.startsWith(`${dir}/`))
    .reverse()
}

/** Whether something is mounted exactly there. */
export function isMountPoint(path: string): boolean {
  return mountsBelow(path).includes(path)
}

/** Unmounts everything at and below a folder; what is still busy is detached and goes with its last user. */
export async function unmountBelow(dir: string): Promise<void> {
  for (const path of mountsBelow(dir)) {
    const done = await run('umount', [path], { allowFailure: true })
    if (done.code !== 0) await run('umount', ['--lazy', path], { allowFailure: true })
  }
}

function readMountinfo(): string {
  return readFileSync('/proc/self/mountinfo', 'utf8')
}

/** The kernel writes space, tab, newline and backslash in octal. */
function unescape(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
