import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { until } from './kit/kubectl.ts'
import { claim, policy, TOOLS_IMAGE } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { s3Destination } from './kit/store.ts'
import type { Backup, BackupPolicy } from '../../schemas/generated/types.ts'

type Spec = Parameters<typeof policy>[1]
const S3 = { type: 's3' as const, url: 's3://bucket/prefix', endpoint: 'http://10.0.0.1:9000', credentialsSecret: 'store' }

const refused: readonly { readonly sentence: string; readonly spec: Spec; readonly says: RegExp }[] = [
  { sentence: 'an empty schedule', spec: { strategy: 'snapshot', schedule: '' }, says: /spec\.schedule/ },
  { sentence: 'six cron fields', spec: { strategy: 'snapshot', schedule: '0 0 0 1 1 *' }, says: /spec\.schedule/ },
  { sentence: 'a destination without its secret', spec: { strategy: 'tar', destination: { type: 's3', url: 's3://bucket' } }, says: /credentialsSecret/ },
  { sentence: 'restic without a secret', spec: { strategy: 'external', destination: { type: 'pvc', url: 'pvc://vault' } }, says: /RESTIC_PASSWORD/ },
  { sentence: 'a url of the wrong form', spec: { strategy: 'tar', destination: { ...S3, url: 'https://bucket/prefix' } }, says: /s3:\/\/bucket\/prefix/ },
  { sentence: 'a url that climbs out', spec: { strategy: 'tar', destination: { type: 'pvc', url: 'pvc://vault/../other' } }, says: /\.\./ },
  { sentence: 'a snapshot with a destination', spec: { strategy: 'snapshot', destination: S3 }, says: /remove destination/ },
  { sentence: 'tar without a destination', spec: { strategy: 'tar' }, says: /exactly one of destination and repositoryRef/ },
  { sentence: 'custom without a command', spec: { strategy: 'custom', destination: S3, image: 'x' }, says: /custom\.command/ },
  { sentence: 'an unknown strategy', spec: { strategy: 'tape' as 'tar' }, says: /strategy/ },
  { sentence: 'a negative count', spec: { strategy: 'snapshot', retention: { maxBackups: 0 } }, says: /maxBackups/ },
  { sentence: 'an age that is no duration', spec: { strategy: 'snapshot', retention: { maxAge: 'forever' } }, says: /maxAge/ },
]

const stalled: readonly { readonly sentence: string; readonly spec: Spec; readonly reason: string; readonly says: RegExp }[] = [
  { sentence: '30 February', spec: { strategy: 'snapshot', schedule: '0 0 30 2 *' }, reason: 'InvalidSchedule', says: /30 2/ },
  { sentence: 'minute 61', spec: { strategy: 'snapshot', schedule: '61 * * * *' }, reason: 'InvalidSchedule', says: /61/ },
  { sentence: 'an unknown time zone', spec: { strategy: 'snapshot', schedule: '0 0 * * *', timeZone: 'Mars/Olympus' }, reason: 'InvalidTimeZone', says: /Mars\/Olympus/ },
  { sentence: 'a selector that matches nothing', spec: { strategy: 'snapshot', selector: { matchLabels: { app: 'nothing' } } }, reason: 'NoVolumesMatched', says: /app.*nothing/ },
  { sentence: 'a repository that is not there', spec: { strategy: 'tar', repositoryRef: { name: 'absent' } }, reason: 'RepositoryNotFound', says: /absent/ },
  { sentence: 'a snapshot class that is not there', spec: { strategy: 'snapshot', snapshotClassName: 'absent' }, reason: 'NoSnapshotClass', says: /absent/ },
]

test('a condition says what is wrong, Ready is False and Stalled is True, and nothing runs', async t => {
  const box = await sandbox(t, 'stalled')
  await box.apply(claim('data'))
  await box.run('echo x > /volumes/data/x; sync', 'data')
  for (const [index, { sentence, spec, reason, says }] of stalled.entries()) {
    await t.test(sentence, async () => {
      await box.apply(policy(`bad-${index}`, spec))
      const seen = await box.policy(`bad-${index}`, ({ status }) => status?.conditions?.some(({ type, status: value }) => type === 'Stalled' && value === 'True') === true, 60)
      const ready = seen.status?.conditions?.find(({ type }) => type === 'Ready')
      assert.deepEqual([ready?.status, ready?.reason], ['False', reason])
      assert.match(ready?.message ?? '', says)
    })
  }
  assert.deepEqual(await box.list('backups'), [])
})

