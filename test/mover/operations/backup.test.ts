import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Result } from '../../../schemas/generated/types.ts'
import { faultyStore } from '../stores/faults.ts'
import { memoryStore } from '../stores/memory.ts'
import { makeWorld, storeOf, streamHash, type Memory } from '../world.ts'

test('the checker can fail: of damaged points, neither the judge of these tests nor a restore says that they are good', async () => {
  using world = await makeWorld('tar')
  const [data, manifest] = ['archive/data/b1/data.tar.zst', 'archive/data/b1/manifest.json']
  const change = (key: string, to: (content: Buffer) => Buffer) => (memory: Memory) => {
    const held = memory.objects.get(key)
    if (held !== undefined) memory.objects.set(key, { ...held, content: to(Buffer.from(held.content)) })
  }
  const damages: readonly ((memory: Memory) => void)[] = [
    change(data, content => content.fill(content[100] === 1 ? 2 : 1, 100, 101)), change(data, content => content.subarray(1)),
    memory => void memory.objects.delete(data), change(data, () => storeOf(world.start).objects.get('archive/data/killed-long-ago/data.tar.zst')?.content ?? Buffer.alloc(0)),
    change(manifest, content => Buffer.from(content.toString().replace(/"sha256": "[0-9a-f]{4}/, '"sha256": "abcd'))),
  ]
  for (const damage of damages) {
    const memory = storeOf(world.start)
    damage(memory)
    assert.throws(() => streamHash(memory.objects, 'archive/data/b1'))
    await assert.rejects(world.run(memory, { operation: 'restore', handle: 'archive/data/b1', path: world.target() }), { reason: 'PointDamaged' })
  }
})

for (const compression of ['none', 'zstd'] as const) {
  test(`two movers at one point (${compression}): whenever the second comes, what is left is the whole point of one of them`, async () => {
    using world = await makeWorld('tar')
    const other = join(world.source, '..', 'other')
    execFileSync('cp', ['-r', '--preserve=all', world.source, other])
    execFileSync('sh', ['-c', 'printf b > "$1/a"', 'sh', other])
    let met = 0
    for (const operation of ['put', 'head', 'get'] as const) {
      for (const late of [false, true]) {
        for (let n = 1, more = true; more; n += 1) {
          const memory = memoryStore(tick())
          const faulty = faultyStore(memory)
          const ends: Promise<Result>[] = []
          const second = async () => {
            const end = world.run(memory, { backup: 'b', run: 'r', path: other, compression })
            ends.push(end)
            await end.catch(() => undefined)
          }
          faulty.fault(operation).nth(n).times(1).does(async ({ real }) => {
            if (!late) await second()
            const result = await real()
            if (late) await second()
            return result
          })
          ends.unshift(world.run(faulty, { backup: 'b', run: 'r', path: world.source, compression }))
          await Promise.allSettled(ends)
          more = faulty.struck() > 0
          met += faulty.struck()
          const good = (await Promise.allSettled(ends)).some(end => end.status === 'fulfilled')
          assert.ok(good, `neither was good: ${operation} ${n}`)
          assert.ok(streamHash(memory.objects, 'archive/data/b') !== undefined, `${operation} ${n} ${late ? 'after' : 'before'}`)
        }
      }
    }
    assert.ok(met > 10, String(met))
  })
}

/** A clock that never shows the same time twice. */
function tick(): () => Date {
  let now = Date.now()
  return () => new Date(now += 1)
}
