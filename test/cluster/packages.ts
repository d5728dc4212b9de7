import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { CannotRunNode } from './can-run.ts'
import { run } from './run.ts'

/** What a node and its images need from Debian: the package, and a file (absolute) or command that shows that it is there. */
const NEEDED: readonly { name: string, has: string }[] = [
  { name: 'containerd', has: 'containerd' },
  { name: 'runc', has: 'runc' },
  { name: 'containernetworking-plugins', has: '/usr/lib/cni/bridge' },
  { name: 'iptables', has: 'iptables' },
  { name: 'conntrack', has: 'conntrack' },
  { name: 'iproute2', has: 'ip' },
  { name: 'util-linux', has: 'nsenter' },
  { name: 'openssl', has: 'openssl' },
  { name: 'buildah', has: 'buildah' },
  { name: 'mmdebstrap', has: 'mmdebstrap' },
  { name: 'restic', has: 'restic' },
  { name: 'zstd', has: 'zstd' },
  { name: 'acl', has: 'setfacl' },
  { name: 'attr', has: 'setfattr' },
]

/** Installs what is missing, and only that. */
export async function installPackages(progress: (line: string) => void): Promise<void> {
  const missing = NEEDED.filter((one) => !isPresent(one.has)).map((one) => one.name)
  if (missing.length === 0) return
  if (!isPresent('apt-get')) throw new CannotRunNode(`there is no apt-get here; install ${missing.join(', ')} by hand`)
  progress(`installing ${missing.join(' ')}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const install = ['install', '-y', '--no-install-recommends', ...missing]
  const first = await run('apt-get', install, { env, allowFailure: true })
  if (first.code === 0) return
  await run('apt-get', ['update'], { env })
  await run('apt-get', install, { env })
}

function isPresent(fileOrCommand: string): boolean {
  if (fileOrCommand.startsWith('/')) return existsSync(fileOrCommand)
  const dirs = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return dirs.some((dir) => existsSync(join(dir, fileOrCommand)))
}
