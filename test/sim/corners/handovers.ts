import { LABEL } from '../../../lib/api.ts'
import { childName } from '../../../lib/names.ts'
import type { KubeObject, RestoreSpec } from '../../../schemas/generated/types.ts'
import { claimOf } from '../scenarios/objects.ts'
import { isGone, type Seen, type Step } from '../scenarios/scenario.ts'
import { pathOf, STAGE } from '../scenarios/stage.ts'
import { backup, backupObject, restoreObject, until, write } from '../scenarios/steps.ts'
import type { World } from '../world.ts'
import type { Corner, CornerStep } from './corner.ts'
import { act, answered, apply, check, count, ends, patched, pod, removed, request, restoreEnds, runs, tornAway, volumeIs, wait } from './steps.ts'

const COPY: RestoreSpec = { backup: 'first', volumes: [{ source: 'data', target: 'copy' }] }
/** A volume of it outlives its claim, and the mover that has mounted it goes on. */
const KEPT_CLASS = apply({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'kept' }, provisioner: 'csi.holdfast.test', reclaimPolicy: 'Retain', volumeBindingMode: 'Immediate' })
const TEMPORARY = childName('again', 'tmp', 'copy')
const OTHER_JOB = 'again-restore-other'
const DONE = { phase: 'Completed', reason: 'Completed' }
const FAILED = { phase: 'Failed', reason: 'VolumeNotFound' }

