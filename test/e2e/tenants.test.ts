import assert from 'node:assert/strict'
import test from 'node:test'
import { API_VERSION, LABEL } from '../../lib/api.ts'
import { temporaryName } from '../../hooks/restore/names.ts'
import type { Backup, BackupPolicy, Destination, KubeObject, Restore, Volume } from '../../schemas/generated/types.ts'
import { getObject } from './kit/api.ts'
import { applyObjects, kubectl, until } from './kit/kubectl.ts'
import { claim, policy, restore, TOOLS_IMAGE } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { RESTIC_PASSWORD, s3Destination, storedObjects } from './kit/store.ts'
import { meddle, stranger, tenantOf, type Tenant } from './kit/tenant.ts'
import { notForbidden } from './kit/verdict.ts'

/**
 * Two namespaces that share a bucket, a prefix and even the credentials, which is the worst case. B tries to reach A's data by every
 * kind there is; `owner` has every right in B (also to write a status), `editor` what the cluster's role edit gives.
 */
interface Scene {
  readonly a: Sandbox
  readonly b: Sandbox
  readonly shared: Destination
  readonly editor: Tenant
  readonly owner: Tenant
}

interface Content extends KubeObject {
  readonly spec: { readonly deletionPolicy: string; readonly volumeSnapshotRef: { readonly namespace: string; readonly name: string } }
  readonly status?: { readonly snapshotHandle?: string }
}

/** For what can never begin. */
const QUICK = { startupTimeoutSeconds: 15, timeoutSeconds: 60 }
const IN_VAULT = { repositoryRef: { name: 'vault' }, volumes: ['data'] }
const backup = (name: string, spec: object, metadata: object = {}): object => ({ apiVersion: API_VERSION, kind: 'Backup', metadata: { name, ...metadata }, spec })
const repository = (name: string, spec: object): object => ({ apiVersion: API_VERSION, kind: 'BackupRepository', metadata: { name }, spec })
const volumeOf = (found: Backup | undefined): Volume => found?.status?.volumes?.[0] ?? assert.fail('no volume in the status')
const contentOf = async (found: Backup | undefined): Promise<Content> =>
  await getObject<Content>('volumesnapshotcontent', volumeOf(found).contentName ?? '') ?? assert.fail('no content')

async function prepare(t: test.TestContext): Promise<Scene> {
  const [a, b] = [await sandbox(t, 'tenant-a'), await sandbox(t, 'tenant-b')]
  const shared = await s3Destination(a)
  await s3Destination(b)
  await Promise.all([a, b].map(async box => {
    await box.apply(claim('data'), repository('vault', shared))
    await box.run(`echo data of ${box === a ? 'A' : 'B'} > /volumes/data/value; sync`, 'data')
  }))
  await Promise.all([
    a.apply(backup('treasure', { strategy: 'tar', ...IN_VAULT }, { labels: { [LABEL.policy]: 'nightly' } }), backup('namesake', { strategy: 'tar', ...IN_VAULT }),
      backup('restic', { strategy: 'external', ...IN_VAULT }), backup('snap', { strategy: 'snapshot', volumes: ['data'] })),
    b.apply(backup('own', { strategy: 'tar', ...IN_VAULT }), backup('restic', { strategy: 'external', ...IN_VAULT }), backup('snap', { strategy: 'snapshot', volumes: ['data'] })),
  ])
  await Promise.all([...['treasure', 'namesake', 'restic', 'snap'].map(name => a.backupIn('Completed', name)), ...['own', 'restic', 'snap'].map(name => b.backupIn('Completed', name))])
  return { a, b, shared, editor: await tenantOf(b, 'edit'), owner: await tenantOf(b, 'everything') }
}

