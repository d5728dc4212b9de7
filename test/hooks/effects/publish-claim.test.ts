import assert from 'node:assert/strict'
import test from 'node:test'
import { executeEffect } from '../../../hooks/effects/execute.ts'
import { fakeApi, type FakeApi } from '../fake-api.ts'
import { CLAIM, NOW, VOLUME, claim, volume, volumeTarget } from './objects.ts'

const publish = { type: 'publishClaim', volume: volumeTarget, claim: claim() } as const
const TEMPORARY = '/api/v1/namespaces/shop/persistentvolumeclaims/tmp'

interface Ref {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

function claimRef(fake: FakeApi): Ref {
  return (fake.objects.get(VOLUME)?.spec as { claimRef: Ref }).claimRef
}

function assertPublished(fake: FakeApi): void {
  const made = fake.objects.get(CLAIM)
  assert.equal((made?.spec as { volumeName: string }).volumeName, 'pv-1')
  assert.deepEqual(claimRef(fake), { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data', uid: made?.metadata.uid })
}

test('a released volume gets the claim, by its UID', async () => {
  await using fake = await fakeApi()
  fake.put(VOLUME, volume())
  await executeEffect(publish, fake.api, NOW)
  assertPublished(fake)
  assert.deepEqual(fake.writes(), ['POST /api/v1/namespaces/shop/persistentvolumeclaims', `PATCH ${VOLUME}`])
})

test('a volume without any claimRef gets it too', async () => {
  await using fake = await fakeApi()
  fake.put(VOLUME, volume({ claimRef: undefined }))
  await executeEffect(publish, fake.api, NOW)
  assertPublished(fake)
})

test('repeated, it writes nothing more', async () => {
  await using fake = await fakeApi()
  fake.put(VOLUME, volume())
  await executeEffect(publish, fake.api, NOW)
  const writes = fake.writes().length
  await executeEffect(publish, fake.api, NOW)
  assert.equal(fake.writes().length, writes)
})

for (const cutBefore of [0, 1, 2]) {
  test(`cut before write ${cutBefore + 1}, a repetition ends it`, async () => {
    await using fake = await fakeApi()
    fake.put(VOLUME, volume())
    let writes = 0
    fake.intercept = method => (method !== 'GET' && writes++ >= cutBefore ? { status: 500, body: 'cut' } : undefined)
    await executeEffect(publish, fake.api, NOW).then(() => assert.equal(cutBefore, 2), error => assert.equal(error.name, 'TransientError'))
    fake.intercept = () => undefined
    await executeEffect(publish, fake.api, NOW)
    assertPublished(fake)
  })
}

const foreign: readonly { says: string; annotations: Record<string, string>; spec?: object }[] = [
  { says: 'a claim of the user', annotations: {} },
  { says: "another Restore's claim", annotations: { 'holdfast.dev/restore-uid': 'another' } },
  { says: 'a claim of this Restore on another volume', annotations: { 'holdfast.dev/restore-uid': 'restore-uid' }, spec: { volumeName: 'pv-2' } },
]
for (const { says, annotations, spec } of foreign) {
  test(`never overwrites ${says}`, async () => {
    await using fake = await fakeApi()
    const inTheWay = fake.put(CLAIM, claim(annotations, spec))
    const before = fake.put(VOLUME, volume())
    await assert.rejects(executeEffect(publish, fake.api, NOW), { name: 'UserError', reason: 'TargetExists' })
    assert.deepEqual([fake.objects.get(CLAIM), fake.objects.get(VOLUME)], [inTheWay, before])
  })
}

test('a claim without the UID of its Restore is never taken, even for one that names none', async () => {
  await using fake = await fakeApi()
  fake.put(CLAIM, claim({}, { volumeName: 'pv-1' }))
  fake.put(VOLUME, volume())
  await assert.rejects(executeEffect({ ...publish, claim: claim({}) }, fake.api, NOW), { name: 'UserError', reason: 'TargetExists' })
})

test("a stranger who makes the claim in between keeps it, and does not get the volume", async () => {
  await using fake = await fakeApi()
  const before = fake.put(VOLUME, volume())
  fake.intercept = (method) => {
    if (method === 'POST' && !fake.objects.has(CLAIM)) fake.put(CLAIM, claim({}))
    return undefined
  }
  await assert.rejects(executeEffect(publish, fake.api, NOW), { name: 'TransientError', reason: 'ApiConflict' })
  await assert.rejects(executeEffect(publish, fake.api, NOW), { name: 'UserError', reason: 'TargetExists' })
  assert.deepEqual(fake.objects.get(VOLUME), before)
})

test('waits while the temporary claim is there', async () => {
  await using fake = await fakeApi()
  fake.put(TEMPORARY, { ...claim(), metadata: { name: 'tmp', namespace: 'shop', uid: 'tmp-uid', deletionTimestamp: '2026-11-21T02:00:00Z' } })
  fake.put(VOLUME, volume())
  await assert.rejects(executeEffect(publish, fake.api, NOW), { name: 'TransientError', message: /shop\/tmp, which still exists/ })
  assert.deepEqual(fake.writes(), [])
})

test('a later claim with the name of the temporary one does not hold the volume', async () => {
  await using fake = await fakeApi()
  fake.put(TEMPORARY, { ...claim(), metadata: { name: 'tmp', namespace: 'shop', uid: 'later' } })
  fake.put(VOLUME, volume())
  await executeEffect(publish, fake.api, NOW)
  assertPublished(fake)
})

const notFree = [
  { says: 'of a claim in another namespace', claimRef: { namespace: 'bank', name: 'tmp', uid: 'tmp-uid' }, name: 'UserError' },
  { says: 'that somebody reserved by name', claimRef: { namespace: 'shop', name: 'reserved' }, name: 'UserError' },
]
for (const { says, claimRef: ref, name } of notFree) {
  test(`never takes a volume ${says}`, async () => {
    await using fake = await fakeApi()
    fake.put(VOLUME, volume({ claimRef: ref }))
    await assert.rejects(executeEffect(publish, fake.api, NOW), { name, message: /not taken away/ })
    assert.deepEqual(fake.writes(), [])
  })
}

test('never hands over a volume that would be deleted with its claim', async () => {
  await using fake = await fakeApi()
  fake.put(VOLUME, volume({ persistentVolumeReclaimPolicy: 'Delete' }))
  await assert.rejects(executeEffect(publish, fake.api, NOW), { name: 'TransientError', message: /must be Retain/ })
  assert.deepEqual(fake.writes(), [])
})

test('a volume that is gone, or a namesake of it, is an error and makes no claim', async () => {
  await using fake = await fakeApi()
  await assert.rejects(executeEffect(publish, fake.api, NOW), { name: 'UserError', reason: 'VolumeNotFound' })
  fake.put(VOLUME, { ...volume(), metadata: { name: 'pv-1', uid: 'another' } })
  await assert.rejects(executeEffect(publish, fake.api, NOW), { name: 'UserError', reason: 'VolumeNotFound' })
  assert.deepEqual(fake.writes(), [])
})
