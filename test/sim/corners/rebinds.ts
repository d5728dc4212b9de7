import { ANNOTATION } from '../../../lib/api.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { inPhase, isGone, type Seen, type Step } from '../scenarios/scenario.ts'
import { annotated, backup, restored, until, write } from '../scenarios/steps.ts'
import type { World } from '../world.ts'
import { pathOf, STAGE } from '../scenarios/stage.ts'
import type { Corner } from './corner.ts'
import { act, answered, before, count, meet, patched, removed, request, statusEdited, tornAway, wait } from './steps.ts'
import { comeLate, tearSnapshot } from './snapshots.ts'

const SNAPSHOT = 'first-snap-data'
const CONTENTS = 'snapshot.storage.k8s.io/v1/volumesnapshotcontents'
const PATH = '/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents'
const MAKE = { method: 'POST', path: /volumesnapshotcontents$/ } as const
const dropped = removed('VolumeSnapshot', SNAPSHOT)
const made = [write('data'), ...backup('first', 'snapshot')]
const asItWas = until('the record keeps what it had', 'Backup', 'first', inPhase('Completed'))
const ready = until('it is there again', 'VolumeSnapshot', SNAPSHOT, object => (object?.status as { readyToUse?: boolean } | undefined)?.readyToUse === true)
const whole = [ready, wait(120), count(CONTENTS, 1), ...restored('again', { backup: 'first', volumes: [{ source: 'data', target: 'copy' }] })]

type Content = KubeObject & { readonly spec: { readonly volumeSnapshotRef: { readonly uid?: string } } }

/** VolumeSnapshots that are bound again under difficulties: whatever happens the snapshot stays, and at the end one content leads to it. */
export const REBIND_CORNERS: readonly Corner[] = [
  { name: 'one that is torn away as it is bound again is bound once more', steps: [...made, dropped, boundAgain(), act(tearSnapshot), ...whole] },
  { name: 'likewise when the former content has gone', steps: [...made, dropped, boundAgain(), act(world => tornAway(world, former(world))), act(tearSnapshot), ...whole] },
  { name: 'likewise while the former content goes', steps: [...made, before({ method: 'DELETE', path: /snapcontent-/ }, goesSlowly), dropped, wait(60), ...whole] },
  { name: 'likewise in the moment in which the former content begins to go', steps: [...made, before({ method: 'DELETE', path: /snapcontent-/ }, tearUntold), act(tearSnapshot), wait(20), answered(), ...whole] },
  {
    name: 'the former content goes, though its record is deleted before it has', steps: [
      ...made, answered({ method: 'PATCH', path: /snapcontent-/, status: 503, reason: 'ServiceUnavailable' }), act(tearSnapshot), boundAgain(), wait(20), removed('Backup', 'first'), wait(5), answered(),
      until('the record is gone', 'Backup', 'first', isGone), wait(60), count(CONTENTS, 1),
    ],
  },
  {
    name: 'what is bound again and no cache shows yet is left as it is', steps: [
      ...made, before(MAKE, ({ caches, engine }) => void caches.freeze('snapshot.storage.k8s.io/v1/volumesnapshots', engine.now() + 200_000)), dropped, wait(260), ...whole,
    ],
  },
  {
    name: 'one that has just been bound again is removed with its data', steps: [
      ...made, dropped, boundAgain(), patched('Backup', 'first', annotated(ANNOTATION.deleteRequested)), until('the record is gone', 'Backup', 'first', isGone), count(CONTENTS, 0), act(({ cluster: { disks } }) => { if (disks.snapshots().length > 0) throw new Error('the snapshot is still in the storage') }),
    ],
  },
  { name: 'a content that was to take its snapshot along is made to keep it', steps: [...made, act(takeAlong), act(tearSnapshot), ...whole] },
  { name: 'a content that another process has just made is taken', steps: [...made, before(MAKE, (world, { body }) => request(world, { method: 'POST', path: PATH, body: body as object })), dropped, ...whole] },
  { name: 'a content that cannot be made for a conflict is made when it may be', steps: [...made, answered({ ...MAKE, status: 409, reason: 'Conflict' }), dropped, wait(60), answered(), ...whole] },
  { name: 'a content that is said to be there and is not is made', steps: [...made, answered({ ...MAKE, status: 409, reason: 'AlreadyExists' }), dropped, wait(60), answered(), ...whole] },
  { name: 'another\'s content under the name is left alone until it is gone', steps: [...made, before(MAKE, foreign), dropped, wait(60), count(CONTENTS, 2), act(removeForeign), act(tearSnapshot), ...whole] },
  {
    name: 'a snapshot that the storage has lost is told', marks: ['reason/SnapshotLost'], steps: [
      ...made, act(takeAlong), act(({ cluster: { disks } }) => disks.snapshots().forEach(handle => disks.remove(handle))), act(tearSnapshot), until('the record says so', 'Backup', 'first', object => JSON.stringify(object?.status?.volumes).includes('SnapshotLost')),
      patched('Backup', 'first', annotated(ANNOTATION.deleteRequested)), until('the record is gone', 'Backup', 'first', isGone), count(CONTENTS, 0),
    ],
  },
  {
    name: 'a late snapshot of the name stays where the former cannot be bound again', steps: [
      ...made, wait(5), answered({ ...MAKE, status: 503, reason: 'ServiceUnavailable' }), act(comeLate), wait(2), act(takeAlong), act(lose), answered(), wait(120), asItWas,
    ],
  },
  { name: 'a status that names another\'s content leads to nothing', steps: [...made, ...backup('second', 'snapshot'), act(misnamed), wait(60), count(CONTENTS, 2), asItWas] },
]

