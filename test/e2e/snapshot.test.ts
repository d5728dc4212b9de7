import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { KubeObject } from '../../schemas/generated/types.ts'
import { treeHash } from './kit/hash.ts'
import { getObject, listObjects } from './kit/api.ts'
import { until } from './kit/kubectl.ts'
import { claim, policy, restore } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'

interface Snapshot extends KubeObject { readonly status?: { readonly readyToUse?: boolean; readonly boundVolumeSnapshotContentName?: string } }
interface Content extends KubeObject { readonly spec: { readonly deletionPolicy: string }; readonly status?: { readonly snapshotHandle?: string } }
interface Claim extends KubeObject { readonly spec: { readonly volumeName?: string; readonly resources: { readonly requests: { readonly storage: string } } }; readonly status?: { readonly phase: string; readonly capacity?: { readonly storage: string } } }

const content = (name: string | undefined) => getObject<Content>('volumesnapshotcontent', name ?? '')

async function backedUp(box: Sandbox, ...classes: readonly string[]): Promise<void> {
  const names = classes.map(storageClassName => `data-${storageClassName.replace('holdfast-', '')}`)
  await box.apply(...classes.map((storageClassName, index) => claim(names[index] ?? '', { storageClassName })))
  await box.run(names.map(name => `echo hello ${name} > /volumes/${name}/hello; sync`).join('\n'), ...names)
  await box.apply(policy('snaps', { strategy: 'snapshot' }))
  await box.policy('snaps', found => found.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true)
  const made = await box.backup('run', 'snaps', '--wait', '-o', 'name')
  assert.equal(made.code, 0, made.stderr)
}

async function onlyBackup(box: Sandbox) {
  const [first] = await box.list<{ metadata: { name: string } }>('backups')
  return box.backupIn('Completed', first?.metadata.name ?? '')
}

suite('snapshot', { concurrency: 3 }, () => {
  test('every selected claim gets a VolumeSnapshot, ready, with a content that is Retain from birth', async t => {
    const box = await sandbox(t, 'snapshot')
    await backedUp(box, 'holdfast-wait', 'holdfast-immediate')
    const backup = await onlyBackup(box)
    assert.deepEqual(backup.status?.volumes?.map(({ pvc, phase }) => `${pvc} ${phase}`).sort(), ['data-immediate Completed', 'data-wait Completed'])
    for (const volume of backup.status?.volumes ?? []) {
      const snapshot = await box.get<Snapshot>('volumesnapshot', volume.snapshotName ?? '')
      assert.equal(snapshot?.status?.readyToUse, true)
      const bound = await content(snapshot?.status?.boundVolumeSnapshotContentName)
      assert.equal(bound?.spec.deletionPolicy, 'Retain')
      assert.equal(bound?.status?.snapshotHandle, volume.handle)
    }
  })

  test('a VolumeSnapshot deleted by hand is bound again from its content, and restores', async t => {
    const box = await sandbox(t, 'rebind')
    await backedUp(box, 'holdfast-wait')
    const before = await onlyBackup(box)
    const name = before.status?.volumes?.[0]?.snapshotName ?? ''
    const uid = (await box.get<Snapshot>('volumesnapshot', name))?.metadata.uid
    // kubectl would wait for the name to be free, and another VolumeSnapshot has it within a second.
    await box.kubectl('delete', 'volumesnapshot', name, '--wait=false')
    const again = await until('the VolumeSnapshot to be there and ready again', async () => {
      const found = await box.get<Snapshot>('volumesnapshot', name)
      return found !== undefined && found.metadata.uid !== uid && found.status?.readyToUse === true ? found : undefined
    })
    assert.equal((await content(again.status?.boundVolumeSnapshotContentName))?.status?.snapshotHandle, before.status?.volumes?.[0]?.handle)
    await box.apply(restore('back', { backup: before.metadata.name, volumes: [{ source: 'data-wait', target: 'copy' }] }))
    await box.restoreIn('Completed', 'back')
    assert.match(await box.run('cat /volumes/copy/hello', 'copy'), /hello data-wait/)
  })

  test('restore to a new claim of the same or a larger size, for immediate and waiting classes', async t => {
    const box = await sandbox(t, 'resize')
    await backedUp(box, 'holdfast-wait', 'holdfast-immediate')
    const backup = await onlyBackup(box)
    const hash = await box.run(treeHash('/volumes/data-wait'), 'data-wait')
    await box.apply(restore('both', {
      backup: backup.metadata.name,
      volumes: [
        { source: 'data-wait', target: 'same' },
        { source: 'data-wait', target: 'larger', size: '2Gi' },
        { source: 'data-immediate', target: 'other', storageClassName: 'holdfast-immediate' },
      ],
    }))
    await box.restoreIn('Completed', 'both')
    assert.equal(await box.run(treeHash('/volumes/same'), 'same'), hash)
    assert.equal(await box.run(treeHash('/volumes/larger'), 'larger'), hash)
    assert.match(await box.run('cat /volumes/other/hello', 'other'), /hello data-immediate/)
    const larger = await box.get<Claim>('pvc', 'larger')
    assert.equal(larger?.spec.resources.requests.storage, '2Gi')
    assert.equal(larger?.status?.phase, 'Bound')
    assert.equal(larger?.metadata.ownerReferences, undefined)
  })

  test("a claim under the user's name appears only when its data is whole, and nothing temporary stays", async t => {
    const box = await sandbox(t, 'publish')
    await backedUp(box, 'holdfast-wait')
    const backup = await onlyBackup(box)
    await box.apply(restore('watch', { backup: backup.metadata.name, volumes: [{ source: 'data-wait', target: 'whole' }] }))
    const first = await until('the target claim to appear', () => box.get<Claim>('pvc', 'whole'))
    const seen = await box.get<{ status?: { volumes?: readonly { phase: string }[] } } & KubeObject>('restore', 'watch')
    assert.match(seen?.status?.volumes?.[0]?.phase ?? '', /^(Publishing|Completed)$/)
    assert.ok(first.spec.volumeName, 'the claim is born with the volume that holds the data')
    await box.restoreIn('Completed', 'watch')
    const claims = await box.list<Claim>('pvc')
    assert.deepEqual(claims.map(({ metadata }) => metadata.name).sort(), ['data-wait', 'whole'])
    const volumes = await listObjects<{ spec: { persistentVolumeReclaimPolicy: string; claimRef?: { namespace: string; name: string } } }>('pv')
    const mine = volumes.filter(({ spec }) => spec.claimRef?.namespace === box.namespace)
    assert.deepEqual(mine.map(({ spec }) => `${spec.claimRef?.name} ${spec.persistentVolumeReclaimPolicy}`).sort(), ['data-wait Delete', 'whole Delete'])
  })

  test('an existing claim is never touched: the restore says TargetExists', async t => {
    const box = await sandbox(t, 'exists')
    await backedUp(box, 'holdfast-wait')
    const backup = await onlyBackup(box)
    await box.run('echo changed > /volumes/data-wait/hello', 'data-wait')
    await box.apply(restore('over', { backup: backup.metadata.name }))
    const failed = await box.restoreIn('Failed', 'over')
    assert.equal(failed.status?.volumes?.[0]?.reason, 'TargetExists')
    assert.match(await box.run('cat /volumes/data-wait/hello', 'data-wait'), /changed/)
  })
})
