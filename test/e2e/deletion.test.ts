import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Backup, Destination, KubeObject, Mover } from '../../schemas/generated/types.ts'
import { claim, policy, restore, TOOLS_IMAGE } from './kit/objects.ts'
import { getObject } from './kit/api.ts'
import { until } from './kit/kubectl.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { s3Destination, storedBytes } from './kit/store.ts'

type Pod = KubeObject & { readonly status?: { readonly phase?: string; readonly reason?: string } }

async function backedUp(box: Sandbox, strategy: 'external' | 'tar'): Promise<{ backup: Backup; destination: Destination }> {
  await box.apply(claim('data'))
  await box.run('head -c 4000000 /dev/urandom > /volumes/data/random; sync', 'data')
  const destination = await s3Destination(box)
  await box.apply(policy('keep', { strategy, destination }))
  const made = await box.backup('run', 'keep', '--wait')
  assert.equal(made.code, 0, made.stderr)
  const [backup] = await box.list<Backup>('backups')
  return { backup: backup as Backup, destination }
}

/** A run whose mover waits for a command that does not end. */
function hanging({ spec: { repositoryRef } }: Backup, mover: Mover = {}): object {
  return {
    apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', metadata: { name: 'hanging', labels: { 'holdfast.dev/policy': 'keep' } },
    spec: { policy: 'keep', strategy: 'custom', volumes: ['data'], image: TOOLS_IMAGE, custom: { command: ['sleep', '600'] }, repositoryRef, mover },
  }
}

const gone = (box: Sandbox, kind: string, name: string) =>
  until(`${kind} ${name} to be gone`, async () => await box.get(kind, name) === undefined)

