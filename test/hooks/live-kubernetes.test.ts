import assert from 'node:assert/strict'
import test from 'node:test'
import { liveKubernetes } from '../../hooks/live-kubernetes.ts'
import { labelValue } from '../../lib/names.ts'
import { fakeApi, type FakeApi } from './fake-api.ts'

const PODS = '/api/v1/namespaces/shop/pods'

function putPod(fake: FakeApi, name: string, { job = 'check', phase = 'Running', minute = 0 }: { job?: string; phase?: string; minute?: number } = {}) {
  const creationTimestamp = `2026-11-21T02:${String(minute).padStart(2, '0')}:00Z`
  fake.put(`${PODS}/${name}`, { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', creationTimestamp, labels: { 'job-name': job } }, status: { phase } })
}

test('pods of a Job come newest first, over all pages, with their kind filled in', async () => {
  await using fake = await fakeApi()
  for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) putPod(fake, name, { minute: index })
  putPod(fake, 'other', { job: 'another' })
  const pods = await liveKubernetes(fake.api).podsOfJob('shop', 'check')
  assert.deepEqual(pods.map(pod => pod.metadata.name), ['e', 'd', 'c', 'b', 'a'])
  assert.deepEqual([pods[0]?.kind, pods[0]?.apiVersion], ['Pod', 'v1'])
  assert.equal(fake.requests.length, 3)
})

test('contents are listed whole, and there are none without the snapshot API', async () => {
  await using fake = await fakeApi()
  const live = liveKubernetes(fake.api)
  assert.deepEqual(await live.snapshotContents(), [])
  fake.put('/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/c', { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotContent', metadata: { name: 'c' } })
  assert.deepEqual((await live.snapshotContents()).map(found => found.metadata.name), ['c'])
})

test('contents of a Backup are found by the labels of its namespace and its name', async () => {
  await using fake = await fakeApi()
  for (const [name, namespace, backup] of [['mine', 'shop', 'nightly-1'], ['theirs', 'other', 'nightly-1'], ['another', 'shop', 'nightly-2']] as const) {
    const metadata = { name, labels: { 'holdfast.dev/namespace': namespace, 'holdfast.dev/backup': backup } }
    fake.put(`/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/${name}`, { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotContent', metadata })
  }
  assert.deepEqual((await liveKubernetes(fake.api).contentsOfBackup('shop', 'nightly-1')).map(({ metadata }) => metadata.name), ['mine'])
})

test('Backups of a policy are found by its label, which a long name is cut for', async () => {
  await using fake = await fakeApi()
  const policy = 'p'.repeat(80)
  for (const [name, label] of [['mine', labelValue(policy)], ['other', 'nightly']] as const) {
    fake.put(`/apis/holdfast.dev/v1alpha1/namespaces/shop/backups/${name}`, { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', metadata: { name, namespace: 'shop', labels: { 'holdfast.dev/policy': label } } })
  }
  const backups = await liveKubernetes(fake.api).backupsOfPolicy('shop', policy)
  assert.deepEqual(backups.map(backup => backup.metadata.name), ['mine'])
})

test('a Job is found by its name, and the Jobs of a Backup by its label', async () => {
  await using fake = await fakeApi()
  for (const [name, label] of [['mine', 'nightly-1'], ['other', 'nightly-2']] as const) {
    fake.put(`/apis/batch/v1/namespaces/shop/jobs/${name}`, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'shop', labels: { 'holdfast.dev/backup': label } } })
  }
  const live = liveKubernetes(fake.api)
  assert.deepEqual((await live.jobsOfBackup('shop', 'nightly-1')).map(job => job.metadata.name), ['mine'])
  assert.equal((await live.job('shop', 'other'))?.metadata.name, 'other')
  assert.equal(await live.job('shop', 'absent'), undefined)
})

test('the time is that at which the parent was read', async () => {
  await using fake = await fakeApi()
  const live = liveKubernetes(fake.api)
  const parent = fake.put('/apis/holdfast.dev/v1alpha1/namespaces/shop/backups/b', { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', metadata: { name: 'b', namespace: 'shop' } })
  assert.equal(live.time(), undefined)
  fake.date = 'Sat, 21 Nov 2026 02:00:00 GMT'
  await live.current(parent)
  fake.date = 'Sat, 21 Nov 2026 03:00:00 GMT'
  await live.claim('shop', 'data')
  assert.deepEqual(live.time(), new Date('2026-11-21T02:00:00Z'))
})

test('active pods are those pending or running', async () => {
  await using fake = await fakeApi()
  for (const phase of ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']) putPod(fake, phase.toLowerCase(), { phase })
  const pods = await liveKubernetes(fake.api).activePods('shop')
  assert.deepEqual(pods.map(pod => pod.metadata.name), ['pending', 'running'])
})

test('events are those of the pod or of the Job, newest first by when they were last seen', async () => {
  await using fake = await fakeApi()
  const event = (name: string, kind: string, lastTimestamp: string | null, eventTime?: string) =>
    fake.put(`/api/v1/namespaces/shop/events/${name}`, { metadata: { name }, involvedObject: { kind, name: 'x' }, type: 'Warning', lastTimestamp, eventTime })
  event('old', 'Pod', '2026-11-21T02:00:00Z')
  event('new', 'Pod', null, '2026-11-21T03:00:00.000000Z')
  event('of-job', 'Job', '2026-11-21T04:00:00Z')
  const live = liveKubernetes(fake.api)
  assert.deepEqual((await live.podEvents('shop', 'x')).map(found => found.metadata.name), ['new', 'old'])
  assert.deepEqual((await live.jobEvents('shop', 'x')).map(found => found.metadata.name), ['of-job'])
})

test('what is absent is undefined or an empty list', async () => {
  await using fake = await fakeApi()
  const live = liveKubernetes(fake.api)
  assert.equal(await live.claim('shop', 'data'), undefined)
  assert.equal(await live.persistentVolume('pv-1'), undefined)
  assert.equal(await live.storageClass('fast'), undefined)
  assert.equal(await live.snapshotContent('content'), undefined)
  assert.equal(await live.volumeSnapshot('shop', 'snap'), undefined)
  assert.deepEqual(await live.podsOfJob('shop', 'check'), [])
})

test('without the snapshot API there are no classes at all, which is not the same as none', async () => {
  await using fake = await fakeApi()
  const live = liveKubernetes(fake.api)
  assert.equal(await live.snapshotClasses(), undefined)
  fake.intercept = () => ({ status: 200, body: { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClassList', items: [] } })
  assert.deepEqual(await live.snapshotClasses(), [])
})

test('volumes of a Restore are found by their label', async () => {
  await using fake = await fakeApi()
  fake.put('/api/v1/persistentvolumes/one', { metadata: { name: 'one', labels: { 'holdfast.dev/restore-uid': 'r1' } } })
  fake.put('/api/v1/persistentvolumes/two', { metadata: { name: 'two', labels: { 'holdfast.dev/restore-uid': 'r2' } } })
  assert.deepEqual((await liveKubernetes(fake.api).volumesOfRestore('r1')).map(volume => volume.metadata.name), ['one'])
})

test('a name that would climb to another resource is not asked for', async () => {
  await using fake = await fakeApi()
  for (const name of ['..', '../secrets/store', 'a/b', 'a?b', '', 'A']) assert.equal(await liveKubernetes(fake.api).claim('shop', name), undefined, name)
  assert.deepEqual(fake.requests, [])
})

test('any other failure throws: it must never read as absent', async () => {
  await using fake = await fakeApi()
  for (const status of [401, 403, 409, 500, 503]) {
    fake.intercept = () => ({ status, body: {} })
    await assert.rejects(liveKubernetes(fake.api).claim('shop', 'data'), `${status}`)
    await assert.rejects(liveKubernetes(fake.api).snapshotClasses(), `${status}`)
  }
})

test('reads are GETs only', async () => {
  await using fake = await fakeApi()
  const live = liveKubernetes(fake.api)
  await Promise.all([live.activePods('shop'), live.claim('shop', 'data'), live.snapshotClasses(), live.volumesOfRestore('u'), live.podEvents('shop', 'p')])
  assert.deepEqual(fake.writes(), [])
})