/** A claim whose name is longer than a volume's mount path may be. */
async function fill(box: Sandbox, name: string): Promise<void> {
  await box.apply({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'fill' },
    spec: {
      restartPolicy: 'Never', volumes: [{ name: 'v', persistentVolumeClaim: { claimName: name } }],
      containers: [{ name: 'main', image: TOOLS_IMAGE, imagePullPolicy: 'IfNotPresent', command: ['/bin/sh', '-c', 'echo x > /v/x; sync'], volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    },
  })
  await box.kubectl('wait', 'pod/fill', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=90s')
}

suite('bad-input', { concurrency: 2 }, () => {
  test('admission refuses with a clear message', async t => {
    const box = await sandbox(t, 'refused')
    for (const { sentence, spec, says } of refused) {
      await t.test(sentence, async () => {
        await assert.rejects(box.apply(policy('bad', spec)), says)
      })
    }
    assert.deepEqual(await box.list('backuppolicies'), [])
  })

  test('a good policy that is edited into a bad one keeps its points and CronJob', async t => {
    const box = await sandbox(t, 'turned-bad')
    await box.apply(claim('data'))
    await box.run('echo x > /volumes/data/x; sync', 'data')
    const destination = await s3Destination(box)
    await box.apply(policy('turns', { strategy: 'tar', destination, retention: { maxBackups: 1 } }))
    assert.equal((await box.backup('run', 'turns', '--wait')).code, 0)
    const before = (await box.list<BackupPolicy>('cronjobs')).map(({ metadata }) => metadata.uid)
    assert.equal(before.length, 1)
    await box.apply(policy('turns', { strategy: 'tar', destination, retention: { maxBackups: 1 }, schedule: '0 0 30 2 *' }))
    await box.policy('turns', ({ status }) => status?.conditions?.some(({ reason }) => reason === 'InvalidSchedule') === true)
    assert.deepEqual((await box.list<BackupPolicy>('cronjobs')).map(({ metadata }) => metadata.uid), before)
    assert.equal((await box.list<Backup>('backups')).length, 1)
    // Only a policy that is in order, and has no repository any more, gives its CronJob up.
    await box.apply(policy('turns', { strategy: 'snapshot' }))
    await until('the CronJob to go', async () => (await box.list('cronjobs')).length === 0)
  })

  test('strategy snapshot on a driver without snapshots fails by name of the driver, beside other claims that work', async t => {
    const box = await sandbox(t, 'no-csi')
    await box.apply(claim('plain', { storageClassName: 'plain' }), claim('data'))
    await box.run('echo x | tee /volumes/plain/x > /volumes/data/x; sync', 'plain', 'data')
    await box.apply(policy('snaps', { strategy: 'snapshot' }))
    const made = await box.backup('run', 'snaps', '--wait')
    assert.notEqual(made.code, 0)
    const [backup] = await box.list<Backup>('backups')
    assert.equal(backup?.status?.phase, 'PartiallyFailed')
    const volumes = Object.fromEntries((backup?.status?.volumes ?? []).map(volume => [volume.pvc, volume]))
    assert.equal(volumes.data?.phase, 'Completed')
    assert.equal(volumes.plain?.reason, 'NoSnapshotClass')
    assert.match(volumes.plain?.message ?? '', /plain\.holdfast\.test/)
  })

  test('a name of 253 characters works from policy to restore point', async t => {
    const box = await sandbox(t, 'long')
    const name = `${'n'.repeat(120)}.${'m'.repeat(132)}`
    await box.apply(claim(name))
    await fill(box, name)
    const destination = await s3Destination(box)
    await box.apply(policy(name, { strategy: 'tar', destination }))
    const made = await box.backup('run', name, '--wait')
    assert.equal(made.code, 0, made.stderr)
    const [backup] = await box.list<Backup>('backups')
    assert.deepEqual(backup?.status?.volumes?.map(({ pvc, phase }) => `${pvc} ${phase}`), [`${name} Completed`])
  })

  test('a policy with 200 volumes snapshots them all', async t => {
    const box = await sandbox(t, 'many')
    const names = Array.from({ length: 200 }, (_, index) => `data-${String(index).padStart(3, '0')}`)
    await box.apply(...names.map(name => claim(name, { storageClassName: 'holdfast-immediate', size: '1Mi' })))
    await box.kubectl('wait', 'pvc', '--all', '--for=jsonpath={.status.phase}=Bound', '--timeout=180s')
    await box.apply(policy('many', { strategy: 'snapshot' }))
    const made = await box.backup('run', 'many', '--wait', '--timeout', '8m')
    assert.equal(made.code, 0, made.stderr)
    const [backup] = await box.list<Backup>('backups')
    assert.equal(backup?.status?.volumesSummary, '200/200')
  })
})