/** What may happen to a volume between its two claims. */
export const HANDOVER_CORNERS: readonly Corner[] = [
  {
    name: 'restore.publish/publish', marks: ['restore.publish/handedOver', 'restore.publish/stillHeld', 'restore.volume/completed', 'restore.volume/publishStep', 'restore.volume/moveStep', 'reason/Publishing'],
    repository: true, steps: [...made(), ...restoreEnds(COPY, { phase: 'Completed', reason: 'Completed' })],
  },
  {
    name: 'restore.publish/nameTaken', marks: ['reason/TargetExists'], repository: true,
    steps: [...made(), apply(restoreObject('again', COPY)), held(), apply(claimOf('copy')), ends('Restore', 'again', { phase: 'Failed', reason: 'TargetExists' })],
  },
  {
    name: 'a volume that fails while it is published is given back at once, not with the last of its restore', repository: true, steps: [
      ...made(), apply(restoreObject('again', { ...COPY, volumes: [...COPY.volumes ?? [], { source: 'data', target: 'other' }] })), until('the other has its Job', 'Job', OTHER_JOB, object => object !== undefined),
      patched('Job', OTHER_JOB, { spec: { suspend: true } }), held(), apply(claimOf('copy')), volumeIs('Restore', 'again', { target: 'copy', phase: 'Failed', reason: 'TargetExists' }), wait(10),
      check(world => ownVolume(world) ? 'the volume of a claim that will never be made is still held' : undefined), patched('Job', OTHER_JOB, { spec: { suspend: false } }),
      ends('Restore', 'again', { phase: 'PartiallyFailed', reason: 'SomeVolumesFailed' }),
    ],
  },
  {
    name: 'restore.publish/givenAway', marks: ['reason/VolumeNotBound'], repository: true,
    steps: [...made(), apply(restoreObject('again', COPY)), released(), act(giveAway), ends('Restore', 'again', { phase: 'Failed', reason: 'VolumeNotBound' })],
  },
  {
    name: 'restore.publish/overdue', marks: ['reason/VolumeNotBound'], repository: true, steps: [
      ...made(), apply(restoreObject('again', { ...COPY, mover: { startupTimeoutSeconds: 60 } })), until('its claim is there', 'PersistentVolumeClaim', TEMPORARY, object => object?.status?.phase === 'Bound'),
      pod('nosy', TEMPORARY), runs('nosy'), ends('Restore', 'again', { phase: 'Failed', reason: 'VolumeNotBound' }), removed('Pod', 'nosy'), until('the claim is gone', 'PersistentVolumeClaim', TEMPORARY, isGone),
    ],
  },
  {
    name: 'restore.volume/vanished', marks: ['reason/VolumeNotFound'], repository: true,
    steps: [...made(), apply(restoreObject('again', COPY)), released(), act(tearVolume), ends('Restore', 'again', FAILED)],
  },
  {
    name: 'restore.volume/orphaned', marks: ['reason/VolumeNotFound'], repository: true,
    steps: [...made(), apply(restoreObject('again', COPY)), until('the claim is made', 'PersistentVolumeClaim', 'copy', object => object !== undefined), act(tearVolume), ends('Restore', 'again', FAILED)],
  },
  {
    name: 'restore.volume/settled', repository: true, steps: [
      ...made(), apply(restoreObject('again', { ...COPY, volumes: [{ source: 'never' }, ...COPY.volumes ?? []] })), volumeIs('Restore', 'again', { phase: 'Failed', reason: 'VolumeNotInBackup' }),
      ends('Restore', 'again', { phase: 'PartiallyFailed', reason: 'SomeVolumesFailed' }),
    ],
  },
  {
    name: 'a restore that is deleted while it publishes gives its volume back', repository: true, steps: [
      ...made(), apply(restoreObject('again', COPY)), held(), removed('Restore', 'again'), until('the record is gone', 'Restore', 'again', isGone), until('its claim is gone', 'PersistentVolumeClaim', TEMPORARY, isGone),
    ],
  },
  {
    name: 'one whose volumes cannot be listed then waits until they can', repository: true, steps: [
      ...made(), apply(restoreObject('again', COPY)), held(), answered({ method: 'GET', path: /persistentvolumes/, status: 503, reason: 'ServiceUnavailable' }), removed('Restore', 'again'), wait(60), until('the record is there', 'Restore', 'again', object => object !== undefined), answered(),
      until('the record is gone', 'Restore', 'again', isGone), until('its claim is gone', 'PersistentVolumeClaim', TEMPORARY, isGone),
    ],
  },
  {
    name: 'a temporary claim that is torn away while its Job runs', repository: true, steps: [
      KEPT_CLASS, write('data'), ...backup('first', 'tar'), apply(restoreObject('again', { ...COPY, volumes: [{ source: 'data', target: 'copy', storageClassName: 'kept' }] })),
      until('its mover runs', 'Job', 'again-restore-copy', object => (object?.status as { ready?: number } | undefined)?.ready === 1),
      act(world => tornAway(world, temporaryClaim(world))), ends('Restore', 'again', { phase: 'Failed', reason: 'VolumeNotFound' }), count('v1/persistentvolumeclaims', 1),
    ],
  },
  {
    name: 'a restore point is chosen once', repository: true, steps: [
      write('data'), apply(ofPolicy('first')), ends('Backup', 'first', DONE), apply(restoreObject('again', { policy: 'often', volumes: [{ source: 'data', target: 'copy' }, { source: 'data', target: 'other' }], mover: { parallelism: 1 } })),
      until('it has begun', 'Job', 'again-restore-copy', object => object !== undefined), patched('Job', 'again-restore-copy', { spec: { suspend: true } }), write('data'), apply(ofPolicy('second')), ends('Backup', 'second', DONE), patched('Job', 'again-restore-copy', { spec: { suspend: false } }), ends('Restore', 'again', DONE),
      until('it is of the first', 'Restore', 'again', object => object?.status?.backup === 'first'), count('v1/persistentvolumeclaims', 3),
    ],
  },
  {
    name: 'the newest point of a time is restored', repository: true, steps: [
      write('data'), apply(ofPolicy('first')), ends('Backup', 'first', DONE), wait(1200), write('data'), apply(ofPolicy('second')), ends('Backup', 'second', DONE),
      apply(restoreObject('again', { policy: 'often', asOf: '2026-11-21T09:15:00Z', volumes: [{ source: 'data', target: 'copy' }] })), ends('Restore', 'again', DONE), until('it is of the first', 'Restore', 'again', object => object?.status?.backup === 'first'),
    ],
  },
  {
    name: 'a claim that is refused for good fails with that word, and the other volume is restored', marks: ['reason/ApiRefused', 'restore.publish/overdue'], repository: true, steps: [
      ...made(), refusedClaim('copy'), apply(restoreObject('again', { ...COPY, volumes: [...COPY.volumes ?? [], { source: 'data', target: 'other' }] })), ends('Restore', 'again', { phase: 'Running', reason: 'ApiRefused' }),
      until('the other is restored meanwhile', 'Restore', 'again', object => ['copy Publishing ApiRefused', 'other Completed Completed'].join() === volumesOf(object), 1800), ends('Restore', 'again', { phase: 'PartiallyFailed', reason: 'SomeVolumesFailed' }),
      volumeIs('Restore', 'again', { target: 'copy', phase: 'Failed', reason: 'ApiRefused' }),
    ],
  },
  {
    name: 'a Restore of the name of an earlier one takes nothing over', marks: ['reason/TargetExists'], repository: true, steps: [
      ...made(), ...restoreEnds(COPY, { phase: 'Completed', reason: 'Completed' }), removed('Restore', 'again'), until('the record is gone', 'Restore', 'again', isGone), ...restoreEnds(COPY, { reason: 'TargetExists' }),
    ],
  },
]

