import assert from 'node:assert/strict'
import test from 'node:test'
import { decideRestore } from '../../../hooks/restore/decide.ts'
import { restoreJob } from '../../../hooks/restore/restore-job.ts'
import type { KubeObject, Restore } from '../../../schemas/generated/types.ts'
import { backup, claim, point, restore, START } from './samples.ts'
import { heldVolume, OWNED, sceneInput, volumeInput, type Scene } from './scene.ts'

type Status = NonNullable<Restore['status']>

const WORDS = 'POST /x: the Kubernetes API answered 403: denied, request 17f3'
const two = [backup({ volumes: [point('data'), point('logs')] })]
const absent = { data: null, logs: null, 'again-tmp-data': null, 'again-tmp-logs': null }
const held = (target: string) => heldVolume({ target })
const begun = (data: object, message?: string) => restore(undefined, {
  backup: 'nightly-20261121-0200', phase: 'Running', startTime: '2026-11-21T09:00:00Z', ...(message && { message }),
  volumes: [{ source: 'data', target: 'data', phase: 'Publishing', startTime: '2026-11-21T09:00:00Z', ...data }, { source: 'logs', target: 'logs', phase: 'Publishing', startTime: '2026-11-21T09:00:00Z' }],
} as Status)
const both: Scene = { restore: begun({}), backups: two, observed: { claims: absent, persistentVolumes: [held('data'), held('logs')] } }
const decide = (scene: Scene, refused?: Record<string, string>) => {
  const decision = decideRestore({ ...sceneInput(scene), ...(refused && { refused }) })
  return { ...decision, status: decision.status as unknown as Status, names: decision.children.map(({ metadata }) => metadata.name) }
}

test('the effects of each volume are a part', () => {
  const { parts = [], effects } = decide(both)
  assert.deepEqual(parts.map(({ name, effects: own }) => [name, own.map(({ type }) => type)]), [['data', ['publishClaim']], ['logs', ['publishClaim']]])
  assert.deepEqual(parts.flatMap(part => part.effects).map(effect => effects.includes(effect)), [true, true])
})

test('the volume that is refused says so, as does the whole, and the other goes on', () => {
  const { status, resyncAfterSeconds, effects } = decide(both, { data: WORDS })
  const [data, logs] = status.volumes ?? []
  assert.deepEqual([data?.phase, data?.reason, data?.message], ['Publishing', 'ApiRefused', `${WORDS}; it is tried again every minute`])
  assert.deepEqual([logs?.phase, logs?.reason], ['Publishing', 'Publishing'])
  assert.deepEqual([status.phase, status.reason, status.message], ['Running', 'ApiRefused', `data: ${WORDS}; it is tried again every minute`])
  assert.deepEqual(status.conditions?.map(({ type, status: is }) => `${type}=${is}`), ['Ready=False', 'Reconciling=False', 'Stalled=True'])
  assert.deepEqual([resyncAfterSeconds, effects.map(({ type }) => type)], [15, ['publishClaim']])
})

test('the same words with another number are no change', () => {
  const first = decide(both, { data: WORDS })
  const again = decide({ ...both, restore: restore(undefined, first.status) }, { data: WORDS.replace('17f3', '18a0') })
  assert.deepEqual(again.status, first.status)
})

test('claim and Job of a volume that cannot be held stay, whatever was to become of them', () => {
  const temporary = claim('again-tmp-data', { metadata: OWNED, spec: { volumeName: 'pvc-uid-of-again-tmp-data' }, status: { phase: 'Bound' } })
  const made = restoreJob(volumeInput({ backups: two })) as KubeObject
  const job = (type: string) => ({ ...made, metadata: { ...made.metadata, ...OWNED, creationTimestamp: '2026-11-21T09:00:00Z' }, status: { conditions: [{ type, status: 'True' }] } })
  for (const type of ['Complete', 'Failed']) {
    const scene = { ...both, restore: begun({ phase: 'Running' }), children: [temporary, job(type)], observed: { claims: { ...absent, 'again-tmp-data': temporary } } }
    const { names, status } = decide(scene, { data: WORDS })
    assert.deepEqual([names, status.volumes?.[0]?.phase, status.phase], [['again-tmp-data', 'again-restore-data'], 'Running', 'Running'])
  }
})

test('a verdict stays, and the restore does not end before what was refused is done', () => {
  const ended = { phase: 'Failed', reason: 'VolumeNotBound', message: 'late' }
  const { status, effects } = decide({ ...both, restore: begun(ended), observed: { claims: absent, persistentVolumes: [held('data')] } }, { data: WORDS })
  assert.deepEqual([status.volumes?.[0]?.reason, status.phase, status.reason, effects.length], ['VolumeNotBound', 'Running', 'ApiRefused', 0])
})

const now = new Date(START.getTime() + 600_000)
const stillThere = claim('again-tmp-data', { metadata: { ...OWNED, uid: 'uid-tmp' } })

/** Sentence, what the status says of the volume, claims, reason, words. */
for (const [sentence, said, claims, reason, words] of [
  ['a volume that was refused until its time was over fails with that', { reason: 'ApiRefused', message: `${WORDS}; it is tried again every minute` }, {}, 'ApiRefused', /^POST .* request 17f3: still so after 600 s, so PersistentVolume pv-data was not handed over; start a new Restore$/],
  ['one whose temporary claim is there says so', {}, { 'again-tmp-data': stillThere }, 'VolumeNotBound', /again-tmp-data, which a pod may hold, was not gone after 600 s/],
  ['one whose temporary claim is gone does not speak of it', {}, {}, 'VolumeNotBound', /^claim data was not bound after 600 s/],
] as const) {
  test(sentence, () => {
    const { status } = decide({ ...both, now, restore: begun(said), observed: { claims: { ...absent, ...claims }, persistentVolumes: [held('data')] } })
    const [entry] = status.volumes ?? []
    assert.deepEqual([entry?.phase, entry?.reason], ['Failed', reason])
    assert.match(entry?.message ?? '', words)
  })
}
