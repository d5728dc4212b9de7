import assert from 'node:assert/strict'
import test from 'node:test'
import { watchLocks } from '../../../mover/restic/locks.ts'
import { writeText } from '../../../mover/stores/store.ts'
import { bench } from '../context.ts'
import { memoryStore } from '../stores/memory.ts'

const MINUTE = 60_000
const DEAD = 'restic/locks/dead'

/** A store whose clock is off by so much, and can be moved on. */
function storeOff(by: number) {
  let passed = 0
  const store = memoryStore(() => new Date(Date.now() + by + passed))
  return { store, pass: (milliseconds: number) => { passed += milliseconds }, locks: () => [...store.objects.keys()].sort() }
}

for (const [sentence, by] of Object.entries({ 'that is right': 0, 'an hour ahead': 60 * MINUTE, 'an hour behind': -60 * MINUTE })) {
  test(`a store with a clock ${sentence}: the lock of a dead run goes, that of a living one stays`, async () => {
    using here = bench()
    const { store, pass, locks } = storeOff(by)
    await writeText(store, DEAD, 'x')
    const look = watchLocks(here.context({}, { store }), 0)
    await look()
    assert.deepEqual(locks(), [DEAD], 'it is young')
    pass(31 * MINUTE)
    await writeText(store, 'restic/locks/living', 'x')
    await look()
    assert.deepEqual(locks(), ['restic/locks/living'])
    assert.match(here.logs.join(), /restic\/locks\/dead is of .* its run is dead/)
  })
}

test('however old it seems, a lock that is renewed while we watch stays', async () => {
  using here = bench()
  const { store, pass, locks } = storeOff(0)
  await writeText(store, 'restic/locks/a', 'x')
  pass(90 * MINUTE)
  const look = watchLocks(here.context({}, { store }), 20)
  await look()
  for (const name of ['b', 'c', 'd']) {
    await new Promise(resolve => setTimeout(resolve, 15))
    // Its node writes times that are long past, so that each new lock seems old as well.
    pass(-90 * MINUTE)
    await writeText(store, `restic/locks/${name}`, 'x')
    pass(90 * MINUTE)
    for (const key of locks()) if (!key.endsWith(name)) await store.delete(key)
    await look()
    assert.deepEqual(locks(), [`restic/locks/${name}`])
  }
})

test('what was not watched for long enough stays, and goes then', async () => {
  using here = bench()
  const { store, pass, locks } = storeOff(0)
  await writeText(store, DEAD, 'x')
  pass(90 * MINUTE)
  const look = watchLocks(here.context({}, { store }), 30)
  await look()
  assert.deepEqual(locks(), [DEAD])
  await new Promise(resolve => setTimeout(resolve, 40))
  await look()
  assert.deepEqual(locks(), [])
})
