import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { API_VERSION } from '../../lib/api.ts'
import type { Backup, BackupRepository } from '../../schemas/generated/types.ts'
import { applyObjects, kubectl, until } from './kit/kubectl.ts'
import { claim, policy, restore } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { s3Destination } from './kit/store.ts'

async function withClaim(box: Sandbox): Promise<void> {
  await box.apply(claim('data'))
  await box.run('echo precious > /volumes/data/value; sync', 'data')
}

async function repositoryIn(box: Sandbox, phase: string): Promise<BackupRepository> {
  return until(`the repository to be ${phase}`, async () => {
    const seen = await box.get<BackupRepository>('backuprepository', 'vault')
    return seen?.status?.phase === phase ? seen : undefined
  }, 180)
}

/** Writes a status over a record's own. A sync that was on its way may bring the former one back, so it is written until it stays. */
async function forge(box: Sandbox, name: string, status: Backup['status']): Promise<void> {
  const phase = async () => (await box.get<Backup>('backup', name))?.status?.phase
  await until(`Backup ${name} to have a status of its own`, async () => await phase() !== undefined)
  await until(`Backup ${name} to keep the status that was forged`, async () => {
    await box.kubectl('patch', 'backup', name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status }))
    await new Promise(resolve => setTimeout(resolve, 5000))
    return await phase() === status?.phase
  })
}

