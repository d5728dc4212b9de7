import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { perform } from '../../mover/operations/perform.ts'
import { readPoint } from '../../mover/restic/point.ts'
import { AS_ROOT, bench, type Bench } from './context.ts'
import { NOTES, placeNotes } from './notes.ts'
import { external, NO_RESTIC, PASSWORD } from './restic/tools.ts'
import { treeOf } from './tree.ts'

const DOCUMENT = readFileSync(new URL('../../docs/format.md', import.meta.url), 'utf8')
/** The names that the documentation takes. */
const [VOLUME, OTHER, NAMESPACE] = ['data-postgres-0', 'data-postgres-1', 'shop']
const [, BLOCK = ''] = /^```sh\n([^`]*?restic restore [^`]*?)^```$/m.exec(DOCUMENT) ?? []

const SCRIPT = `cd "$1"; seq 1 20000 > numbers; mkdir -p 'with space' d/e; echo "$2" > 'with space/a  b'; ln numbers d/hard; ln -s ../numbers d/link; mkfifo pipe
  : > "$(printf 'new\\nline')"; chmod 4750 numbers; chmod 2751 d; chown 1234:5678 d/e; truncate -s 100k hole; touch -d '2001-02-03 04:05:06.123456789 UTC' numbers d/e d; chmod 0751 .`

function volume({ folder }: Bench, name: string): string {
  const path = join(folder, 'volumes', name)
  mkdirSync(path, { recursive: true })
  execFileSync('sh', ['-c', SCRIPT, 'sh', path, name])
  return path
}

/** The commands as they stand there, with what a reader has to put in: each of these must occur. */
function filledIn(replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((text, [from, to]) => {
    assert.ok(text.includes(from), `docs/format.md no longer has ${from}`)
    return text.replaceAll(from, to)
  }, BLOCK)
}

test('the restic commands of docs/format.md give a volume back, with the oldest restic that it names', { skip: NO_RESTIC ?? AS_ROOT.skip }, async () => {
  using here = bench()
  const [source, other] = [volume(here, VOLUME), volume(here, OTHER)]
  await perform(external(here, { namespace: NAMESPACE, volume: OTHER, path: other, run: 'r1' }))
  const { handle = '' } = await perform(external(here, { namespace: NAMESPACE, volume: VOLUME, path: source, run: 'r1' }))
  const target = join(here.folder, 'by-hand')
  const script = filledIn({
    's3:https://s3.amazonaws.com/bucket/prefix/shop/restic': join(here.store, 'restic'), 'RESTIC_PASSWORD=…': `RESTIC_PASSWORD=${PASSWORD}`,
    'AWS_ACCESS_KEY_ID=…': '', 'AWS_SECRET_ACCESS_KEY=…': '', '<id>': handle.slice(0, 8), '/volumes/': `${here.folder}/volumes/`, '/mnt/somewhere': target,
  })
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: here.folder } })
  assert.equal(status, 0, `${stdout}${stderr}`)
  const listed = stdout.split('\n').filter(line => /^[0-9a-f]{8} /.test(line))
  assert.deepEqual(listed.map(line => line.slice(0, 8)), [handle.slice(0, 8)], 'the list shows the points of this volume, and their ids')
  for (const word of [NAMESPACE, 'backup=b1', 'policy=nightly', `volume=${VOLUME}`, 'run=r1']) assert.ok(stdout.includes(word), `${word} is not shown: ${stdout}`)
  assert.deepEqual(treeOf(join(target, source)), treeOf(source))
})

/** What becomes of a frozen note when it is changed: none, or what the change says. `b1` is of before there were seals, so only its form and its snapshot are asked for. */
const CHANGED: readonly (readonly [sentence: string, backup: 'b1' | 'b2', change: (text: string) => string, known: (typeof NOTES.notes)['b1'] | undefined])[] = [
  ['sealed, as it was written', 'b2', text => text, NOTES.notes.b2],
  ['sealed, with a bit of a count flipped', 'b2', text => text.replace('"errors":1', '"errors":0'), undefined],
  ['sealed, with a bit of a sample flipped', 'b2', text => text.replace('lesbar', 'mesbar'), undefined],
  ['sealed, with a bit of the seal flipped', 'b2', text => text.replace('"seal":"1', '"seal":"0'), undefined],
  ['sealed, with its path changed', 'b2', text => text.replace('/volumes/data', '/volumes/dat`'), undefined],
  ['sealed, cut', 'b2', text => text.slice(0, text.length >> 1), undefined],
  ['without a seal, as it was written', 'b1', text => text, NOTES.notes.b1],
  ['without a seal, with a bit of its form flipped', 'b1', text => text.replace('{', 'z'), undefined],
  ['without a seal, with a bit of the handle flipped', 'b1', text => text.replace('"af1d', '"af0d'), undefined],
  ['without a seal, cut', 'b1', text => text.slice(0, text.length >> 1), undefined],
  ['without a seal, with a bit of a count flipped, which nothing tells', 'b1', text => text.replace('"files":2', '"files":3'), { ...NOTES.notes.b1, result: { ...NOTES.notes.b1.result, files: 3 } }],
]

for (const [sentence, backup, change, known] of CHANGED) {
  test(`a frozen note, ${sentence}: ${known === undefined ? 'is as if it were not there' : 'is read'}`, async () => {
    using here = bench()
    placeNotes(here)
    const file = join(here.store, 'points/data', `${backup}.json`)
    const text = readFileSync(file, 'utf8')
    const changed = change(text)
    assert.equal(changed === text, known === NOTES.notes[backup], 'the change meets something')
    writeFileSync(file, changed)
    assert.deepEqual(await readPoint(here.context({}).store, { volume: 'data', backup }), known)
  })
}

for (const [backup, { result, run, path }] of Object.entries(NOTES.notes)) {
  test(`what is frozen of ${backup} is the answer of a later mover, which restores by it, and without it`, { skip: NO_RESTIC ?? AS_ROOT.skip }, async () => {
    using here = bench()
    placeNotes(here)
    const { handle = '' } = result
    const task = (changes: object) => perform(external(here, { namespace: NAMESPACE, backup, ...changes }))
    assert.deepEqual(await task({ path, run }), result)
    await assert.rejects(task({ path, run: 'of another' }), { name: 'UserError', reason: 'TargetExists' })
    for (const target of ['with', 'without'].map(name => join(here.folder, name))) {
      mkdirSync(target)
      const { bytes, files, errors } = await task({ operation: 'restore', handle, path: target })
      assert.deepEqual([bytes, files, errors], [result.bytes, result.files, 0])
      assert.equal(readFileSync(join(target, 'd/link'), 'utf8'), Array.from({ length: 3000 }, (_, index) => `${index + 1}\n`).join(''))
      writeFileSync(join(here.store, 'points/data', `${backup}.json`), 'no note')
    }
    const { resticId, storeId } = NOTES
    assert.deepEqual(await task({ operation: 'check', restic: true, resticId, storeId }), { operation: 'check', ok: true, resticId, storeId })
  })
}
