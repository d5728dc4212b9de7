import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { TransientError, UserError } from '../../../lib/errors.ts'
import { perform } from '../../../mover/operations/perform.ts'
import { readPoint, writePoint } from '../../../mover/restic/point.ts'
import { directoryStore } from '../../../mover/stores/directory.ts'
import { IDENTITY_KEY } from '../../../mover/stores/identity.ts'
import type { Store } from '../../../mover/stores/store.ts'
import type { Result, Task } from '../../../schemas/generated/types.ts'
import { bench, IN_MEMORY, IS_ROOT, type Bench } from '../context.ts'
import { faultyStore, type FaultyStore, type Operation } from '../stores/faults.ts'
import { LIES, REASONS, type Lie } from '../stores/lies.ts'
import { memoryStore } from '../stores/memory.ts'
import { treeOf } from '../tree.ts'
import { quickenKey } from './quick-key.ts'
import { external, NO_RESTIC, PASSWORD, plainRestic, volumes } from './tools.ts'

/** What a repository is made under. */
const CLAIM = 'restic-init.json'

interface World { readonly here: Bench; readonly source: string; readonly target: string; readonly b0: string; readonly b1: string; readonly ids: Pick<Result, 'storeId' | 'resticId'> }
interface Case { readonly world: World; readonly lie: Lie; readonly faulty: FaultyStore }

/** What is done over the lying store, and the calls of it that then matter. The store that restic itself sees is honest: test/mover/restic/repository.test.ts. */
const OPERATIONS: Readonly<Record<string, { readonly task: (world: World) => Partial<Task>; readonly calls: readonly Operation[]; readonly judge: (at: Case, ended: Result | undefined) => void }>> = {
  'a backup': { task: ({ source: path }) => ({ backup: 'b2', run: 'r2', path }), calls: ['put', 'head', 'list'], judge: backedUp },
  'a backup that is asked for again': { task: ({ source: path }) => ({ backup: 'b1', run: 'r1', path }), calls: ['get'], judge: backedUp },
  'a restore': { task: ({ target: path, b1 }) => ({ operation: 'restore', backup: 'b1', handle: b1, path }), calls: ['get', 'head'], judge: restored },
  'a deletion': { task: ({ b1 }) => ({ operation: 'delete', backup: 'b1', run: 'r1', points: [{ volume: 'data', handle: b1 }] }), calls: ['get', 'head', 'delete'], judge: deleted },
  'a check': { task: ({ ids }) => ({ operation: 'check', restic: true, ...ids }), calls: ['put', 'get', 'head', 'delete'], judge: checked },
  'a prune': { task: () => ({ operation: 'prune', restic: true }), calls: ['head', 'list', 'delete', 'sweep'], judge: pruned },
}

if (NO_RESTIC !== undefined) test('external over stores that lie', { skip: NO_RESTIC }, () => undefined)
else overLies()

function overLies(): void {
  let world: World
  before(async () => { world = await makeWorld() })
  after(() => world.here[Symbol.dispose]())
  for (const name of Object.keys(OPERATIONS)) {
    test(`external: ${name} over a store that lies at any one call`, async t => {
      const { calls } = OPERATIONS[name] as (typeof OPERATIONS)[string]
      let struck = 0
      for (const operation of calls) {
        for (const lie of LIES.filter(({ of }) => of.includes(operation))) struck += await eachTurn(world, { name, lie, operation })
      }
      t.diagnostic(`${struck} lies`)
      assert.ok(struck >= calls.length)
    })
  }
}

/** One world for all: a repository with two points, of which `b0` is nobody's business. */
async function makeWorld(): Promise<World> {
  const here = bench(IN_MEMORY)
  const { source, target } = volumes(here)
  execFileSync('sh', ['-c', 'cd "$1"; echo "[$(seq -s, 1 3000)]" > numbers; mkdir d; echo a > d/a; ln -s ../numbers d/link', 'sh', source])
  const { handle: b0 = '' } = await perform(external(here, { path: source, backup: 'b0', run: 'r0' }))
  const { handle: b1 = '' } = await perform(external(here, { path: source, backup: 'b1', run: 'r1' }))
  quickenKey(join(here.store, 'restic'), PASSWORD)
  const { storeId, resticId } = await perform(external(here, { operation: 'check', restic: true }))
  writeFileSync(join(here.store, CLAIM), 'left by a mover that was killed')
  cpSync(here.store, `${here.store}-start`, { recursive: true })
  return { here, source, target, b0, b1, ids: { storeId, resticId } }
}