/** A Restore by the tenant that must end Failed and leave no claim; gives its volume's reason, or its own. */
async function refusedRestore({ b, owner }: Scene, { name, from, mover = {} }: { name: string; from: string; mover?: object }): Promise<string> {
  const made = await owner.apply(restore(name, { backup: from, volumes: [{ source: 'data', target: `stolen-${name}`, size: '1Gi' }], mover }))
  assert.equal(made.code, 0, made.stderr)
  const failed = await b.restoreIn('Failed', name)
  assert.equal(await b.get('pvc', `stolen-${name}`), undefined, 'nothing is published')
  return failed.status?.volumes?.[0]?.reason ?? failed.status?.reason ?? ''
}

const cases: Readonly<Record<string, (scene: Scene, t: test.TestContext) => Promise<void>>> = {
  'rights: edit writes our kinds in its own namespace, no status, nothing of others and nothing cluster-wide': async ({ a, editor, owner }) => {
    for (const kind of ['backups', 'restores', 'backuppolicies', 'backuprepositories']) {
      assert.ok(await editor.can('create', `${kind}.holdfast.dev`), kind)
      assert.ok(!await editor.can('patch', `${kind}.holdfast.dev`, '--subresource=status'), `${kind}/status`)
      for (const verb of ['get', 'list', 'create', 'delete', 'patch']) assert.ok(!await editor.can(verb, `${kind}.holdfast.dev`, '-n', a.namespace), `${verb} ${kind} of A`)
    }
    for (const tenant of [editor, owner]) await meddle(tenant, a.namespace, backup('treasure', { strategy: 'tar', ...IN_VAULT }))
    for (const resource of ['persistentvolumes', 'volumesnapshotcontents.snapshot.storage.k8s.io', 'volumesnapshotclasses.snapshot.storage.k8s.io', 'clusterbackuprepositories.holdfast.dev']) {
      for (const verb of ['create', 'patch', 'delete']) assert.ok(!await editor.can(verb, resource), `${verb} ${resource}`)
    }
    for (const namespace of [a.namespace, 'holdfast-system']) assert.ok(!await editor.can('get', 'secrets', '-n', namespace))
  },

  'rights: whoever has none cannot read or make anything of ours': async ({ a }) => {
    for (const kind of ['backups', 'restores', 'backuppolicies', 'backuprepositories', 'clusterbackuprepositories']) {
      for (const verb of ['get', 'list', 'create', 'delete']) assert.ok(!await stranger().can(verb, `${kind}.holdfast.dev`, '--all-namespaces'), `${verb} ${kind}`)
    }
    await meddle(stranger(), a.namespace, backup('treasure', { strategy: 'tar', ...IN_VAULT }))
  },

  'a Restore that names a Backup of another namespace finds none': async scene => {
    assert.equal(await refusedRestore(scene, { name: 'by-name', from: 'treasure' }), 'BackupNotFound')
    for (const [index, name] of [`${scene.a.namespace}/treasure`, `../${scene.a.namespace}/backups/treasure`].entries()) {
      const outcome = await scene.owner.apply(restore(`odd-${index}`, { backup: name, volumes: [{ source: 'data', target: 'x' }], mover: QUICK }))
      assert.equal(outcome.code, 0, outcome.stderr)
      assert.equal((await scene.b.restoreIn('Failed', `odd-${index}`)).status?.reason, 'BackupNotFound')
    }
  },

  'a repository of another namespace, or one for all that does not allow this namespace, takes no Backup': async ({ a, b, shared, owner }, t) => {
    const name = `only-${a.namespace}`
    await a.apply(repository('private', shared))
    await applyObjects([{ apiVersion: API_VERSION, kind: 'ClusterBackupRepository', metadata: { name }, spec: { destination: shared, allowedNamespaces: [a.namespace] } }])
    t.after(() => kubectl(['delete', 'clusterbackuprepository', name]))
    const refs = { private: { name: 'private' }, cluster: { kind: 'ClusterBackupRepository', name } }
    for (const [key, repositoryRef] of Object.entries(refs)) {
      assert.equal((await owner.apply(backup(`into-${key}`, { strategy: 'tar', volumes: ['data'], repositoryRef, mover: QUICK }))).code, 0)
      assert.equal((await b.backupIn('Failed', `into-${key}`)).status?.reason, 'RepositoryNotFound')
    }
    await owner.apply(policy('into', { strategy: 'tar', repositoryRef: { kind: 'ClusterBackupRepository', name } }))
    const stalled = await b.policy('into', ({ status }) => status?.conditions?.some(({ reason }) => reason === 'RepositoryNotAllowed') === true)
    assert.match(JSON.stringify(stalled.status?.conditions), /allowedNamespaces/)
  },

  'a status cannot be written with edit, and one written by hand with an archive or a restic id of A restores nothing': async scene => {
    const { a, b, editor, owner } = scene
    const foreign = volumeOf(await a.get<Backup>('backup', 'restic')).handle ?? ''
    const forged = { tar: [`archive/../../${a.namespace}/archive/data/treasure`, `../${a.namespace}/archive/data/treasure`, 'archive/data/treasure'], external: [foreign, '--help'] }
    for (const [strategy, handles] of Object.entries(forged)) {
      for (const [index, handle] of handles.entries()) {
        const name = `forged-${strategy}-${index}`
        await b.apply(backup(name, { strategy, ...IN_VAULT }))
        const honest = await b.backupIn('Completed', name)
        assert.equal(notForbidden(await editor.forge('backup', name, { reason: 'x' }), editor.user), undefined)
        assert.equal((await owner.forge('backup', name, { volumes: [{ ...volumeOf(honest), handle }] })).code, 0)
        assert.ok(['PointNotFound', 'InvalidTask'].includes(await refusedRestore(scene, { name, from: name })), `${strategy} ${handle}`)
      }
    }
  },

  "a status written by hand with A's snapshot handle binds nothing, and its deletion leaves A's snapshot alone": async scene => {
    const { a, b, owner } = scene
    const theirs = await a.get<Backup>('backup', 'snap')
    const before = await contentOf(theirs)
    const mine = volumeOf(await b.get<Backup>('backup', 'snap'))
    for (const contentName of [mine.contentName, before.metadata.name, 'none']) {
      const volumes = [{ ...mine, handle: volumeOf(theirs).handle, contentName }]
      assert.equal((await owner.forge('backup', 'snap', { volumes })).code, 0)
      await owner.kubectl(['delete', 'volumesnapshot', mine.snapshotName ?? '', '--ignore-not-found'])
      const told = await until('the hook to say that the snapshot is lost', async () => {
        const found = await b.get<Backup>('backup', 'snap')
        return volumeOf(found).reason === 'SnapshotLost' ? found : undefined
      })
      assert.match(volumeOf(told).message ?? '', /a status alone binds nothing/)
      assert.equal(await b.get('volumesnapshot', mine.snapshotName ?? ''), undefined)
    }
    assert.equal(await refusedRestore(scene, { name: 'by-handle', from: 'snap', mover: QUICK }), 'SnapshotLost')
    assert.equal((await b.backup('delete', 'snap', '--yes', '--wait')).code, 0)
    const after = await contentOf(theirs)
    assert.deepEqual([after.spec, after.status?.snapshotHandle], [before.spec, before.status?.snapshotHandle])
  },

  "a VolumeSnapshot of B that claims to be bound to A's content completes no Backup": async ({ a, b, owner }) => {
    const before = await contentOf(await a.get<Backup>('backup', 'snap'))
    // A claim that no driver can serve (it has a selector) keeps the Backup waiting, so the forged child is there first.
    const late = claim('late', { storageClassName: 'holdfast-immediate' }) as KubeObject
    await owner.apply({ ...late, spec: { ...late.spec as object, selector: { matchLabels: { no: 'volume' } } } }, backup('thief', { strategy: 'snapshot', volumes: ['late'], mover: { timeoutSeconds: 60 } }))
    const uid = (await b.get<Backup>('backup', 'thief'))?.metadata.uid
    const snapshot = {
      apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot',
      metadata: { name: 'thief-snap-late', labels: { 'controller-uid': uid }, ownerReferences: [{ apiVersion: API_VERSION, kind: 'Backup', name: 'thief', uid, controller: true, blockOwnerDeletion: true }] },
      spec: { source: { volumeSnapshotContentName: before.metadata.name } },
    }
    assert.equal((await owner.apply(snapshot)).code, 0)
    assert.equal((await owner.forge('volumesnapshot', 'thief-snap-late', { boundVolumeSnapshotContentName: before.metadata.name, readyToUse: true, restoreSize: '1Gi' })).code, 0)
    const failed = await b.backupIn('Failed', 'thief')
    assert.match(volumeOf(failed).reason ?? '', /^Snapshot(Failed|Timeout)$/)
    assert.deepEqual([volumeOf(failed).snapshotName, volumeOf(failed).handle], ['thief-snap-late', undefined])
    assert.equal((await b.backup('delete', 'thief', '--yes', '--wait')).code, 0)
    assert.deepEqual((await contentOf(await a.get<Backup>('backup', 'snap'))).spec, before.spec)
  },

  "a claim made for a Restore that points at A's volume gets no hold of it": async ({ a, b, owner }) => {
    const volumeName = (await a.get<KubeObject & { spec: { volumeName: string } }>('pvc', 'data'))?.spec.volumeName ?? ''
    const before = await getObject<KubeObject>('pv', volumeName)
    // The Backup comes later, so the forged claim is there before the Restore makes its own.
    await owner.apply(restore('grab', { backup: 'gate', volumes: [{ source: 'data', target: 'grabbed' }], mover: { startupTimeoutSeconds: 90 } }))
    const uid = (await b.get<Restore>('restore', 'grab'))?.metadata.uid
    const trap = claim(temporaryName('grab', 'grabbed')) as KubeObject
    const metadata = { ...trap.metadata, labels: { 'controller-uid': uid }, ownerReferences: [{ apiVersion: API_VERSION, kind: 'Restore', name: 'grab', uid, controller: true, blockOwnerDeletion: true }] }
    assert.equal((await owner.apply({ ...trap, metadata, spec: { ...trap.spec as object, volumeName } })).code, 0)
    await b.apply(backup('gate', { strategy: 'tar', ...IN_VAULT }))
    const failed = await b.restoreIn('Failed', 'grab', 300)
    assert.ok(['Unschedulable', 'StartupTimeout', 'VolumeNotBound', 'MountFailed'].includes(failed.status?.volumes?.[0]?.reason ?? ''), JSON.stringify(failed.status))
    assert.deepEqual((await getObject<KubeObject>('pv', volumeName))?.spec, before?.spec)
  },

  'a destination with a path trick is refused, and one inside the place of A still ends in its own namespace': async ({ a, b, shared, owner }) => {
    const tricks = [`${shared.url}/../${a.namespace}`, `${shared.url}/..`, `${shared.url}/%2e%2e/x`, 'pvc://data/../..', 'pvc://data/a/../../b', 'pvc://../data', 'nfs://10.0.0.1/export/../etc', `s3://../${a.namespace}`]
    for (const [index, url] of tricks.entries()) {
      const type = url.slice(0, url.indexOf(':')) as Destination['type']
      const outcome = await owner.apply(repository(`trick-${index}`, { ...shared, type, url }))
      assert.notEqual(outcome.code, 0, url)
      assert.match(outcome.stderr, /url must not contain \.\.|url of an s3 destination must look like/, url)
    }
    const before = (await storedObjects(a, shared)).map(({ key }) => key)
    await owner.apply(repository('inside', { ...shared, url: `${shared.url}/${a.namespace}/archive/data` }), backup('inside', { ...IN_VAULT, strategy: 'tar', repositoryRef: { name: 'inside' } }))
    await b.backupIn('Completed', 'inside')
    const added = (await storedObjects(a, shared)).map(({ key }) => key).filter(key => !before.includes(key))
    assert.deepEqual(added.filter(key => !key.includes(`/${b.namespace}/`)), [])
    assert.ok(added.some(key => key.includes(`/${a.namespace}/archive/data/${b.namespace}/archive/data/inside/`)))
  },

  'volume names with odd characters reach nothing': async ({ a, b, owner }) => {
    const volumes = [`../${a.namespace}/data`, `${a.namespace}/data`, '..', '%2e%2e', 'data\nx', '--help', 'dät']
    for (const strategy of ['tar', 'snapshot']) {
      const outcome = await owner.apply(backup(`odd-${strategy}`, strategy === 'tar' ? { strategy, ...IN_VAULT, volumes, mover: QUICK } : { strategy, volumes, mover: QUICK }))
      assert.equal(outcome.code, 0, outcome.stderr)
      const failed = await b.backupIn('Failed', `odd-${strategy}`)
      assert.deepEqual([...new Set(failed.status?.volumes?.map(({ reason }) => reason))], ['VolumeNotFound'])
    }
  },

  "a custom command sees neither the repository's credentials nor any token": async ({ b, owner }) => {
    const look = 'echo begin; env; for f in /proc/[0-9]*/environ; do tr "\\0" "\\n" < $f; done; cat /proc/[0-9]*/cmdline; ls -R /repository /etc/holdfast /var/run/secrets 2>&1; cat /var/run/secrets/*/*/* 2>&1; echo end'
    await owner.apply(backup('spy', { strategy: 'custom', ...IN_VAULT, image: TOOLS_IMAGE, custom: { command: ['/bin/sh', '-c', look] } }))
    await b.backupIn('Completed', 'spy')
    await owner.apply(restore('spy', { backup: 'spy', volumes: [{ source: 'data', target: 'seen' }] }))
    await b.restoreIn('Completed', 'spy')
    const seen = await b.run('cat /volumes/seen/stream', 'seen')
    assert.match(seen, /^begin\n[^]*HOSTNAME=[^]*end\n$/)
    for (const secret of [RESTIC_PASSWORD, b.environment.store.secretKey, 'AWS_', 'RESTIC_']) assert.ok(!seen.includes(secret), `the command saw ${secret}`)
  },

  "retention and deletion of B, with A's names and labels on its Backups, leave A's alone": async ({ a, b, shared, owner }) => {
    // The policy comes first: what is older than it does not expire.
    await owner.apply(policy('nightly', { strategy: 'tar', destination: shared, retention: { maxBackups: 1 } }))
    const forged = { labels: { [LABEL.policy]: 'nightly', [LABEL.namespace]: a.namespace } }
    await owner.apply(backup('namesake', { strategy: 'tar', ...IN_VAULT }), backup('first', { strategy: 'tar', policy: 'nightly', ...IN_VAULT }, forged))
    await Promise.all(['namesake', 'first'].map(name => b.backupIn('Completed', name)))
    await owner.apply(backup('second', { strategy: 'tar', policy: 'nightly', ...IN_VAULT }, forged))
    await b.backupIn('Completed', 'second')
    await until("B's older Backup to be removed by retention", async () => await b.get('backup', 'first') === undefined)
    assert.equal((await b.backup('delete', 'namesake', '--yes', '--wait')).code, 0)
    for (const name of ['treasure', 'namesake']) assert.equal((await a.get<Backup>('backup', name))?.metadata.annotations?.['holdfast.dev/delete-requested'], undefined)
    assert.deepEqual((await a.list<BackupPolicy>('backuppolicies')), [])
  },
}

test('tenants', { concurrency: 4 }, async t => {
  const scene = await prepare(t)
  await Promise.all(Object.entries(cases).map(([sentence, attempt]) => t.test(sentence, inner => attempt(scene, inner))))
  await t.test("after all attempts A's points restore to what A had", async () => {
    const { a } = scene
    await a.apply(...['treasure', 'namesake', 'restic', 'snap'].map(name => restore(name, { backup: name, volumes: [{ source: 'data', target: `back-${name}` }] })))
    for (const name of ['treasure', 'namesake', 'restic', 'snap']) {
      await a.restoreIn('Completed', name)
      assert.equal(await a.run(`cat /volumes/back-${name}/value`, `back-${name}`), 'data of A\n')
    }
  })
})
