import type { RestoreSpec } from '../../../schemas/generated/types.ts'
import { RESOURCE, type StoredBackup, type StoredPolicy, type StoredRestore } from '../invariants/resources.ts'
import type { Action } from './action.ts'
import { drawMover } from './draw-policy.ts'
import { NAMESPACE, type Scene } from './scene.ts'
import { CLASSES } from './topology.ts'

const MINUTE = 60_000
/** Nobody tidies up after a restore, and each is looked at now and then for ever. */
const MOST = 6

/** What people do to Restores. */
export const RESTORE_ACTIONS: readonly Action[] = [
  { name: 'restoreGood', patient: true, act: restoreGood },
  { name: 'restoreBackup', patient: true, act: scene => fromBackup(scene, ['Completed', 'PartiallyFailed']) },
  { name: 'restoreAnyBackup', act: scene => fromBackup(scene, undefined) },
  { name: 'restorePolicy', patient: true, act: scene => scene.all<StoredBackup>(RESOURCE.backups).some(isGood) && fromPolicy(scene) },
  { name: 'restoreAnyPolicy', act: fromPolicy },
  { name: 'restoreNonsense', act: scene => make(scene, scene.random.pick([
    { backup: 'never-was' }, { policy: 'never-was' }, { policy: 'nightly', asOf: '2020-01-01T00:00:00Z' }, { backup: 'never-was', volumes: [{ source: 'data', target: 'No_Name' }] },
  ])) },
  { name: 'deleteRestore', act: scene => {
    const restore = pick(scene)
    return restore !== undefined && scene.remove(RESOURCE.restores, restore.metadata.name)
  } },
  { name: 'restoreRecreated', fault: 'parentRecreated', act: scene => {
    const restore = pick(scene)
    if (restore === undefined) return false
    const { apiVersion, kind, metadata: { name, namespace }, spec } = restore
    const again = (left: number): void => {
      if (!scene.create(RESOURCE.restores, { apiVersion, kind, metadata: { name, namespace }, spec }) && left > 0) scene.later(3000, () => again(left - 1))
    }
    scene.later(scene.random.chance(0.5) ? scene.random.below(3000) : MINUTE * scene.random.below(10), () => again(20))
    return scene.remove(RESOURCE.restores, name)
  } },
  { name: 'restoreDeletedForeground', fault: 'parentDeletedForeground', act: scene => {
    const restore = pick(scene)
    return restore !== undefined && scene.remove(RESOURCE.restores, restore.metadata.name, 'Foreground')
  } },
]

function pick(scene: Scene): StoredRestore | undefined {
  const restores = scene.all<StoredRestore>(RESOURCE.restores).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return restores.length === 0 ? undefined : scene.random.pick(restores)
}

/** As most people do: a volume that is good, whole, under a name that is free. */
function restoreGood(scene: Scene): boolean {
  const good = scene.all<StoredBackup>(RESOURCE.backups).filter(isGood)
  if (good.length === 0) return false
  const { metadata: { name }, status } = scene.random.pick(good)
  const [volume] = scene.random.shuffled(status?.volumes?.filter(({ phase }) => phase === 'Completed') ?? [])
  return volume !== undefined && make(scene, { backup: name, volumes: [{ source: volume.pvc, target: `${volume.pvc}-copy-${scene.count()}` }] })
}

function isGood({ metadata, status }: StoredBackup): boolean {
  return status?.phase === 'Completed' && metadata.deletionTimestamp === undefined
}

function fromBackup(scene: Scene, phases: readonly string[] | undefined): boolean {
  const backups = scene.all<StoredBackup>(RESOURCE.backups).filter(({ status }) => phases?.includes(status?.phase ?? '') ?? true)
  if (backups.length === 0) return false
  const { metadata, spec } = scene.random.pick(backups)
  return make(scene, { backup: metadata.name, ...volumesOf(scene, spec.volumes) })
}

function fromPolicy(scene: Scene): boolean {
  const policies = scene.all<StoredPolicy>(RESOURCE.policies)
  if (policies.length === 0) return false
  const asOf = new Date(scene.engine.now() - 1000 * scene.random.below(7200)).toISOString().slice(0, 19)
  const { name } = scene.random.pick(policies).metadata
  return make(scene, { policy: name, ...(scene.random.chance(0.5) && { asOf: `${asOf}Z` }), ...volumesOf(scene, ['data', 'logs']) })
}

/** Mostly under other names, for under their own they are there already. */
function volumesOf(scene: Scene, sources: readonly string[]): Pick<RestoreSpec, 'volumes'> {
  const { random } = scene
  if (sources.length === 0 || random.chance(0.1)) return {}
  const number = scene.count()
  const chosen = random.shuffled(sources).slice(0, 1 + random.below(sources.length))
  const volumes = chosen.map((source): NonNullable<RestoreSpec['volumes']>[number] => ({
    source: random.chance(0.03) ? 'never-was' : source,
    ...(random.chance(0.85) && { target: `${source}-again-${number}` }),
    ...(random.chance(0.2) && { storageClassName: random.chance(0.1) ? 'absent' : random.pick(CLASSES) }),
    ...(random.chance(0.2) && { size: random.pick(['2Gi', '10Gi', '1Mi', '1Gi']) }),
    ...(random.chance(0.2) && { labels: { [random.chance(0.9) ? 'app' : 'not a label']: 'shop' } }),
  }))
  return { volumes }
}

function make(scene: Scene, spec: RestoreSpec): boolean {
  if (scene.all(RESOURCE.restores).length >= MOST) return false
  const mover = scene.random.chance(0.4) ? { mover: drawMover(scene.random) } : {}
  const name = `restore-${scene.count()}`
  return scene.create(RESOURCE.restores, { apiVersion: 'holdfast.dev/v1alpha1', kind: 'Restore', metadata: { name, namespace: NAMESPACE }, spec: { ...spec, ...mover } })
}
