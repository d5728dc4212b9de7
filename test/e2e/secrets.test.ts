import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { API_VERSION } from '../../lib/api.ts'
import type { Backup, BackupRepository } from '../../schemas/generated/types.ts'
import { SYSTEM } from './kit/install.ts'
import { until } from './kit/kubectl.ts'
import { needlesOf, visibleIn, visibleOutside } from './kit/leaks.ts'
import { claim, policy, restore, secret, TOOLS_IMAGE } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { leaks } from './kit/secret-forms.ts'
import { s3Destination } from './kit/store.ts'

const random = (): string => randomBytes(12).toString('hex')

/** A restic password, a database password and store keys that stand nowhere but in this namespace's Secrets. */
async function withSecrets(box: Sandbox) {
  const { accessKey, secretKey } = box.environment.store
  const destination = { ...await s3Destination(box), credentialsSecret: 'mine' }
  await box.apply(
    secret('mine', { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey, RESTIC_PASSWORD: random() }),
    secret('wrong', { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: random(), RESTIC_PASSWORD: random() }),
    secret('other', { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey, RESTIC_PASSWORD: random() }),
    secret('database', { PASSWORD: random() }),
    claim('data'),
  )
  await box.run('echo precious > /volumes/data/value; sync', 'data')
  return destination
}

test('no secret value stands in any object, event or log, after runs that went well and runs that failed', async t => {
  const box = await sandbox(t, 'secrets')
  const destination = await withSecrets(box)
  const custom = { command: ['/bin/sh', '-c', 'test -n "$PASSWORD"; cat /data/value'], env: [{ name: 'PASSWORD', secretKeyRef: { name: 'database', key: 'PASSWORD' } }] }
  await box.apply(
    policy('restic', { strategy: 'external', destination, pruneSchedule: '* * * * *' }), policy('tar', { strategy: 'tar', destination }),
    policy('custom', { strategy: 'custom', destination, image: TOOLS_IMAGE, custom }),
    { apiVersion: API_VERSION, kind: 'BackupRepository', metadata: { name: 'wrong' }, spec: { ...destination, credentialsSecret: 'wrong' } },
  )
  for (const name of ['restic', 'tar', 'custom']) {
    const made = await box.backup('run', name, '--wait')
    assert.equal(made.code, 0, made.stderr)
  }
  const backups = await box.list<Backup>('backups')
  await box.apply(...backups.map(({ metadata, spec }) => restore(`back-${spec.policy}`, { backup: metadata.name, volumes: [{ source: 'data', target: `copy-${spec.policy}` }] })))
  for (const { spec } of backups) await box.restoreIn('Completed', `back-${spec.policy}`)
  // The repository has another password than this Secret.
  await box.apply(policy('other', { strategy: 'external', destination: { ...destination, credentialsSecret: 'other' }, mover: { startupTimeoutSeconds: 20 } }))
  const refused = await box.backup('run', 'other', '--wait')
  assert.notEqual(refused.code, 0)
  // What failed and why is in the cluster by then: it is what may tell too much.
  for (const [credentialsSecret, reason] of [['wrong', 'AccessDenied'], ['other', 'WrongKey']] as const) {
    await until(`the check with Secret ${credentialsSecret} to end with ${reason}`, async () => {
      const repositories = await box.list<BackupRepository>('backuprepositories')
      return repositories.some(({ spec, status }) => spec.credentialsSecret === credentialsSecret && status?.phase === 'Failed' && status.reason === reason)
    }, 300)
  }

  const needles = await needlesOf(box.namespace, SYSTEM)
  assert.ok(needles.some(({ name }) => name.startsWith('token of Secret holdfast-system/holdfast-hooks-token')), 'the token of the hooks is among what is looked for')
  const [inside, outside] = [await visibleIn(box.namespace), await visibleOutside()]
  for (const [what, hay] of Object.entries({ 'Job ': inside, 'Pod ': inside, 'CronJob ': inside, 'Event ': inside, 'Backup ': inside, 'logs of the movers': inside, 'log of Pod holdfast-system/holdfast-hooks-': outside, 'log of Pod holdfast-system/holdfast-metacontroller-': outside, 'Deployment ': outside, 'CompositeController ': outside })) {
    assert.ok(hay.some(({ where, text }) => where.startsWith(what) && text.length > 100), `there is something to look through: ${what}`)
  }
  assert.deepEqual(leaks(needles, [...inside, ...outside]), [])
})

/** Says its secret, ends, and is silent when it is started again. It has the label of a mover. */
const talker = (name: string): object => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'holdfast' } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{
      name: 'main', image: TOOLS_IMAGE, imagePullPolicy: 'IfNotPresent', command: ['/bin/sh', '-c', 'test -e /kept/said && exec sleep 3600; touch /kept/said; echo "$PASSWORD"; exit 1'],
      env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'planted', key: 'PASSWORD' } } }], volumeMounts: [{ name: 'kept', mountPath: '/kept' }],
    }],
    volumes: [{ name: 'kept', emptyDir: {} }],
  },
})

test('the search finds what is planted: plain, in base64 and in an address', async t => {
  const box = await sandbox(t, 'planted', { leaky: true })
  const value = `${random()}/+?`
  await box.apply(secret('planted', { PASSWORD: value }))
  const needles = await needlesOf(box.namespace)
  assert.deepEqual(leaks(needles, await visibleIn(box.namespace)), [])
  const plant = (name: string, text: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text } })
  const basic = Buffer.from(`restic:${value}`).toString('base64')
  await box.apply(plant('plain', `a ${value} b`), plant('base64', Buffer.from(value).toString('base64')), plant('basic', basic), plant('address', `https://user:${encodeURIComponent(value)}@host/`), plant('innocent', 'nothing'))
  const seen = async () => leaks(needles, await visibleIn(box.namespace)).map(line => line.replaceAll(box.namespace, 'ns')).sort()
  const planted = ['address', 'base64', 'basic', 'plain'].map(name => `ConfigMap ns/${name} has PASSWORD of Secret ns/planted`)
  assert.deepEqual(await seen(), planted)

  await box.apply(talker('talker'))
  await until('the talker to be started again', async () => {
    const { containerStatuses: [main] = [] } = (await box.get<{ status: { containerStatuses?: readonly { restartCount: number; state?: { running?: object } }[] } }>('pod', 'talker'))?.status ?? {}
    return (main?.restartCount ?? 0) > 0 && main?.state?.running !== undefined
  })
  assert.deepEqual(await seen(), [...planted, 'earlier log of Pod ns/talker (main) has PASSWORD of Secret ns/planted'])
})
