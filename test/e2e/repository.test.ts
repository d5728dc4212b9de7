import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { API_VERSION } from '../../lib/api.ts'
import type { Backup, BackupRepository } from '../../schemas/generated/types.ts'
import { applyObjects, kubectl } from './kit/kubectl.ts'
import { claim, policy, restore } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { s3Destination } from './kit/store.ts'

async function withClaim(box: Sandbox): Promise<void> {
  await box.apply(claim('data'))
  await box.run('echo precious > /volumes/data/value; sync', 'data')
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
