import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Backup, BackupPolicySpec, KubeObject } from '../../schemas/generated/types.ts'
import { killContainer } from './kit/containers.ts'
import { applyObjects, kubectl, until } from './kit/kubectl.ts'
import { claim, policy, secret, TOOLS_IMAGE } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { RESTIC_PASSWORD, s3Destination } from './kit/store.ts'

const QUICK = { backoffLimit: 0, startupTimeoutSeconds: 60 }

async function failing(box: Sandbox, name: string, spec: Partial<BackupPolicySpec>): Promise<Backup> {
  await box.apply(policy(name, { mover: QUICK, ...spec }))
  const made = await box.backup('run', name, '-o', 'name')
  assert.equal(made.code, 0, made.stderr)
  return box.backupIn('Failed', made.stdout.trim().split('/').pop() ?? '', 240)
}

async function withClaim(t: Parameters<typeof sandbox>[0], topic: string): Promise<Sandbox> {
  const box = await sandbox(t, topic)
  await box.apply(claim('data'))
  await box.run('head -c 50000000 /dev/urandom > /volumes/data/x; sync', 'data')
  return box
}

/** The reason in status and in an Event, and a message that says what to do. */
async function assertReason(box: Sandbox, backup: Backup, reason: string): Promise<void> {
  const volume = backup.status?.volumes?.[0]
  assert.ok([backup.status?.reason, volume?.reason].includes(reason), JSON.stringify(backup.status))
  assert.ok((volume?.message ?? backup.status?.message ?? '').length > 20)
  await until(`an Event with reason ${reason}`, async () => {
    const events = await box.list<KubeObject & { reason: string; type: string }>('events')
    return events.some(event => event.reason === reason && event.type === 'Warning')
  }, 30)
}

async function killMover(box: Sandbox, backup: string): Promise<void> {
  const pod = await until(`a running mover of ${backup}`, async () => {
    const pods = await box.list<KubeObject & { status: { phase: string } }>('pods', `holdfast.dev/backup=${backup}`)
    return pods.find(({ status }) => status.phase === 'Running')?.metadata.name
  })
  await killContainer(box.environment, { namespace: box.namespace, pod, container: 'mover' })
}

