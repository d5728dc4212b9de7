import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { Manifest } from '../../../mover/archive/manifest.ts'
import { perform } from '../../../mover/operations/perform.ts'
import { AS_ROOT, bench, type Bench } from '../context.ts'
import { shell, streamTo, unpackInto, VERIFY } from '../document.ts'
import { buildFixture } from '../fixture.ts'
import { treeOf } from '../tree.ts'
import { sha256, startProducer } from '../world.ts'

// The commands of docs/format.md are tried on points that never change in test/mover/archive.test.ts. Here they meet what is written today.
const COMPRESSIONS = ['zstd', 'gzip', 'none'] as const
/** 9 MiB and some: of several frames or members. */
const SCRIPT = 'seq 1 1300000; echo end'

const folderOf = ({ store }: Bench) => join(store, 'archive/data/b1')

/** No command passes by without having read its fields: of every damage to a point one of them tells. */
function eachDamageIsSeen(folder: string): void {
  const text = readFileSync(join(folder, 'manifest.json'), 'utf8')
  const manifest = JSON.parse(text) as Manifest
  const data = join(folder, manifest.data)
  const stored = readFileSync(data)
  const flipped = Buffer.from(stored)
  flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 0x01
  for (const content of [flipped, stored.subarray(0, -1), Buffer.concat([stored, Buffer.from('\n')])]) {
    writeFileSync(data, content)
    assert.notEqual(shell(folder, VERIFY).status, 0, 'other data than was written')
  }
  writeFileSync(data, stored)
  const other = { format: 2, data: 'data.other', storedSha256: '0'.repeat(64), sha256: '0'.repeat(64), streamBytes: manifest.streamBytes + 1 }
  for (const [field, value] of Object.entries(other)) {
    const wrong = text.replace(`"${field}": ${JSON.stringify(manifest[field as keyof Manifest])}`, `"${field}": ${JSON.stringify(value)}`)
    assert.deepEqual(JSON.parse(wrong), { ...manifest, [field]: value })
    writeFileSync(join(folder, 'manifest.json'), wrong)
    assert.notEqual(shell(folder, VERIFY).status, 0, `another ${field}`)
  }
  writeFileSync(join(folder, 'manifest.json'), text)
  assert.equal(shell(folder, VERIFY).status, 0, 'whole again')
}

for (const compression of COMPRESSIONS) {
  test(`a tar that is written today (${compression}): the commands of docs/format.md find it whole and unpack it`, AS_ROOT, async t => {
    using here = bench()
    const [source, target] = [join(here.folder, 'source'), join(here.folder, 'by-hand')]
    for (const path of [source, target]) mkdirSync(path)
    for (const skipped of buildFixture(source)) t.diagnostic(skipped)
    await perform(here.context({ path: source, compression }))
    const { status, stderr } = shell(folderOf(here), unpackInto(target))
    assert.equal(status, 0, String(stderr))
    assert.deepEqual(treeOf(target), treeOf(source))
    eachDamageIsSeen(folderOf(here))
  })

  test(`a stream that is written today (${compression}): the commands of docs/format.md find it whole and give it`, async () => {
    using here = bench()
    const exchange = join(here.folder, 'exchange')
    const producer = startProducer(exchange, SCRIPT)
    try {
      await perform(here.context({ strategy: 'custom', compression }, { env: { ...process.env, HOLDFAST_EXCHANGE: exchange } }))
    } finally {
      producer.kill('SIGKILL')
    }
    const { status, stderr } = shell(folderOf(here), streamTo('cat > ../by-hand'))
    assert.equal(status, 0, String(stderr))
    const truth = shell(here.folder, SCRIPT).stdout
    assert.ok(truth.length > 2 * (4 << 20), 'several frames')
    assert.equal(sha256(readFileSync(join(here.store, 'archive/data/by-hand'))), sha256(truth))
    eachDamageIsSeen(folderOf(here))
  })
}
