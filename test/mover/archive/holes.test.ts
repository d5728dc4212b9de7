import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Manifest } from '../../../mover/archive/manifest.ts'
import { mayHaveHoles } from '../../../mover/archive/holes.ts'
import { perform } from '../../../mover/operations/perform.ts'
import { bench, IN_MEMORY } from '../context.ts'

const handle = 'archive/data/b1'

const types: readonly (readonly [string, number, boolean])[] = [
  ['ext2, ext3 and ext4', 0xef53, true], ['xfs', 0x58465342, true], ['btrfs', 0x9123683e, true], ['f2fs', 0xf2f52010, true],
  ['zfs', 0x2fc12fc1, false], ['tmpfs', 0x01021994, true], ['overlayfs', 0x794c7630, true],
  ['FUSE', 0x65735546, false], ['NFS', 0x6969, false], ['SMB', 0xff534d42, false], ['SMB2', 0xfe534d42, false], ['old SMB', 0x517b, false],
  ['Ceph', 0x00c36400, false], ['9p', 0x01021997, false], ['Lustre', 0x0bd00bd0, false], ['GPFS', 0x47504653, false], ['sysfs', 0x62656572, false],
  ['one that nobody knows', 0x12345678, false],
]

for (const [name, type, expected] of types) {
  test(`${name} ${expected ? 'may' : 'must not'} be asked for holes`, () => assert.equal(mayHaveHoles(type), expected))
}

test('on tmpfs a sparse file is stored without its holes, and comes back with them', { skip: statfsSync(IN_MEMORY).type !== 0x01021994 && 'no tmpfs' }, async () => {
  using here = bench(IN_MEMORY)
  const [source, target] = [join(here.folder, 'source'), join(here.folder, 'target')]
  for (const folder of [source, target]) mkdirSync(folder)
  execFileSync('sh', ['-c', 'cd "$1"; truncate -s 64M sparse; printf end >> sparse', 'sh', source])
  await perform(here.context({ path: source, compression: 'none' }))
  const { streamBytes, bytes } = JSON.parse(readFileSync(join(here.store, handle, 'manifest.json'), 'utf8')) as Manifest
  assert.ok(streamBytes < 1 << 20, String(streamBytes))
  assert.equal(bytes, (64 << 20) + 3)
  await perform(here.context({ operation: 'restore', path: target, handle }))
  const { size, blocks } = statSync(join(target, 'sparse'))
  assert.deepEqual([size, blocks < 1000], [(64 << 20) + 3, true])
})

/** sysfs counts no blocks, as blobfuse2 and its like do; these files have their true lengths. */
const TABLES = '/sys/firmware/acpi/tables'
const name = existsSync(TABLES) ? readdirSync(TABLES).find(entry => isUncounted(join(TABLES, entry))) : undefined

test('a file whose file system counts no blocks is stored with its content', { skip: name === undefined && 'no readable ACPI tables in /sys here' }, async () => {
  using here = bench()
  const target = join(here.folder, 'target')
  mkdirSync(target)
  await perform(here.context({ path: TABLES }))
  await perform(here.context({ operation: 'restore', path: target, handle }))
  const content = readFileSync(join(TABLES, name ?? ''))
  assert.ok(content.some(byte => byte !== 0))
  assert.deepEqual(readFileSync(join(target, name ?? '')), content)
})

/** Readable by us, and in one read: tar takes a short read for the file's end. A shorter one tar reads in any case. */
function isUncounted(path: string): boolean {
  const { size, blocks } = statSync(path)
  try {
    return blocks === 0 && size > 1024 && size <= 4096 && readFileSync(path).length === size
  } catch {
    return false
  }
}