async function eachTurn(world: World, { name, lie, operation }: { readonly name: string; readonly lie: Lie; readonly operation: Operation }): Promise<number> {
  const { task, judge } = OPERATIONS[name] as (typeof OPERATIONS)[string]
  for (let n = 1; ; n += 1) {
    const { here, target } = world
    for (const path of [here.store, target]) rmSync(path, { recursive: true, force: true })
    cpSync(`${here.store}-start`, here.store, { recursive: true })
    mkdirSync(target)
    const faulty = faultyStore(directoryStore(here.store), memoryStore())
    faulty.fault(operation).nth(n).times(lie.onlyAlways ? Infinity : 1).does(lie.does)
    const at = { world, lie, faulty }
    const ended = await attempt(world, faulty, task(world))
    if (faulty.struck() === 0) return n - 1
    judge(at, ended)
    whole(world, world.b0, 'b0')
    if (ended === undefined) judge(at, await attempt(world, undefined, task(world)) ?? assert.fail('over an honest store it succeeds'))
  }
}

async function attempt({ here }: World, store: Store | undefined, task: Partial<Task>): Promise<Result | undefined> {
  try {
    return await perform(external(here, task, store === undefined ? {} : { store }))
  } catch (error) {
    assert.ok(error instanceof UserError || error instanceof TransientError, `not an error of ours: ${(error as Error).stack}`)
    assert.ok(REASONS.includes(error.reason), `${error.reason}: ${error.message}`)
    return undefined
  }
}

/** A snapshot holds what the source does, which never changes. */
function whole({ here, source }: World, handle: string, backup?: string): void {
  const file = join(source, 'numbers')
  assert.deepEqual(plainRestic(here, 'dump', '--no-lock', handle, file), JSON.parse(readFileSync(file, 'utf8')))
  if (backup !== undefined) assert.deepEqual(readFileSync(note(here.store, backup)), readFileSync(note(`${here.store}-start`, backup)))
}

const note = (store: string, backup: string) => join(store, 'points', 'data', `${backup}.json`)

function backedUp({ world }: Case, ended: Result | undefined): void {
  if (ended === undefined) return
  assert.deepEqual([ended.ok, ended.errors, ended.files], [true, 0, 2])
  whole(world, ended.handle ?? '')
}

function restored({ world: { target, source } }: Case, ended: Result | undefined): void {
  if (ended !== undefined) assert.deepEqual(treeOf(target), treeOf(source), 'told to be restored, and is not')
  else assert.ok(existsSync(join(target, '.holdfast-restore')) || readdirSync(target).length === 0, 'marked as unfinished')
}

function deleted({ world: { here, b1 }, lie }: Case, ended: Result | undefined): void {
  if (ended === undefined) return
  assert.equal(existsSync(join(here.store, 'restic', 'snapshots', b1)), false)
  // A note without its snapshot is none.
  if (lie.name !== 'success that is none') assert.equal(existsSync(note(here.store, 'b1')), false)
}

function checked({ world: { here, ids } }: Case, ended: Result | undefined): void {
  assert.equal(readFileSync(join(here.store, IDENTITY_KEY), 'utf8'), `${ids.storeId}\n`, 'a store has one identity')
  if (ended !== undefined) assert.deepEqual(ended, { operation: 'check', ok: true, ...ids })
}

function pruned({ world, lie }: Case, ended: Result | undefined): void {
  whole(world, world.b1, 'b1')
  if (ended !== undefined && lie.name !== 'success that is none') assert.equal(existsSync(join(world.here.store, CLAIM)), false)
}