suite('deletion', { concurrency: 3 }, () => {
  test('deleting a policy stops its runs, removes its CronJobs and Jobs, and keeps every Backup and all data', async t => {
    const box = await sandbox(t, 'del-policy')
    const { backup, destination } = await backedUp(box, 'tar')
    const before = await storedBytes(box, destination)
    await until('the prune CronJob', async () => (await box.list('cronjobs')).length === 1)
    await box.apply(hanging(backup))
    await box.backupIn('Running', 'hanging')
    await box.kubectl('delete', 'backuppolicy', 'keep', '--wait=false')
    await gone(box, 'backuppolicy', 'keep')
    const cancelled = await box.backupIn('Failed', 'hanging')
    assert.equal(cancelled.status?.reason, 'Cancelled')
    await until('CronJobs to be gone', async () => (await box.list('cronjobs')).length === 0)
    await until('no Job to be active', async () => (await box.list<KubeObject & { status?: { active?: number } }>('jobs')).every(job => !job.status?.active))
    await box.backupIn('Completed', backup.metadata.name)
    assert.ok(await storedBytes(box, destination) >= before)
    await box.apply(restore('back', { backup: backup.metadata.name, volumes: [{ source: 'data', target: 'copy' }] }))
    await box.restoreIn('Completed', 'back')
  })

  for (const strategy of ['tar', 'external'] as const) {
    test(`${strategy}: deleting a Backup with kubectl keeps its data, kubectl backup delete removes it after asking`, async t => {
      const box = await sandbox(t, `del-${strategy}`)
      const { backup, destination } = await backedUp(box, strategy)
      const again = await box.backup('run', 'keep', '--wait', '-o', 'name')
      assert.equal(again.code, 0, again.stderr)
      const second = again.stdout.trim().split('/').pop() ?? ''
      const full = await storedBytes(box, destination)
      await box.kubectl('delete', 'backup', backup.metadata.name)
      assert.equal(await storedBytes(box, destination), full)

      const refused = await box.backup('delete', second)
      assert.notEqual(refused.code, 0, 'without a terminal and without --yes nothing is deleted')
      assert.equal((await box.get<Backup>('backup', second))?.status?.phase, 'Completed')
      const deleted = await box.backup('delete', second, '--yes', '--wait')
      assert.equal(deleted.code, 0, deleted.stderr)
      assert.equal(await box.get('backup', second), undefined)
      const left = await storedBytes(box, destination)
      if (strategy === 'tar') assert.ok(left < full - 3_000_000, `an archive of 4 MB is gone: ${full} -> ${left}`)
      else assert.ok(left <= full, `the other point still needs the data: ${full} -> ${left}`)
    })
  }

  test('a mover that hangs and lost its Job ends at its deadline, and the removal that waits for it says so', async t => {
    const box = await sandbox(t, 'del-orphan')
    const { backup } = await backedUp(box, 'tar')
    await box.apply(hanging(backup, { timeoutSeconds: 130 }))
    const runs = async (): Promise<readonly Pod[]> => (await box.list<Pod>('pods')).filter(({ metadata, status }) => metadata.name.startsWith('hanging-') && status?.phase === 'Running')
    await until('its mover to run', async () => (await runs()).length === 1)
    const name = (await runs())[0]?.metadata.name ?? ''
    await box.kubectl('delete', 'job', 'hanging-backup-data', '--cascade=orphan')
    const asked = await box.backup('delete', 'hanging', '--yes')
    assert.equal(asked.code, 0, asked.stderr)
    // As long as the mover is there: on a node that does much else that is soon over.
    await until('the removal to name what it waits for', async () => (await box.get<Backup>('backup', 'hanging'))?.status?.message?.includes(`pod ${name} is still there`) === true)
    // First the deadline, then a Job that removes, on a node that does much else.
    await until('backup hanging to be gone', async () => await box.get('backup', 'hanging') === undefined, 300)
    assert.equal((await box.get<Pod>('pod', name))?.status?.reason, 'DeadlineExceeded')
  })

  test('the last external point deleted frees its bytes in the store', async t => {
    const box = await sandbox(t, 'del-free')
    const { backup, destination } = await backedUp(box, 'external')
    const full = await storedBytes(box, destination)
    const deleted = await box.backup('delete', backup.metadata.name, '--yes', '--wait')
    assert.equal(deleted.code, 0, deleted.stderr)
    assert.ok(await storedBytes(box, destination) < full - 3_000_000)
  })

  test('a snapshot: kubectl delete keeps the content, kubectl backup delete removes it', async t => {
    const box = await sandbox(t, 'del-snap')
    await box.apply(claim('data'))
    await box.run('echo x > /volumes/data/x; sync', 'data')
    await box.apply(policy('snaps', { strategy: 'snapshot' }))
    const names: string[] = []
    for (let n = 0; n < 2; n += 1) {
      const made = await box.backup('run', 'snaps', '--wait', '-o', 'name')
      assert.equal(made.code, 0, made.stderr)
      names.push(made.stdout.trim().split('/').pop() ?? '')
    }
    const contents = await Promise.all(names.map(async name => (await box.get<Backup>('backup', name))?.status?.volumes?.[0]?.contentName ?? ''))
    await box.kubectl('delete', 'backup', names[0] ?? '')
    assert.ok(await getObject('volumesnapshotcontent', contents[0] ?? ''), 'the content stays')
    const deleted = await box.backup('delete', names[1] ?? '', '--yes', '--wait')
    assert.equal(deleted.code, 0, deleted.stderr)
    await until('the content to be gone', async () => await getObject('volumesnapshotcontent', contents[1] ?? '') === undefined)
  })

  test('a VolumeSnapshot that somebody took the labels and the owner off goes with the data that it holds', async t => {
    const box = await sandbox(t, 'del-stray')
    await box.apply(claim('data'))
    await box.run('echo x > /volumes/data/x; sync', 'data')
    await box.apply(policy('snaps', { strategy: 'snapshot' }))
    const made = await box.backup('run', 'snaps', '--wait', '-o', 'name')
    assert.equal(made.code, 0, made.stderr)
    const name = made.stdout.trim().split('/').pop() ?? ''
    const { snapshotName = '', contentName = '' } = (await box.get<Backup>('backup', name))?.status?.volumes?.[0] ?? {}
    const strip = ['labels', 'ownerReferences'].map(field => ({ op: 'remove', path: `/metadata/${field}` }))
    await box.kubectl('patch', 'volumesnapshot', snapshotName, '--type=json', '-p', JSON.stringify(strip))
    const { labels, ownerReferences } = (await box.get<KubeObject>('volumesnapshot', snapshotName))?.metadata ?? assert.fail('it is there')
    assert.deepEqual([labels ?? {}, ownerReferences ?? []], [{}, []])
    const deleted = await box.backup('delete', name, '--yes', '--wait')
    assert.equal(deleted.code, 0, deleted.stderr)
    assert.equal(await box.get('volumesnapshot', snapshotName), undefined)
    await until('the content to be gone', async () => await getObject('volumesnapshotcontent', contentName) === undefined)
  })
})
