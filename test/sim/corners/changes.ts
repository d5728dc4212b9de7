import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import { childName } from '../../../lib/names.ts'
import type { KubeObject, RestoreSpec } from '../../../schemas/generated/types.ts'
import { claimOf } from '../scenarios/objects.ts'
import { isGone, type Seen, type Step } from '../scenarios/scenario.ts'
import { pathOf, STAGE } from '../scenarios/stage.ts'
import { backup, restoreObject, until, write } from '../scenarios/steps.ts'
import type { World } from '../world.ts'
import type { Corner, CornerStep } from './corner.ts'
import { act, apply, before, ends, patched, pod, removed, request, runs, tornAway, volumeOf, wait } from './steps.ts'

const COPY: RestoreSpec = { backup: 'first', volumes: [{ source: 'data', target: 'copy' }] }
const SOON = { mover: { startupTimeoutSeconds: 60 } }
const TEMPORARY = childName('again', 'tmp', 'copy')
const CLAIMS = '/api/v1/namespaces/stage/persistentvolumeclaims'
/** An effect's own look at the volume. */
const LOOK = { method: 'GET', path: /\/persistentvolumes\/./ } as const
const DONE = ends('Restore', 'again', { phase: 'Completed', reason: 'Completed' })
const begun = [write('data'), ...backup('first', 'tar'), apply(restoreObject('again', COPY))]
const failsWith = (reason: string): Step => ends('Restore', 'again', { phase: 'Failed', reason })

/** What changes in the moment between a look at a volume and the hand on it. */
export const CHANGE_CORNERS: readonly Corner[] = [
  { name: 'a volume that goes just before it is held', repository: true, steps: [...begun, filled(), before({ ...LOOK, nth: 2 }, tearFilled), failsWith('VolumeNotFound')] },
  { name: 'a volume that another process has just given back', repository: true, steps: [...begun, until('the claim is bound', 'PersistentVolumeClaim', 'copy', object => object?.status?.phase === 'Bound'), before({ ...LOOK, nth: 2 }, giveBack), DONE] },
  { name: 'a volume that goes just before it is published', repository: true, steps: [...begun, released(), before(LOOK, world => tornAway(world, ownVolume(world))), failsWith('VolumeNotFound')] },
  {
    name: 'a volume that is not kept for a while is not published until it is', repository: true,
    steps: [...begun, released(), before(LOOK, world => patchVolume(world, { persistentVolumeReclaimPolicy: 'Recycle' })), wait(10), act(world => patchVolume(world, { persistentVolumeReclaimPolicy: 'Retain' })), DONE],
  },
  { name: 'a volume that a person has set free is published all the same', repository: true, steps: [...begun, released(), act(world => patchVolume(world, { claimRef: null })), DONE] },
  { name: 'a volume that is given to another namespace while it is handed over', repository: true, steps: [...begun, released(), act(giveFar), failsWith('VolumeNotBound')] },
  { name: 'a volume that is given to another namespace just before it is published', repository: true, steps: [...begun, released(), before(LOOK, giveFar), failsWith('VolumeNotBound')] },
  { name: 'a claim that comes under the name just before it is looked for', repository: true, steps: [...begun, released(), before(LOOK, occupy), failsWith('TargetExists')] },
  { name: 'a claim that comes under the name just before it is made', repository: true, steps: [...begun, released(), before({ method: 'POST', path: /\/persistentvolumeclaims$/ }, occupy), failsWith('TargetExists')] },
  {
    name: 'a claim that another process has just made is taken', repository: true, steps: [
      ...begun, released(), before({ method: 'POST', path: /\/persistentvolumeclaims$/ }, (world, { body }) => request(world, { method: 'POST', path: CLAIMS, body: body as object })), DONE,
    ],
  },
  {
    name: 'a temporary claim that is ours no more and does not go is not taken for gone', repository: true, steps: [
      write('data'), ...backup('first', 'tar'), apply(restoreObject('again', { ...COPY, ...SOON })), until('its claim is there', 'PersistentVolumeClaim', TEMPORARY, object => object?.status?.phase === 'Bound'),
      pod('nosy', TEMPORARY), runs('nosy'), until('the volume is held', 'PersistentVolumeClaim', TEMPORARY, object => object?.metadata.deletionTimestamp !== undefined),
      patched('PersistentVolumeClaim', TEMPORARY, { metadata: { labels: null, ownerReferences: null } }), failsWith('VolumeNotBound'), removed('Pod', 'nosy'), until('the claim is gone', 'PersistentVolumeClaim', TEMPORARY, isGone),
    ],
  },
  {
    name: 'a claim that a person deletes just before it would be withdrawn', repository: true,
    steps: [write('data'), ...backup('first', 'tar'), apply(restoreObject('again', { ...COPY, ...SOON })), released(), act(deleteLate), failsWith('VolumeNotBound')],
  },
]