function ofPolicy(name: string): object {
  const record = backupObject(name, 'tar', { policy: 'often' }) as { metadata: object }
  return { ...record, metadata: { ...record.metadata, labels: { [LABEL.policy]: 'often' } } }
}

function volumesOf(object: Seen | undefined): string {
  const volumes = (object?.status?.volumes ?? []) as unknown as readonly Record<string, string>[]
  return volumes.map(({ target, phase, reason }) => `${target} ${phase} ${reason}`).join()
}

/** The API server refuses the hooks a claim of this name. */
function refusedClaim(name: string): CornerStep {
  return act(({ cluster }) => {
    const body = { apiVersion: 'v1', kind: 'Status', status: 'Failure', code: 403, reason: 'Forbidden', message: 'said in a story' }
    const isIt = (request: { method: string; body?: unknown }) => request.method === 'POST' && (request.body as KubeObject | undefined)?.kind === 'PersistentVolumeClaim' && (request.body as KubeObject).metadata.name === name
    cluster.mishaps.answer = request => isIt(request) ? { status: 403, body } : undefined
  })
}

function made(): readonly Step[] {
  return [write('data'), ...backup('first', 'tar')]
}

/** The volume is held for the claim that is to come. */
function held(): CornerStep {
  return until('the volume is held', 'Restore', 'again', object => (object?.status?.volumes as readonly { phase: string }[] | undefined)?.[0]?.phase === 'Publishing')
}

/** The temporary claim is gone, the other not yet made. */
function released(): CornerStep {
  let seen = false
  return until('the temporary claim is gone', 'PersistentVolumeClaim', TEMPORARY, (object: Seen | undefined) => {
    seen ||= object !== undefined
    return seen && object === undefined
  })
}

function ownVolume({ api }: World): KubeObject | undefined {
  return api.all('v1/persistentvolumes').find(({ metadata }) => metadata.labels?.[LABEL.restoreUid] !== undefined)
}

function temporaryClaim({ api }: World): KubeObject {
  const claim = api.all('v1/persistentvolumeclaims').find(({ metadata }) => metadata.name === TEMPORARY)
  if (claim === undefined) throw new Error('there is no temporary claim')
  return claim
}

function tearVolume(world: World): void {
  const volume = ownVolume(world)
  if (volume === undefined) throw new Error('no volume is being handed over')
  tornAway(world, volume)
}

/** Somebody takes the volume for a claim of theirs. */
function giveAway(world: World): void {
  const { metadata: { name } } = ownVolume(world) as KubeObject
  const claim = claimOf('theirs') as { spec: object }
  request(world, { method: 'POST', path: pathOf(STAGE.namespace, { kind: 'PersistentVolumeClaim' }), body: { ...claim, spec: { ...claim.spec, volumeName: name } } })
  request(world, { method: 'PATCH', path: pathOf(STAGE.namespace, { kind: 'PersistentVolume', name }), body: { spec: { claimRef: { namespace: STAGE.namespace, name: 'theirs', uid: null, resourceVersion: null } } } })
}
