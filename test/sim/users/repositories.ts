import { ANNOTATION } from '../../../lib/api.ts'
import { RESOURCE, type StoredRepository } from '../invariants/resources.ts'
import type { Action } from './action.ts'
import type { Scene } from './scene.ts'
import { putSecret } from './topology.ts'

const MINUTE = 60_000

/** What people do to repositories and their credentials. */
export const REPOSITORY_ACTIONS: readonly Action[] = [
  { name: 'deleteSecret', act: scene => {
    scene.later(MINUTE * (1 + scene.random.below(40)), () => void putSecret(scene))
    return scene.remove(RESOURCE.secrets, 'store')
  } },
  { name: 'dropKey', act: scene => {
    scene.later(MINUTE * (1 + scene.random.below(20)), () => void putSecret(scene))
    return scene.patch(RESOURCE.secrets, 'store', { body: { data: { [scene.random.pick(['AWS_ACCESS_KEY_ID', 'RESTIC_PASSWORD'])]: null } } })
  } },
  { name: 'askForCheck', act: scene => on(scene, ({ metadata: { name } }) =>
    scene.patch(RESOURCE.repositories, name, { body: { metadata: { annotations: { [ANNOTATION.checkRequested]: `${new Date(scene.engine.now()).toISOString().slice(0, 19)}Z` } } } })) },
  { name: 'deleteRepository', act: scene => on(scene, repository => remake(scene, repository, 'Background')) },
  { name: 'editRepository', act: scene => on(scene, ({ metadata: { name }, spec }) => {
    if (spec.type !== 's3') return false
    const region = spec.region ?? null
    scene.later(MINUTE * (1 + scene.random.below(20)), () => void scene.patch(RESOURCE.repositories, name, { body: { spec: { region } } }))
    return scene.patch(RESOURCE.repositories, name, { body: { spec: { region: 'eu-central-1' } } })
  }) },
  { name: 'moveRepository', act: scene => on(scene, ({ metadata: { name }, spec: { url } }) => {
    scene.later(MINUTE * (1 + scene.random.below(90)), () => void scene.patch(RESOURCE.repositories, name, { body: { spec: { url } } }))
    return scene.patch(RESOURCE.repositories, name, { body: { spec: { url: `${url}/elsewhere` } } })
  }) },
  { name: 'forbidNamespace', act: scene => {
    if (scene.read(RESOURCE.clusterRepositories, 'central') === undefined) return false
    scene.later(MINUTE * (1 + scene.random.below(30)), () => void scene.patch(RESOURCE.clusterRepositories, 'central', { body: { spec: { allowedNamespaces: ['*'] } } }))
    return scene.patch(RESOURCE.clusterRepositories, 'central', { body: { spec: { allowedNamespaces: ['other'] } } })
  } },
  { name: 'repositoryDeletedForeground', fault: 'parentDeletedForeground', act: scene => on(scene, repository => remake(scene, repository, 'Foreground')) },
  { name: 'repositoryRecreated', fault: 'parentRecreated', act: scene => on(scene, repository => remake(scene, repository, 'Background')) },
]

function on(scene: Scene, act: (repository: StoredRepository) => boolean): boolean {
  const repositories = scene.all<StoredRepository>(RESOURCE.repositories).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return repositories.length > 0 && act(scene.random.pick(repositories))
}

/** One that the hooks made is made again by them. */
function remake(scene: Scene, { apiVersion, kind, metadata: { name, namespace }, spec }: StoredRepository, propagation: 'Background' | 'Foreground'): boolean {
  const again = (left: number): void => {
    if (!scene.create(RESOURCE.repositories, { apiVersion, kind, metadata: { name, namespace }, spec }) && left > 0) scene.later(5000, () => again(left - 1))
  }
  if (name === 'main') scene.later(scene.random.below(5 * MINUTE), () => again(40))
  return scene.remove(RESOURCE.repositories, name, propagation)
}
