import { RESOURCE, type StoredClaim, type StoredVolume } from '../invariants/resources.ts'
import type { Action } from './action.ts'
import { NAMESPACE, type Scene } from './scene.ts'
import { makeClaim } from './topology.ts'

const MINUTE = 60_000
const MOST_CLAIMS = 5

/** What people and their workloads do to claims. */
export const CLAIM_ACTIONS: readonly Action[] = [
  { name: 'write', act: scene => {
    const claims = userClaims(scene)
    return claims.length > 0 && writeTo(scene, scene.random.pick(claims))
  } },
  { name: 'makeClaim', act: scene => userClaims(scene).length < MOST_CLAIMS && makeClaim(scene, `extra-${scene.count()}`) },
  { name: 'claimDeleted', fault: 'claimDeleted', act: scene => {
    const claims = userClaims(scene).filter(({ metadata }) => metadata.name !== 'vault')
    if (claims.length === 0) return false
    const { metadata: { name, labels } } = scene.random.pick(claims)
    if (scene.random.chance(0.8)) scene.later(MINUTE * scene.random.below(15), () => makeAgain(scene, name, { labels, left: 60 }))
    return scene.remove(RESOURCE.claims, name)
  } },
  { name: 'targetTaken', fault: 'foreignNamesake', act: scene => makeClaim(scene, `${scene.random.pick(['data', 'logs'])}-again-${scene.count() + 1}`, {}) },
]

/** Claims of people, not the temporary ones of restores. */
export function userClaims(scene: Scene): readonly StoredClaim[] {
  return scene.all<StoredClaim>(RESOURCE.claims).filter(({ metadata, status }) =>
    metadata.labels?.['holdfast.dev/role'] === undefined && metadata.annotations?.['holdfast.dev/target'] === undefined && metadata.deletionTimestamp === undefined && status?.phase === 'Bound')
}

/** The workload writes its next generation. */
export function writeTo(scene: Scene, claim: StoredClaim): boolean {
  const volume = scene.read<StoredVolume>(RESOURCE.volumes, claim.spec?.volumeName ?? '')
  const handle = volume?.spec?.csi?.volumeHandle
  if (handle === undefined || volume?.spec?.claimRef?.uid !== claim.metadata.uid) return false
  scene.cluster.disks.write(handle, `${NAMESPACE}/${claim.metadata.name}#${scene.count()}`)
  return true
}

function makeAgain(scene: Scene, name: string, { labels, left }: { readonly labels: object | undefined; readonly left: number }): void {
  if (!makeClaim(scene, name, labels) && left > 0) scene.later(10_000, () => makeAgain(scene, name, { labels, left: left - 1 }))
}