const VOLUMES = 'v1/persistentvolumes'

/** The temporary claim's mover has ended. */
function filled(): CornerStep {
  return until('it is filled', 'Job', 'again-restore-copy', object => (object?.status as { succeeded?: number } | undefined)?.succeeded === 1)
}

/** The temporary claim is gone, the other not yet made. */
export function released(): CornerStep {
  let seen = false
  return until('the temporary claim is gone', 'PersistentVolumeClaim', TEMPORARY, (object: Seen | undefined) => {
    seen ||= object !== undefined
    return seen && object === undefined
  })
}

function ownVolume({ api }: World): KubeObject {
  const volume = api.all(VOLUMES).find(({ metadata }) => metadata.labels?.[LABEL.restoreUid] !== undefined)
  if (volume === undefined) throw new Error('no volume is being handed over')
  return volume
}

function patchVolume(world: World, spec: object): void {
  request(world, { method: 'PATCH', path: pathOf(STAGE.namespace, { kind: 'PersistentVolume', name: ownVolume(world).metadata.name }), body: { spec } })
}

function giveFar(world: World): void {
  patchVolume(world, { claimRef: { namespace: 'elsewhere', name: 'theirs', uid: null, resourceVersion: null } })
}

function occupy(world: World): void {
  request(world, { method: 'POST', path: CLAIMS, body: claimOf('copy') })
}

/** Its reclaim policy and nothing of ours on it, as at the end of a handover. */
function giveBack(world: World): void {
  const { name } = ownVolume(world).metadata
  const metadata = { labels: { [LABEL.restoreUid]: null }, annotations: { [ANNOTATION.handover]: null } }
  request(world, { method: 'PATCH', path: pathOf(STAGE.namespace, { kind: 'PersistentVolume', name }), body: { metadata, spec: { persistentVolumeReclaimPolicy: 'Delete' } } })
}

/** The volume of the temporary claim. */
function tearFilled(world: World): void {
  tornAway(world, volumeOf(world, TEMPORARY))
}

/** The volume cannot be given to the claim, until it is too late; and when that is found, the claim goes before anybody takes it back. */
function deleteLate(world: World): void {
  const { since } = JSON.parse(ownVolume(world).metadata.annotations?.[ANNOTATION.handover] ?? '{}') as { since: string }
  let left = 2
  world.cluster.mishaps.answer = ({ method, path, body }) => {
    if (method === 'PATCH' && (body as { spec?: { claimRef?: object } }).spec?.claimRef !== undefined) return { status: 503, body: { kind: 'Status', reason: 'ServiceUnavailable' } }
    if (method !== 'GET' || path !== `${CLAIMS}/copy` || world.engine.now() < Date.parse(since) + 60_000 || --left > 0) return undefined
    world.cluster.mishaps.answer = undefined
    return void tornAway(world, world.api.read(path) as KubeObject)
  }
}
