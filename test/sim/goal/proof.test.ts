import assert from 'node:assert/strict'
import test from 'node:test'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { ApiServer } from '../api/api.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { createBlame } from '../invariants/blame.ts'
import { RESOURCE } from '../invariants/resources.ts'
import { askForProof, isProofOver, proofLeft } from './proof.ts'

const volume = { pvc: 'data', phase: 'Completed', handle: 'h-1' }
const point = { run: 'uid-first', volume: 'data', committed: true, damaged: false }
const backup = (strategy: string, status: object = {}, metadata: object = {}) => ({
  metadata: { name: 'first', namespace: 'shop', uid: 'uid-first', ...metadata }, spec: { strategy, volumes: ['data'], ...(strategy !== 'snapshot' && { repositoryRef: { name: 'store' } }) },
  status: { phase: 'Completed', completionTime: '2026-11-21T09:00:00Z', storeId: 's-1', volumes: [volume], ...status },
})
const asked = (phase: string, strategy = 'tar') => ({
  metadata: { name: `proof-${strategy}` }, spec: { backup: 'first', volumes: [{ source: 'data', target: 'x' }] }, status: { phase, reason: 'PointNotFound', message: 'none' },
})
const store = { metadata: { name: 'store' }, status: { storeId: 's-1' } }

interface World {
  readonly backups?: readonly object[]
  readonly restores?: readonly object[]
  readonly repositories?: readonly object[]
  readonly points?: readonly object[]
  readonly disks?: readonly string[]
}

function parts({ backups = [backup('tar')], restores = [], repositories = [store], points = [point], disks = [] }: World) {
  const objects = { [RESOURCE.backups]: backups, [RESOURCE.restores]: restores, [RESOURCE.repositories]: repositories } as Record<string, readonly KubeObject[]>
  const made: object[] = []
  const api = {
    all: (resource: string) => objects[resource] ?? [],
    read: (path: string) => Object.entries(objects).flatMap(([resource, all]) => path.includes(`/${resource.split('/').at(-1)}/`) ? all : []).find(({ metadata }) => path.endsWith(`/${metadata.name}`)),
    request: ({ body }: { body: object }) => { made.push(body); return { status: 201, body } },
  } as unknown as ApiServer
  const cluster = { stores: { points: () => points }, disks: { read: (handle: string) => disks.includes(handle) ? 'content' : undefined } } as unknown as Cluster
  return { api, cluster, blame: createBlame(), made: made as { metadata: { name: string }; spec: { backup: string } }[] }
}

const rows: readonly (readonly [sentence: string, world: World, left: number])[] = [
  ['what was restored is proved', { restores: [asked('Completed')] }, 0],
  ['what fails is not', { restores: [asked('Failed')] }, 1],
  ['nor what does not end', { restores: [asked('Running')] }, 1],
  ['nor a part of it', { restores: [asked('PartiallyFailed')] }, 1],
  ['nobody can restore what the world has lost', { restores: [asked('Failed')], points: [] }, 0],
  ['or damaged', { restores: [asked('Failed')], points: [{ ...point, damaged: true }] }, 0],
  ['or never finished', { restores: [asked('Failed')], points: [{ ...point, committed: false }] }, 0],
  ['what another run stored is no help', { restores: [asked('Failed')], points: [{ ...point, run: 'uid-other' }] }, 0],
  ['nor what nothing leads to', { restores: [asked('Failed')], repositories: [] }, 0],
  ['or what leads to another store', { restores: [asked('Failed')], repositories: [{ ...store, status: { storeId: 's-2' } }] }, 0],
  ['a record that does not say in which store it is stands for the one there is', { restores: [asked('Failed')], backups: [backup('tar', { storeId: undefined })], repositories: [{ ...store, status: { storeId: 's-2' } }] }, 1],
  ['a snapshot that the driver has', { backups: [backup('snapshot')], restores: [asked('Failed', 'snapshot')], disks: ['h-1'] }, 1],
  ['and one that it has not', { backups: [backup('snapshot')], restores: [asked('Failed', 'snapshot')] }, 0],
  ['a Restore of somebody else proves nothing', { restores: [{ ...asked('Failed'), metadata: { name: 'theirs' } }] }, 0],
]

for (const [sentence, world, expected] of rows) {
  test(sentence, () => {
    const found = proofLeft(parts(world))
    assert.equal(found.length, expected)
    for (const text of found) assert.match(text, /^Backup first is good and its data is there, but Restore proof-\w+ of it is \w+: PointNotFound none$/)
  })
}

const names = (world: World): readonly string[] => {
  const given = parts(world)
  askForProof(given)
  return given.made.map(({ metadata, spec }) => `${metadata.name} ${spec.backup}`)
}

test('the newest good one of each strategy is asked for', () => {
  const newer = backup('tar', { completionTime: '2026-11-21T10:00:00Z' }, { name: 'second' })
  assert.deepEqual(names({ backups: [backup('tar'), newer, backup('snapshot', {}, { name: 'third' })] }), ['proof-tar second', 'proof-snapshot third'])
})

test('nothing that is not good, leaves, or has lost its snapshot is', () => {
  const lost = backup('snapshot', { volumes: [{ ...volume, reason: 'SnapshotLost' }] })
  assert.deepEqual(names({ backups: [backup('tar', { phase: 'Failed' }), backup('external', {}, { deletionTimestamp: '2026-11-21T09:30:00Z' }), lost] }), [])
})

test('it is over when every one has ended', () => {
  assert.deepEqual([[], [asked('Completed')], [asked('Failed')], [asked('Failed'), asked('Running', 'snapshot')]].map(restores => isProofOver(parts({ restores }))), [true, true, true, false])
})