/** It has a content of ours, to which the record does not lead yet. */
function boundAgain(): Step {
  return until('it is bound again', 'VolumeSnapshot', SNAPSHOT, (object: Seen | undefined) => (object?.status as { boundVolumeSnapshotContentName?: string } | undefined)?.boundVolumeSnapshotContentName?.includes('-rebound-') === true)
}

function contents({ api }: World): readonly Content[] {
  return api.all<Content>(CONTENTS)
}

/** The content that the driver made first. */
function former(world: World): Content {
  const [first] = contents(world).filter(({ metadata }) => metadata.name.startsWith('snapcontent-')).toSorted((a, b) => String(a.metadata.creationTimestamp).localeCompare(String(b.metadata.creationTimestamp)))
  if (first === undefined) throw new Error('there is no former content')
  return first
}

function takeAlong(world: World): void {
  request(world, { method: 'PATCH', path: `${PATH}/${former(world).metadata.name}`, body: { spec: { deletionPolicy: 'Delete' } } })
}

/** The former content is held for a while, by somebody's finalizer, and the VolumeSnapshot that was bound again is deleted once more. The former goes in the moment in which the next one does. */
function goesSlowly(world: World): void {
  const { metadata: { name, finalizers = [] } } = former(world)
  const hold = (held: readonly string[]): void => request(world, { method: 'PATCH', path: `${PATH}/${name}`, body: { metadata: { finalizers: held } } })
  hold([...finalizers, 'example.com/held'])
  world.engine.after(20, () => {
    request(world, { method: 'DELETE', path: pathOf(STAGE.namespace, { kind: 'VolumeSnapshot', name: SNAPSHOT }), body: {} })
    meet(world, { method: 'DELETE', path: /-rebound-/ }, (_, { path }) => void world.engine.after(1, () => {
      hold([])
      contents(world).filter(({ metadata }) => path.endsWith(`/${metadata.name}`)).forEach(content => tornAway(world, content))
    }))
  })
}

/** The VolumeSnapshot is torn away again, and for a while nobody can tell that to the content that is going. */
function tearUntold(world: World): void {
  const refused = answered({ method: 'PATCH', path: /snapcontent-/, status: 503, reason: 'ServiceUnavailable' })
  if (refused.step === 'act') refused.act(world)
  world.engine.after(1, () => tearSnapshot(world))
}

/** Somebody removes the first snapshot with all that leads to it. */
function lose(world: World): void {
  const content = former(world)
  world.cluster.disks.remove(String((content.status as { snapshotHandle?: string }).snapshotHandle))
  tornAway(world, content)
}

/** Somebody makes one of the name that ours would have, for a snapshot of theirs. */
function foreign(world: World, { body }: { readonly body?: unknown }): void {
  const { spec, ...rest } = body as { readonly spec: object }
  request(world, { method: 'POST', path: PATH, body: { ...rest, spec: { ...spec, source: { snapshotHandle: 'theirs' } } } })
}

function removeForeign(world: World): void {
  const theirs = contents(world).find(({ metadata }) => metadata.name.includes('-rebound-'))
  if (theirs !== undefined) tornAway(world, theirs)
}

/** Somebody who may write the status of the VolumeSnapshot makes it name the content of the other Backup. */
function misnamed(world: World): void {
  const other = contents(world).find(({ metadata }) => metadata.annotations?.['holdfast.dev/backup'] === 'second')
  const step = statusEdited('VolumeSnapshot', SNAPSHOT, { boundVolumeSnapshotContentName: other?.metadata.name })
  if (step.step === 'act') step.act(world)
}
