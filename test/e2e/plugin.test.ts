import assert from 'node:assert/strict'
import test from 'node:test'
import type { Backup } from '../../schemas/generated/types.ts'
import { claim, policy } from './kit/objects.ts'
import { sandbox } from './kit/sandbox.ts'
import { s3Destination } from './kit/store.ts'

test('kubectl finds the plugin, and its commands tell one story', async t => {
  const box = await sandbox(t, 'plugin')
  await box.apply(claim('data'), claim('lonely', { labels: { app: 'other' }, storageClassName: 'holdfast-immediate' }))
  await box.run('seq 1000 > /volumes/data/numbers; sync', 'data')
  const destination = await s3Destination(box)
  const ok = async (...args: readonly string[]) => {
    const outcome = await box.backup(...args)
    assert.equal(outcome.code, 0, `${args.join(' ')}: ${outcome.stderr}`)
    return outcome.stdout
  }
  assert.match(await ok('version'), /0\.1\.0/)
  const dry = await ok('policy', 'create', 'cli', '--selector', 'app=data', '--strategy', 'tar', '--schedule', '0 3 * * *', '--url', destination.url,
    '--endpoint', destination.endpoint ?? '', '--credentials-secret', 'store', '--dry-run=client', '-o', 'json')
  assert.equal((JSON.parse(dry) as { kind: string }).kind, 'BackupPolicy')
  assert.equal(await box.get('backuppolicy', 'cli'), undefined)
  await box.apply(policy('cli', { strategy: 'tar', destination, schedule: '0 3 * * *' }))

  const name = (await ok('run', 'cli', '--wait', '-o', 'name')).trim().split('/').pop() ?? ''
  assert.match(await ok('list'), new RegExp(`${name}\\s+.*Completed`))
  assert.match(await ok('describe', name), /numbers|data/)
  assert.equal((JSON.parse(await ok('list', '-o', 'json')) as { items: Backup[] }).items[0]?.metadata.name, name)
  assert.match(await ok('logs', name), /data/)
  const status = await ok('status')
  assert.match(status, /data\s+.*cli/)
  assert.match(status, /lonely/)
  assert.match(await ok('repository', 'list'), /Ready/)
  assert.match(await ok('policy', 'list'), /cli/)
  await ok('restore', name, '--volume', 'data=copy', '--wait')
  assert.equal(await box.run('tail -1 /volumes/copy/numbers', 'copy'), '1000\n')
  const unknown = await box.backup('describe', 'no-such-backup')
  assert.notEqual(unknown.code, 0)
  assert.match(unknown.stderr, /no-such-backup/)
  await ok('delete', name, '--yes', '--wait')
  assert.deepEqual(await box.list('backups'), [])
})
