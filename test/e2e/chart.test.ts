import assert from 'node:assert/strict'
import test from 'node:test'
import { join } from 'node:path'
import type { Backup, KubeObject } from '../../schemas/generated/types.ts'
import { ROOT } from '../tidy/sources.ts'
import { helm, installChart, SYSTEM } from './kit/install.ts'
import { getObject } from './kit/api.ts'
import { execute, kubectl, until } from './kit/kubectl.ts'
import { claim, policy, restore } from './kit/objects.ts'
import { sandbox } from './kit/sandbox.ts'
import { s3Destination, storedBytes } from './kit/store.ts'

/** Everything here touches what all namespaces share, so test/run.ts runs this file alone, after the others. */

interface Deployment extends KubeObject { readonly status?: { readonly readyReplicas?: number } }

test('two hook replicas are ready, helm test passes, and a call without a token is refused', async () => {
  const hooks = await getObject<Deployment>('deployment', 'holdfast-hooks', SYSTEM)
  assert.equal(hooks?.status?.readyReplicas, 2)
  await helm(['test', 'holdfast', '--namespace', SYSTEM, '--timeout', '2m'])
  const address = (await kubectl(['-n', SYSTEM, 'get', 'service', 'holdfast-hooks', '-o', 'jsonpath={.spec.clusterIP}:{.spec.ports[0].port}'])).trim()
  for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
    const answer = await fetch(`http://${address}/backup/sync`, { method: 'POST', body: '{}', headers })
    assert.equal(answer.status, 401)
  }
})

test('upgrade and uninstall lose no record and no data; installed again, a restore works', async t => {
  const box = await sandbox(t, 'chart')
  await box.apply(claim('data'))
  await box.run('echo kept > /volumes/data/value; sync', 'data')
  const destination = await s3Destination(box)
  await box.apply(policy('keep', { strategy: 'tar', destination, schedule: '0 0 1 1 *' }))
  const made = await box.backup('run', 'keep', '--wait')
  assert.equal(made.code, 0, made.stderr)
  // A Restore too has Metacontroller's finalizer, which the uninstall has to take off.
  await box.apply(restore('early', { backup: 'none', volumes: [{ source: 'data', target: 'never' }] }))
  await box.restoreIn('Failed', 'early')
  const before = await records(box.namespace)
  const bytes = await storedBytes(box, destination)

  await helm(['upgrade', 'holdfast', join(ROOT, 'charts', 'holdfast'), '--namespace', SYSTEM, '--reuse-values', '--set', 'hooks.replicas=1', '--wait', '--timeout', '3m'])
  assert.deepEqual(await records(box.namespace), before)

  await helm(['uninstall', 'holdfast', '--namespace', SYSTEM, '--wait', '--timeout', '3m'])
  assert.deepEqual(await records(box.namespace), before)
  assert.equal(await storedBytes(box, destination), bytes)
  const gone = await execute('kubectl', ['-n', box.namespace, 'delete', 'backuppolicy/keep', 'restore/early', '--timeout=30s'])
  assert.equal(gone.code, 0, `without the product its records can still be deleted: ${gone.stderr}`)

  await installChart(() => undefined, box.environment.metacontroller)
  const [backup] = await box.list<Backup>('backups')
  await box.apply(restore('back', { backup: backup?.metadata.name, volumes: [{ source: 'data', target: 'copy' }] }))
  await box.restoreIn('Completed', 'back')
  assert.equal(await box.run('cat /volumes/copy/value', 'copy'), 'kept\n')
  await until('two hook replicas again', async () => (await getObject<Deployment>('deployment', 'holdfast-hooks', SYSTEM))?.status?.readyReplicas === 2)
})

async function records(namespace: string): Promise<readonly string[]> {
  const lines = await kubectl(['-n', namespace, 'get', 'backups,backuppolicies,backuprepositories', '-o', 'jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.uid}{"\\n"}{end}'])
  return lines.trim().split('\n').sort()
}