test('every byte of a note, changed, makes it none, or changes nothing of it; so does every cut', async () => {
  const store = memoryStore()
  const handle = 'a'.repeat(64)
  const point = { volume: 'data', backup: 'b1', run: 'r1', path: '/volumes/data' }
  store.objects.set(`restic/snapshots/${handle}`, { content: Buffer.alloc(1), modified: new Date() })
  await writePoint(store, point, { operation: 'backup', ok: true, handle, bytes: 5, files: 2, errors: 1, reason: 'UnreadableFiles', message: 'one', errorSamples: ['x'] })
  const truth = await readPoint(store, point)
  const content = store.objects.get('points/data/b1.json')?.content ?? Buffer.alloc(0)
  const found = async (changed: Buffer) => {
    store.objects.set('points/data/b1.json', { content: changed, modified: new Date() })
    const { result, run, path } = await readPoint(store, point) ?? truth ?? assert.fail()
    // A changed name of the seal makes it a field that nobody knows.
    return { result: Object.fromEntries(Object.entries(result).filter(([name]) => name in (truth?.result ?? {}))), run, path }
  }
  for (let at = 0; at < content.length; at += 1) {
    for (const mask of [0x01, 0x04, 0x80, 0xff]) {
      const changed = Buffer.from(content)
      changed[at] = (changed[at] ?? 0) ^ mask
      assert.deepEqual(await found(changed), truth, `${at}^${mask}`)
    }
    assert.deepEqual(await found(content.subarray(0, at)), truth, `cut at ${at}`)
  }
})

/** A volume each of whose names and contents can be found again: random, so that no compression hides them. One folder cannot be backed up. */
function telling(source: string): { readonly needles: Readonly<Record<string, Buffer>>; readonly lost: string; readonly clean: () => void } {
  const name = () => randomBytes(16).toString('hex')
  const [file, folder, inner, link, leadsTo, lost] = [name(), name(), name(), name(), name(), name()]
  const [content, other] = [randomBytes(5000), randomBytes(300)]
  mkdirSync(join(source, folder))
  writeFileSync(join(source, file), content)
  writeFileSync(join(source, folder, inner), other)
  symlinkSync(leadsTo, join(source, link))
  mkdirSync(join(source, lost), { mode: IS_ROOT ? 0o755 : 0 })
  if (IS_ROOT) execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(source, lost)])
  const names = Object.fromEntries(Object.entries({ file, folder, inner, link, leadsTo }).map(([what, text]) => [`name: ${what}`, Buffer.from(text)]))
  const parts = { 'content: first bytes': content.subarray(0, 32), 'content: last bytes': content.subarray(-32), 'content: of a small file': other.subarray(100, 132) }
  return { needles: { ...names, ...parts }, lost, clean: () => { if (IS_ROOT) execFileSync('umount', [join(source, lost)]) } }
}

/** Which needles stand anywhere below a folder, as they are, in base64 or in hex, in files or in their names. */
function standing(folder: string, needles: Readonly<Record<string, Buffer>>): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const hay = Buffer.concat(files.flatMap(file => [Buffer.from(`${file}\n`), statSync(join(folder, file)).isFile() ? readFileSync(join(folder, file)) : Buffer.alloc(0)]))
  const written = (needle: Buffer) => [needle, ...[0, 1, 2].map(skip => Buffer.from(needle.subarray(skip, skip + 12).toString('base64'))), Buffer.from(needle.toString('hex'))]
  return Object.keys(needles).filter(what => written(needles[what] ?? Buffer.alloc(0)).some(form => hay.includes(form)))
}

test('nothing of a volume stands in what an external backup stores, but for what the note tells: path, counts, samples of what could not be read', { skip: NO_RESTIC }, async () => {
  using here = bench(IN_MEMORY)
  const { source } = volumes(here)
  const { needles, lost, clean } = telling(source)
  try {
    const { errors } = await perform(external(here, { path: source }))
    assert.equal(errors, 1)
    await perform(external(here, { path: source, backup: 'b2' }))
    await perform(external(here, { operation: 'check', restic: true }))
    assert.deepEqual(standing(here.store, needles), [])
    assert.deepEqual([standing(join(here.store, 'restic'), { lost: Buffer.from(lost) }), standing(join(here.store, 'points'), { lost: Buffer.from(lost) })], [[], ['lost']])
    const known = JSON.parse(readFileSync(note(here.store, 'b1'), 'utf8')) as Readonly<Record<string, unknown>>
    assert.deepEqual(Object.keys(known).sort(), ['bytes', 'bytesStored', 'errorSamples', 'errors', 'files', 'handle', 'message', 'ok', 'operation', 'path', 'reason', 'seal'])
    assert.deepEqual([known.path, (known.errorSamples as readonly string[]).length], [source, 1])
    await perform(here.context({ path: source, compression: 'none' }))
    assert.deepEqual(standing(here.store, needles), Object.keys(needles), 'in an archive, which is not encrypted, the search finds all')
  } finally {
    clean()
  }
})
