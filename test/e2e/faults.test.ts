import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { Backup } from '../../schemas/generated/types.ts'
import { assertBindsAgain, assertRestores, assertStored, treasure, untilNone, type Treasure } from './faults/kept.ts'
import { lanesOf, type Lane } from './faults/lane.ts'
import { Ledger } from './faults/ledger.ts'
import { leftovers } from './faults/leftovers.ts'
import { nodeOf } from './faults/node.ts'
import { randomOf } from './faults/random.ts'
import { faultsOf, type Scene } from './faults/restoring.ts'
import { faultRounds, shortfalls, tally } from './faults/rounds.ts'
import { settle } from './faults/settle.ts'
import { idleness } from './faults/progress.ts'
import { readSettings } from './faults/settings.ts'
import { unfinishedUploads } from './faults/stored.ts'
import { sweptClean, uploadsEnd } from './faults/swept.ts'
import { everyPoint, losses, restoresLeft, storesHold, summary, surplusGoes, type Say } from './faults/verify.ts'
import { LATE, restoreUnderWay, untilRunning } from './faults/under-way.ts'
import { healAll, keepAwake, victimsOf } from './faults/victims.ts'
import { note, prepareLane, rest, workLane } from './faults/work.ts'
import { helm, installChart, SYSTEM } from './kit/install.ts'
import { kubectl, until } from './kit/kubectl.ts'
import { claim, policy } from './kit/objects.ts'
import { sandbox } from './kit/sandbox.ts'
import { s3Destination } from './kit/store.ts'

/** Parts of the node are killed here, for every namespace: test/run.ts runs this file alone, on a node of its own. */

const settings = readSettings()
const VAULT = 'vault'

test('whatever is killed while backups and restores run: no run hangs, every good point restores to what was backed up, nothing is left', async t => {
  const box = await sandbox(t, 'faults')
  const node = nodeOf(box.environment)
  if (node === undefined) return t.skip('the processes of a cluster of the user\'s are not ours to kill')
  const say: Say = text => console.log(`faults: ${text}`)
  const scene: Scene = { box, node, ledger: new Ledger() }
  const uploadsBefore = unfinishedUploads(node)
  await box.apply(claim(VAULT, { labels: { app: 'vault' }, storageClassName: 'holdfast-immediate' }))
  const bucket = await s3Destination(box)
  const lanes = lanesOf(bucket, { type: 'pvc', url: `pvc://${VAULT}` })
  const faults = await underFire(scene, lanes, say)
  const healed = performance.now()
  const done = { healedAt: Date.now(), compared: scene.ledger.compared }
  await settle(box, 420)
  say(`every run ended ${((performance.now() - healed) / 1000).toFixed(0)} s after all was healed`)
  for (const lane of lanes) await note({ box, lane, ledger: scene.ledger })
  faults.push(...await restoresLeft(scene))
  const backups = await box.list<Backup>('backups')
  say(`backups: ${summary(backups)}; volumes restored and compared between the faults: ${scene.ledger.compared}`)
  faults.push(...(settings.rounds === 0 ? [] : idleness({ ...done, backups })))
  faults.push(...await everyPoint(scene, backups, say))
  faults.push(...losses(scene, lanes, backups))
  faults.push(...await storesHold(scene, { bucket, vault: VAULT }, say))
  faults.push(...await sweptClean(scene, { bucket, vault: VAULT }, say))
  faults.push(...await surplusGoes(scene, { bucket, vault: VAULT }, say))
  faults.push(...await uploadsEnd(scene, { bucket, before: uploadsBefore }))
  assert.deepEqual(faults, [])
  assert.ok(scene.ledger.compared > 0, 'no restored volume was compared with what was backed up')
  const belonging = [VAULT, ...lanes.flatMap(({ claims }) => claims)]
  await until('nothing to be left over', async () => (await leftovers(scene, belonging)).length === 0, 120).catch(() => undefined)
  assert.deepEqual(await leftovers(scene, belonging), [])
})

/** The rounds, with all lanes at work; each has one good point before. At their end everything serves again. Gives what went wrong in restores meanwhile. */
async function underFire(scene: Scene, lanes: readonly Lane[], say: Say): Promise<string[]> {
  const stop = new AbortController()
  const works = lanes.map((lane, index) => ({ ...scene, lane, random: randomOf(settings.seed + 10 + index), stop: stop.signal }))
  await Promise.all(works.map(prepareLane))
  const working = Promise.all(works.map(workLane))
  working.catch(() => undefined)
  const victims = victimsOf(scene.node, scene.box.namespace)
  void keepAwake(stop.signal)
  const started = performance.now()
  const isIdle = async (): Promise<boolean> =>
    idleness({ backups: await scene.box.list<Backup>('backups'), healedAt: Date.now(), compared: scene.ledger.compared }).length > 0
  const struck = await faultRounds(settings, victims, { isIdle })
  const { rounds } = struck
  say(`${rounds.length} rounds in ${((performance.now() - started) / 1000).toFixed(0)} s, seed ${settings.seed}: ${tally(rounds)}`)
  say(`order: ${rounds.map(({ victim, at, downSeconds }) => `${at.toFixed(0)} ${victim} ${downSeconds.toFixed(0)}`).join(', ')}`)
  stop.abort()
  await healAll(scene.node, victims)
  const faults = [...shortfalls(struck, { settings, victims }), ...(await working).flat()]
  for (const lane of lanes) await rest({ ...scene, lane })
  for (const name of ['hooks', 'metacontroller']) await kubectl(['-n', SYSTEM, 'rollout', 'status', `deployment/holdfast-${name}`, '--timeout=180s'])
  return faults
}

