import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { UserError } from '../../../lib/errors.ts'
import { perform } from '../../../mover/operations/perform.ts'
import { bench, IN_MEMORY, IS_ROOT, type Bench } from '../context.ts'
import { treeOf } from '../tree.ts'
import { quickenKey } from './quick-key.ts'
import { fakeRestic, SNAPSHOT } from './fake.ts'
import { impatientPath } from './impatient.ts'
import { external, NO_RESTIC, PASSWORD, volumes } from './tools.ts'

const skip = NO_RESTIC

async function stored(here: Bench) {
  const { source, target } = volumes(here)
  execFileSync('sh', ['-c', `cd ${source}; head -c 3000000 /dev/urandom > big; echo a > a; mkdir d; echo b > d/b`])
  const { handle = '' } = await perform(external(here, { path: source }))
  return { source, target, restore: (changes: object = {}) => perform(external(here, { operation: 'restore', path: target, handle, ...changes })) }
}

test('a snapshot that is not there is PointNotFound; no repository is RepositoryMissing', { skip }, async () => {
  using here = bench()
  const { restore } = await stored(here)
  for (const handle of ['a'.repeat(64), 'abcd', 'latest']) await assert.rejects(restore({ handle }), { name: 'UserError', reason: 'PointNotFound' })
  execFileSync('rm', ['-r', join(here.store, 'restic')])
  await assert.rejects(restore(), { name: 'UserError', reason: 'RepositoryMissing' })
})

test('damaged data is never a success', { skip }, async () => {
  using here = bench()
  const { restore } = await stored(here)
  const packs = readdirSync(join(here.store, 'restic', 'data'), { recursive: true, encoding: 'utf8' }).map(name => join(here.store, 'restic', 'data', name)).filter(path => /[0-9a-f]{64}$/.test(path))
  for (const pack of packs) {
    const bytes = readFileSync(pack)
    if (bytes.length < 100_000) continue
    bytes[50_000] = (bytes[50_000] ?? 0) ^ 1
    execFileSync('chmod', ['u+w', pack])
    writeFileSync(pack, bytes)
  }
  await assert.rejects(restore(), { name: 'UserError', reason: /PointDamaged|RepositoryDamaged/ })
})

test('without what the backup wrote down, or with a path in it that leaves the volume, restic itself is asked', { skip }, async () => {
  using here = bench()
  const { restore, target, source } = await stored(here)
  const note = join(here.store, 'points', 'data', 'b1.json')
  const { seal: _, ...known } = JSON.parse(readFileSync(note, 'utf8')) as { path: string; seal: string }
  assert.equal(known.path, source)
  for (const text of [JSON.stringify({ ...known, path: '/../../elsewhere' }), JSON.stringify({ ...known, path: undefined })]) {
    writeFileSync(note, text)
    await restore()
    assert.deepEqual(readdirSync(target).sort(), readdirSync(source).sort())
    execFileSync('sh', ['-c', `rm -r ${target}/*`])
  }
})

test('fewer files than the backup counted is PointDamaged', { skip }, async () => {
  using here = bench()
  const { restore } = await stored(here)
  const note = join(here.store, 'points', 'data', 'b1.json')
  const { seal: _, ...known } = JSON.parse(readFileSync(note, 'utf8')) as { files: number; seal: string }
  writeFileSync(note, JSON.stringify({ ...known, files: known.files + 1 }))
  await assert.rejects(restore(), { name: 'UserError', reason: 'PointDamaged' })
})

test('a volume that is too small is VolumeFull', { skip: skip ?? (!IS_ROOT && 'mounting a small tmpfs needs root') }, async () => {
  using here = bench()
  const { restore, target } = await stored(here)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', target])
  try {
    await assert.rejects(restore(), { name: 'UserError', reason: 'VolumeFull' })
  } finally {
    execFileSync('umount', [target])
  }
})

test('a store without any room gives its points back', { skip: skip ?? (!IS_ROOT && 'mounting a small tmpfs needs root') }, async () => {
  using here = bench()
  const inStore = (script: string) => execFileSync('sh', ['-c', script, 'sh', here.store], { stdio: 'ignore' })
  mkdirSync(here.store, { recursive: true })
  inStore('mount -t tmpfs -o size=8m tmpfs "$1"')
  try {
    const { restore, source, target } = await stored(here)
    inStore('head -c 20000000 /dev/zero > "$1/filler"; test -s "$1/filler"')
    await assert.rejects(perform(external(here, { path: source, backup: 'b2' })), { reason: 'StoreFull' })
    assert.equal((await restore()).ok, true)
    assert.deepEqual(treeOf(target), treeOf(source))
  } finally {
    inStore('umount "$1"')
  }
})