suite('failures', { concurrency: 4 }, () => {
  test('an absent bucket, a wrong key and an absent secret: each its own reason before anything runs, and the next run works', async t => {
    const box = await withClaim(t, 'no-store')
    const right = await s3Destination(box)
    const absent = { ...right, url: `s3://no-such-bucket-${box.namespace}/x` }
    await box.apply(secret('wrong', { AWS_ACCESS_KEY_ID: 'nobody', AWS_SECRET_ACCESS_KEY: 'nothing-at-all', RESTIC_PASSWORD }), secret('half', { AWS_ACCESS_KEY_ID: 'x' }))
    const destinations = [absent, ...['wrong', 'not-there', 'half'].map(credentialsSecret => ({ ...right, credentialsSecret }))]
    const failed = await Promise.all(['bucket', 'denied', 'missing', 'half'].map((name, index) => failing(box, name, { strategy: 'tar', destination: destinations[index] })))
    const [bucket, denied, missing, half] = failed.map(({ status }) => status?.message ?? '')
    assert.match(bucket ?? '', /bucket.*does not exist|BucketNotFound/i)
    assert.match(denied ?? '', /AccessDenied/)
    assert.match(missing ?? '', /not-there/)
    assert.match(half ?? '', /AWS_SECRET_ACCESS_KEY/)
    assert.equal(new Set(failed.map(({ status }) => status?.message)).size, 4, 'each says something else')
    await box.apply(secret('not-there', { AWS_ACCESS_KEY_ID: box.environment.store.accessKey, AWS_SECRET_ACCESS_KEY: box.environment.store.secretKey, RESTIC_PASSWORD }))
    await box.apply(policy('missing', { strategy: 'tar', destination: { ...right, credentialsSecret: 'not-there' } }))
    const next = await box.backup('run', 'missing', '--wait', '--timeout', '4m')
    assert.equal(next.code, 0, `once the secret is there the next run works: ${next.stderr}`)
  })

  test('a wrong restic password after the repository was made', async t => {
    const box = await withClaim(t, 'wrong-key')
    const destination = await s3Destination(box)
    await box.apply(policy('ext', { strategy: 'external', destination }))
    const made = await box.backup('run', 'ext', '--wait')
    assert.equal(made.code, 0, made.stderr)
    await box.apply(secret('store', { RESTIC_PASSWORD: 'not the password', AWS_ACCESS_KEY_ID: box.environment.store.accessKey, AWS_SECRET_ACCESS_KEY: box.environment.store.secretKey }))
    await assertReason(box, await failing(box, 'ext', { strategy: 'external', destination }), 'WrongKey')
  })

  test('out of memory', async t => {
    const box = await withClaim(t, 'oom')
    const destination = await s3Destination(box)
    const mover = { ...QUICK, resources: { limits: { memory: '24Mi' } } }
    await assertReason(box, await failing(box, 'oom', { strategy: 'tar', destination, mover }), 'OutOfMemory')
  })

  test('without image', async t => {
    const box = await withClaim(t, 'no-image')
    const destination = await s3Destination(box)
    const backup = await failing(box, 'no-image', { strategy: 'custom', destination, image: 'localhost:1/no/such:image', custom: { command: ['true'] } })
    await assertReason(box, backup, 'ImagePullFailed')
  })

  test('unable to mount', async t => {
    const box = await sandbox(t, 'no-mount')
    const destination = await s3Destination(box)
    const volumeName = `${box.namespace}-absent`
    const size = { storage: '1Gi' }
    await applyObjects([{
      apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: volumeName },
      spec: { capacity: size, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain', storageClassName: '', hostPath: { path: '/nowhere/at/all', type: 'Directory' } },
    }])
    t.after(() => kubectl(['delete', 'pv', volumeName, '--wait=false']))
    await box.apply({
      apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', labels: { app: 'data' } },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', volumeName, resources: { requests: size } },
    })
    await box.kubectl('wait', 'pvc/data', '--for=jsonpath={.status.phase}=Bound', '--timeout=60s')
    await assertReason(box, await failing(box, 'no-mount', { strategy: 'tar', destination }), 'MountFailed')
  })

  test('killed mid-way: tried again by backoff, then Completed; without tries left, MoverKilled', async t => {
    const box = await withClaim(t, 'killed')
    const destination = await s3Destination(box)
    const slow = { strategy: 'custom' as const, destination, image: TOOLS_IMAGE, custom: { command: ['/bin/sh', '-c', 'sleep 12; echo done'] } }
    await box.apply(policy('twice', { ...slow, mover: { backoffLimit: 2 } }), policy('once', { ...slow, mover: QUICK }))
    const [twice, once] = await Promise.all(['twice', 'once'].map(async name => (await box.backup('run', name, '-o', 'name')).stdout.trim().split('/').pop() ?? ''))
    await Promise.all([killMover(box, twice ?? ''), killMover(box, once ?? '')])
    await box.backupIn('Completed', twice ?? '')
    await assertReason(box, await box.backupIn('Failed', once ?? ''), 'MoverKilled')
  })

  test('a failing producer is tried again by backoff, the failed tries are visible, then Failed', async t => {
    const box = await withClaim(t, 'backoff')
    const destination = await s3Destination(box)
    const backup = await failing(box, 'flaky', {
      strategy: 'custom', destination, image: TOOLS_IMAGE, custom: { command: ['false'] }, mover: { backoffLimit: 1, startupTimeoutSeconds: 60 },
    })
    await assertReason(box, backup, 'ProducerFailed')
    const pods = await box.list<KubeObject>('pods', `holdfast.dev/backup=${backup.metadata.name}`)
    assert.equal(pods.length, 2, 'one try and one retry')
  })
})
