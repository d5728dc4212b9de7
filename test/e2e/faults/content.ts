import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, linkSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { driverData } from '../../cluster/components/storage.ts'
import type { Layout } from '../../cluster/layout.ts'
import { getObject } from '../kit/api.ts'
import { treeHash } from '../kit/hash.ts'
import { execute, until } from '../kit/kubectl.ts'

const MIB = 1 << 20

interface Claim { readonly spec: { readonly volumeName?: string } }
interface Volume { readonly spec: { readonly csi?: { readonly volumeHandle: string } } }

/**
 * Folder in which the test driver keeps a claim's volume. Content is written and hashed there, not in pods: it does not depend on what is
 * being struck down, and what is compared was not read by the product.
 */
export async function folderOf(node: Layout, namespace: string, claim: string): Promise<string> {
  const handle = await until(`the volume of claim ${claim}`, async () => {
    const bound = await getObject<Claim>('pvc', claim, namespace)
    const volume = bound?.spec.volumeName === undefined ? undefined : await getObject<Volume>('pv', bound.spec.volumeName)
    return volume?.spec.csi?.volumeHandle
  }, 180)
  return join(driverData(node, 'csi'), 'volumes', handle)
}

/**
 * Replaces what a volume holds by a further generation: some of it as before, some new, with links, modes and owners. It cannot be
 * compressed and is more than two parts of an upload, so that movers are met in the middle of their work.
 */
export function writeGeneration(folder: string, generation: number): void {
  const lasting = join(folder, 'lasting.bin')
  const old = readdirSync(folder)
  for (const name of old.filter(name => name !== 'lasting.bin')) rmSync(join(folder, name), { recursive: true })
  if (!old.includes('lasting.bin')) writeFileSync(lasting, randomBytes(24 * MIB))
  writeFileSync(join(folder, 'generation'), `${generation}\n`)
  mkdirSync(join(folder, `changing-${generation}`, 'empty'), { recursive: true })
  writeFileSync(join(folder, `changing-${generation}`, 'new.bin'), randomBytes(14 * MIB))
  for (let n = 0; n < 40; n += 1) writeFileSync(join(folder, `changing-${generation}`, `small-${n}`), randomBytes(1000 + n))
  symlinkSync(`changing-${generation}/new.bin`, join(folder, 'newest'))
  linkSync(join(folder, 'generation'), join(folder, 'twin'))
  chmodSync(join(folder, `changing-${generation}`, 'small-1'), 0o640)
  chownSync(join(folder, `changing-${generation}`, 'small-2'), 1000, 1001)
}

/** One hash over a folder: names, kinds, modes, owners, times, links and bytes. */
export async function hashOf(folder: string): Promise<string> {
  const outcome = await execute('/bin/sh', ['-ec', treeHash(folder)])
  if (outcome.code !== 0) throw new Error(`hash of ${folder}: ${outcome.stderr}`)
  return outcome.stdout.trim()
}