test('a volume with files of somebody else is not touched; leftovers of our own attempt go', { skip }, async () => {
  using here = bench()
  const { restore, target, source } = await stored(here)
  writeFileSync(join(target, 'mine'), 'precious')
  await assert.rejects(restore(), { reason: 'TargetExists' })
  execFileSync('mkdir', [join(target, '.holdfast-restore')])
  await restore()
  assert.deepEqual(readdirSync(target).sort(), readdirSync(source).sort())
})

const file = (message: string) => `echo '{"message_type":"error","error":{"message":"${message}"},"during":"restore","item":"/volumes/data/a"}' >&2`
const DENIED = file('open /a: permission denied')
const FATAL = "echo 'Fatal: There were 2 errors' >&2; exit 1"

for (const [sentence, script, reason] of [
  ['files that may not be written', `${DENIED}; ${FATAL}`, 'AccessDenied'],
  ['a file that may not be written, and then a store that is gone', `${DENIED}; ${file('Load(<data/ab>): dial tcp 10.0.0.1:9000: connect: connection refused')}; ${FATAL}`, 'StoreUnreachable'],
  ['a store that came back, and a file that may not be written', `echo 'Load(<data/ab>) returned error, retrying after 1s: dial tcp: i/o timeout' >&2; ${DENIED}; ${FATAL}`, 'AccessDenied'],
  ['data that is gone', `echo 'ignoring error for /volumes/data/a: StreamPack: open /s/restic/data/5f/5ff136a5: no such file or directory' >&2; ${FATAL}`, 'RepositoryDamaged'],
  ['data that was cut off, after the last try', `echo 'ignoring error for /: ReadFull(<data/95f5a62fd9>): EOF' >&2; ${FATAL}`, 'MoverFailed'],
] as const) {
  test(`${sentence}: ${reason}`, async () => {
    using here = bench()
    const { target } = volumes(here)
    const { context } = fakeRestic(here, '0.18.0', { restore: script })
    await assert.rejects(perform(context({ operation: 'restore', path: target, handle: SNAPSHOT })), { reason })
  })
}

for (const [sentence, fatal, expected] of [
  ['of a disk that is read-only', 'Fatal: unable to create lock in backend: open /s/locks/x: read-only file system', true],
  ['by keys that may only read', 'Fatal: unable to create lock in backend: client.PutObject: Access Denied.', true],
  ['that is out of reach', 'Fatal: unable to create lock in backend: dial tcp 10.0.0.1:9000: connect: connection refused', 'StoreUnreachable'],
] as const) {
  test(`a store ${sentence} where no lock can be made: ${expected === true ? 'it is read without one' : expected}`, async () => {
    using here = bench()
    const { target } = volumes(here)
    const { context, calls } = fakeRestic(here, '0.18.0', { restore: `case " $* " in *" --no-lock "*) ;; *) echo '${fatal}' >&2; exit 1 ;; esac` })
    const restored = perform(context({ operation: 'restore', path: target, handle: SNAPSHOT }))
    if (expected === true) assert.equal((await restored).ok, true)
    else await assert.rejects(restored, { reason: expected })
    assert.equal(calls().filter(call => call.includes(' restore ')).length, expected === true ? 2 : 1)
  })
}

const LABELS = ['xattr.LSet /t/a security.selinux: permission denied', 'xattr.LRemove /t/b security.selinux: operation not permitted'].map(file)