suite('repository', { concurrency: 2 }, () => {
  test('a ClusterBackupRepository serves the namespaces it allows, each under its own path, and no other', async t => {
    const [allowed, other] = [await sandbox(t, 'shared'), await sandbox(t, 'stranger')]
    const name = `shared-${allowed.namespace}`
    const destination = await s3Destination(allowed)
    await s3Destination(other)
    await applyObjects([{ apiVersion: API_VERSION, kind: 'ClusterBackupRepository', metadata: { name }, spec: { destination, allowedNamespaces: [allowed.namespace] } }])
    t.after(() => kubectl(['delete', 'clusterbackuprepository', name]))
    const spec = { strategy: 'tar' as const, repositoryRef: { kind: 'ClusterBackupRepository' as const, name } }
    await Promise.all([allowed, other].map(withClaim))
    await Promise.all([allowed, other].map(box => box.apply(policy('shared', spec))))

    const made = await allowed.backup('run', 'shared', '--wait')
    assert.equal(made.code, 0, made.stderr)
    const [backup] = await allowed.list<Backup>('backups')
    await allowed.apply(restore('back', { backup: backup?.metadata.name, volumes: [{ source: 'data', target: 'copy' }] }))
    await allowed.restoreIn('Completed', 'back')
    assert.equal(await allowed.run('cat /volumes/copy/value', 'copy'), 'precious\n')

    const refused = await other.policy('shared', ({ status }) => status?.conditions?.some(({ reason }) => reason === 'RepositoryNotAllowed') === true)
    assert.match(refused.status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? '', /allowedNamespaces/)
    assert.deepEqual(await other.list('backuprepositories'), [])
  })

  test('a store that is not the one that was there takes nothing, and no record goes for its sake', async t => {
    const box = await sandbox(t, 'identity')
    await box.apply(claim('vault', { labels: { app: 'vault' } }), { apiVersion: API_VERSION, kind: 'BackupRepository', metadata: { name: 'vault' }, spec: { type: 'pvc', url: 'pvc://vault/here' } })
    await withClaim(box)
    await box.apply(policy('nightly', { strategy: 'tar', repositoryRef: { name: 'vault' } }))
    assert.equal((await box.backup('run', 'nightly', '--wait')).code, 0)
    const [first] = await box.list<Backup>('backups')
    const name = first?.metadata.name ?? ''
    const stored = () => box.run('cd /volumes/vault; find . -name manifest.json -o -name "data.*"', 'vault')
    const [before, found] = [await stored(), await repositoryIn(box, 'Ready')]
    assert.match(found.status?.storeId ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(first?.status?.storeId, found.status?.storeId)
    assert.equal(await box.run(`cat /volumes/vault/here/${box.namespace}/holdfast-id`, 'vault'), `${found.status?.storeId}\n`)

    await box.kubectl('patch', 'backuprepository', 'vault', '--type=merge', '-p', '{"spec":{"url":"pvc://vault/there"}}')
    assert.match((await repositoryIn(box, 'Failed')).status?.reason ?? '', /^RepositoryMissing$/)
    assert.equal((await box.backup('delete', name, '--yes')).code, 0)
    const refused = await until(`Backup ${name} to tell why its data stays`, async () => {
      const seen = await box.get<Backup>('backup', name)
      return seen?.status?.reason === 'DeletionFailed' ? seen : undefined
    }, 180)
    assert.match(refused.status?.message ?? '', /RepositoryMissing: .*holdfast-id is not there/)
    assert.equal(await stored(), before)

    await box.kubectl('patch', 'backuprepository', 'vault', '--type=merge', '-p', '{"spec":{"url":"pvc://vault/here"}}')
    await repositoryIn(box, 'Ready')
    await until(`Backup ${name} to be gone`, async () => await box.get('backup', name) === undefined, 300)
    assert.equal(await stored(), '')

    await box.run(`rm /volumes/vault/here/${box.namespace}/holdfast-id`, 'vault')
    assert.notEqual((await box.backup('run', 'nightly', '--wait')).code, 0)
    const runs = await box.list<Backup>('backups')
    assert.deepEqual(runs.map(({ status }) => [status?.phase, status?.volumes?.[0]?.reason]), [['Failed', 'RepositoryMissing']])
    assert.equal(await stored(), '')
  })

  test('a ClusterBackupRepository that no longer allows a namespace: its policies stall, what it has restores, and nobody else\'s does', async t => {
    const [box, other] = [await sandbox(t, 'withdrawn'), await sandbox(t, 'never')]
    const name = `withdrawn-${box.namespace}`
    const destination = await s3Destination(box)
    await s3Destination(other)
    const cluster = (...allowedNamespaces: readonly string[]) => applyObjects([{ apiVersion: API_VERSION, kind: 'ClusterBackupRepository', metadata: { name }, spec: { destination, allowedNamespaces } }])
    await cluster(box.namespace)
    t.after(() => kubectl(['delete', 'clusterbackuprepository', name]))
    const repositoryRef = { kind: 'ClusterBackupRepository' as const, name }
    await Promise.all([box, other].map(withClaim))
    await box.apply(policy('shared', { strategy: 'tar', repositoryRef }))
    const made = await box.backup('run', 'shared', '--wait')
    assert.equal(made.code, 0, made.stderr)
    const [backup] = await box.list<Backup>('backups')
    assert.ok(backup !== undefined)
    await cluster()
    await box.policy('shared', ({ status }) => status?.conditions?.some(({ reason }) => reason === 'RepositoryNotAllowed') === true)
    await box.apply(restore('back', { backup: backup.metadata.name, volumes: [{ source: 'data', target: 'copy' }] }))
    await box.restoreIn('Completed', 'back')
    assert.equal(await box.run('cat /volumes/copy/value', 'copy'), 'precious\n')

    // A record copied into a namespace that was never allowed, status and all, has nothing to restore from.
    const { spec, status, metadata: { name: copied } } = backup
    await other.apply({ apiVersion: API_VERSION, kind: 'Backup', metadata: { name: copied }, spec: { ...spec, policy: undefined } })
    await forge(other, copied, status)
    await other.apply(restore('theirs', { backup: copied, volumes: [{ source: 'data', target: 'stolen', size: '1Gi' }], mover: { startupTimeoutSeconds: 15, timeoutSeconds: 60 } }))
    const failed = await other.restoreIn('Failed', 'theirs')
    assert.equal(failed.status?.reason ?? failed.status?.volumes?.[0]?.reason, 'RepositoryNotFound')
    assert.equal(await other.get('pvc', 'stolen'), undefined)
  })

  test('kubectl backup repository create and check', async t => {
    const box = await sandbox(t, 'repo-cli')
    const { url, endpoint = '' } = await s3Destination(box)
    const made = await box.backup('repository', 'create', 'vault', '--url', url, '--endpoint', endpoint, '--credentials-secret', 'store', '--wait', '--timeout', '3m')
    assert.equal(made.code, 0, made.stderr)
    const first = (await box.get<BackupRepository>('backuprepository', 'vault'))?.status
    assert.equal(first?.phase, 'Ready')
    const checked = await box.backup('repository', 'check', 'vault', '--wait', '--timeout', '3m')
    assert.equal(checked.code, 0, checked.stderr)
    const again = (await box.get<BackupRepository>('backuprepository', 'vault'))?.status
    assert.ok(Date.parse(again?.lastCheckTime ?? '') > Date.parse(first?.lastCheckTime ?? ''), `${first?.lastCheckTime} -> ${again?.lastCheckTime}`)
    assert.equal(again?.resticId, first?.resticId)
  })
})
