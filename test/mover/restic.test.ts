import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { perform } from '../../mover/operations/perform.ts'
import { AS_ROOT, bench, type Bench } from './context.ts'
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