for (const [sentence, version, script, expected] of [
  ['restic 0.18 leaves them alone', '0.18.0', ':', 0],
  ['restic 0.17 fails for nothing else: all content is back, and of one file other attributes may be missing', '0.17.3', `${LABELS.join('; ')}; ${FATAL}`, 1],
  ['restic 0.17 cannot remove one: nothing is missing', '0.17.3', `${LABELS[1]}; ${FATAL}`, 0],
  ['restic 0.17 fails for another file, too', '0.17.3', `${LABELS.join('; ')}; ${DENIED}; ${FATAL}`, 'AccessDenied'],
  ['another label is none', '0.17.3', `${file('xattr.LSet /t/a security.other: permission denied')}; ${FATAL}`, 'AccessDenied'],
] as const) {
  test(`labels of SELinux: ${sentence}`, async () => {
    using here = bench()
    const { target } = volumes(here)
    const { context, calls } = fakeRestic(here, version, { restore: `echo a > "$target/volumes/data/a"; ${script}` })
    const restored = perform(context({ operation: 'restore', path: target, handle: SNAPSHOT }))
    if (typeof expected === 'string') await assert.rejects(restored, { reason: expected })
    else assert.deepEqual([(await restored).ok, (await restored).files, (await restored).errors], [true, 1, expected])
    assert.equal(calls().some(call => call.includes('--exclude-xattr security.selinux')), version === '0.18.0')
  })
}

/** Files of a repository, and at how many places of each a byte is changed: at its beginning, its end, and between. */
const PLACES = 4

test('every file of a repository with a byte changed or cut off, or not there: a restore is equal, or fails before it publishes anything', { skip }, async t => {
  using here = bench(IN_MEMORY)
  const { source, target } = volumes(here)
  execFileSync('sh', ['-c', 'cd "$1"; seq 1 3000 > numbers; mkdir d; echo a > d/a', 'sh', source])
  const { handle } = await perform(external(here, { path: source }))
  quickenKey(join(here.store, 'restic'), PASSWORD)
  const files = readdirSync(here.store, { recursive: true, encoding: 'utf8' }).filter(name => statSync(join(here.store, name)).isFile())
  const reasons = new Map<string, Set<string>>()
  const env = { ...process.env, PATH: impatientPath(here), RESTIC_CACHE_DIR: join(here.folder, 'cache') }
  const retried = new Set<string>()
  for (const name of files) {
    const content = readFileSync(join(here.store, name))
    for (const [change, changed] of changesOf(content)) {
      put(join(here.store, name), changed)
      execFileSync('rm', ['-rf', target])
      mkdirSync(target)
      const log = (line: string) => { if (/retrying after/.test(line)) retried.add(`${name.replace(/[0-9a-f]{56}$/, '…')} ${change}`) }
      const reason = await perform(external(here, { operation: 'restore', path: target, handle }, { env, log })).then(() => 'equal', (error: UserError) => error.reason ?? error.stack)
      if (reason === 'equal') assert.deepEqual(treeOf(target), treeOf(source), name)
      else assert.ok(readdirSync(target).length === 0 || existsSync(join(target, '.holdfast-restore')), `${name}: ${reason}, and not marked as unfinished`)
      const folder = name.split('/').slice(0, 2).join('/')
      reasons.set(folder, (reasons.get(folder) ?? new Set()).add(reason))
    }
    put(join(here.store, name), content)
  }
  for (const [folder, found] of reasons) t.diagnostic(`${folder}: ${[...found].join(', ')}`)
  t.diagnostic(`where restic would have asked again for minutes: ${[...retried].join(', ') || 'nowhere'}`)
  assert.deepEqual([...retried].filter(line => !/^restic\/data\/.* (cut off|gone)$/.test(line)), [], 'what has a changed byte restic judges at once')
  assert.deepEqual([...reasons.keys()].map(name => name.split('/').at(-1)?.replace(/^[0-9a-f]{64}$/, 'x')).sort(), ['config', 'data', 'data', 'index', 'keys', 'snapshots'])
  assert.deepEqual([...reasons.get('points/data') ?? []], ['equal'], 'a note is not needed')
  const known = ['equal', 'PointDamaged', 'PointNotFound', 'RepositoryDamaged', 'RepositoryMissing', 'WrongKey', 'MoverFailed']
  for (const [folder, found] of reasons) for (const reason of found) assert.ok(known.includes(reason), `${folder}: ${reason}`)
})

function* changesOf(content: Buffer): Generator<readonly [string, Buffer | undefined]> {
  for (let place = 0; place < PLACES; place += 1) {
    const changed = Buffer.from(content)
    const at = Math.floor(place * (content.length - 1) / (PLACES - 1))
    changed[at] = (changed[at] ?? 0) ^ 0x10
    yield [`with byte ${at} changed`, changed]
  }
  yield ['cut off', content.subarray(0, content.length >> 1)]
  yield ['gone', undefined]
}

function put(path: string, content: Buffer | undefined): void {
  rmSync(path, { force: true })
  if (content !== undefined) writeFileSync(path, content)
}