/**
 * Deletion never destroys stored data. The same in other topics: a policy deleted in the background, a Backup deleted with kubectl (deletion);
 * an uninstall without further ado (chart); a VolumeSnapshot deleted by hand (snapshot).
 */
suite('what deletes records keeps data', { concurrency: 2 }, () => {
  test('all policies, in the foreground: every Backup stays and restores', async t => {
    const found = await filled(t, 'policies')
    if (found === undefined) return
    await found.box.kubectl('delete', 'backuppolicies', '--all', '--cascade=foreground', '--timeout=120s')
    await untilNone(found.box, 'cronjobs')
    await assertStored(found)
    await assertRestores(found)
  })

  test('all Jobs of the namespace, also those of a run and of a restore under way: both go on to their end, and every point restores', async t => {
    const found = await filled(t, 'jobs')
    if (found === undefined) return
    const { box, points } = found
    const custom = points.find(({ lane }) => lane.name === 'custom')
    const { spec } = custom?.backup ?? assert.fail('there is a point of strategy custom')
    const scene = await restoreUnderWay(found)
    await box.apply({
      apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', metadata: { name: 'under-way', labels: { 'holdfast.dev/policy': 'custom' } },
      spec: { ...spec, custom: { command: ['/bin/sh', '-c', 'sleep 8; echo whole'] } },
    })
    await untilRunning(box, 'holdfast.dev/backup=under-way')
    await box.kubectl('delete', 'jobs', '--all', '--timeout=120s')
    await box.backupIn('Completed', 'under-way', 240)
    await box.restoreIn('Completed', LATE, 240)
    assert.deepEqual(await faultsOf(scene, LATE), [])
    await box.kubectl('delete', 'jobs', '--all', '--timeout=120s')
    await assertStored(found)
    await assertRestores(found)
  })

  test('all Backups, in the foreground, one while it is restored: the data stays, what is published is whole, and plain programs and plain Kubernetes restore it', async t => {
    const found = await filled(t, 'backups')
    if (found === undefined) return
    const scene = await restoreUnderWay(found)
    await found.box.kubectl('delete', 'backups', '--all', '--cascade=foreground', '--timeout=120s')
    assert.deepEqual(await faultsOf(scene, LATE), [])
    await untilNone(found.box, 'volumesnapshots')
    await untilNone(found.box, 'jobs', 'holdfast.dev/backup')
    await assertStored(found)
    await assertBindsAgain(found, found.box)
  })

  test('the whole namespace, in the midst of a restore: it goes without help, the data stays, and another namespace gets it back', async t => {
    const found = await filled(t, 'namespace')
    if (found === undefined) return
    await restoreUnderWay(found)
    await kubectl(['delete', 'namespace', found.box.namespace, '--timeout=180s'])
    await assertStored(found)
    await assertBindsAgain(found, await sandbox(t, 'elsewhere'))
  })
})

test('uninstall, then all definitions as the chart\'s README says: no record is left, all data is; installed again, the product works', async t => {
  const found = await filled(t, 'definitions')
  if (found === undefined) return
  const { box } = found
  await helm(['uninstall', 'holdfast', '--namespace', SYSTEM, '--wait', '--timeout', '3m'])
  try {
    await assertStored(found)
    assert.equal((await box.list('backups')).length, found.points.length, 'uninstall keeps every record')
    await kubectl(['delete', 'crd', '-l', 'app.kubernetes.io/part-of=holdfast', '--timeout=120s'])
    await untilNone(box, 'volumesnapshots')
    await assertStored(found)
    await assertBindsAgain(found, box)
  } finally {
    await installChart(() => undefined, box.environment.metacontroller)
  }
  await box.apply(policy('tar', found.points.find(({ lane }) => lane.name === 'tar')?.lane.spec ?? {}))
  const made = await box.backup('run', 'tar', '--wait', '--timeout', '4m')
  assert.equal(made.code, 0, made.stderr)
  await assertStored(found)
})

/** A namespace with one good point of every strategy; undefined where there is no node of ours. */
async function filled(t: TestContext, topic: string): Promise<Treasure | undefined> {
  const box = await sandbox(t, topic)
  const node = nodeOf(box.environment)
  if (node !== undefined) return treasure(box, node)
  t.skip('needs the test driver\'s folders')
  return undefined
}
