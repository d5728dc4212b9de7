import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import type { Change } from '../api/api.ts'
import { goodsOf, type Goods } from './goods.ts'
import type { Invariant, Watched } from './invariant.ts'
import { materialOf } from './material.ts'
import { isUs, keyOf, RESOURCE, uidOf, type StoredClaim, type StoredRestore, type StoredVolume } from './resources.ts'

const NAME = 'D3'

/** D3. What a claim shows is looked at whenever a volume's content or a claim has changed. */
export function restoredContent(watched: Watched): Invariant {
  const goods = goodsOf(watched)
  const material = materialOf(watched)
  let version = -1
  let dirty = true
  return {
    name: NAME,
    title: 'D3 a claim under a user\'s name shows what its user wrote or a whole restore point, is never overwritten or deleted by us, and its volume is never lost',
    onChange(change) {
      if (change.resource === RESOURCE.restores) return completed(watched, goods, change)
      if (change.resource !== RESOURCE.claims && change.resource !== RESOURCE.volumes) return undefined
      dirty = true
      return change.resource === RESOURCE.claims ? touched(change) : lostVolume(watched, change)
    },
    onStep() {
      if (!dirty && material.version() === version) return undefined
      dirty = false
      version = material.version()
      return watched.api.all<StoredClaim>(RESOURCE.claims).map(claim => foreign(watched, goods, claim)).find(complaint => complaint !== undefined)
    },
  }
}

/** Ours are temporary claims, also when somebody has removed their labels; a claim with a user's name has no role and is for no other. */
function isTemporary({ metadata: { labels, annotations } }: StoredClaim): boolean {
  return labels?.[LABEL.role] !== undefined || annotations?.[ANNOTATION.target] !== undefined
}

function touched({ type, actor, before, after }: Change): string | undefined {
  const claim = after as StoredClaim
  if (!isUs(actor) || type === 'ADDED' || isTemporary((before ?? after) as StoredClaim)) return undefined
  const isOurs = claim.metadata.annotations?.[ANNOTATION.restoreUid] !== undefined
  const wasBound = ((before ?? after) as StoredClaim).status?.phase === 'Bound'
  const isDeleted = type === 'DELETED' || after.metadata.deletionTimestamp !== before?.metadata.deletionTimestamp
  if (isDeleted && isOurs && !wasBound) return undefined
  return `${actor} ${isDeleted ? 'deleted' : 'changed'} claim ${keyOf(claim)}, which ${isOurs ? 'was bound already' : 'is the user\'s'}`
}

function lostVolume({ api, blame }: Watched, { type, after }: Change): string | undefined {
  const { namespace, name, uid } = (after as StoredVolume).spec?.claimRef ?? {}
  if (type !== 'DELETED' || name === undefined) return undefined
  const claim = api.read<StoredClaim>(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`)
  const isHeld = claim !== undefined && uidOf(claim) === uid && claim.metadata.deletionTimestamp === undefined && !isTemporary(claim)
  if (!isHeld || blame.excuses(NAME, 'deleted', { subject: uidOf(after) })) return undefined
  return `PersistentVolume ${after.metadata.name} is gone, but claim ${keyOf(claim)} is bound to it`
}

function foreign(watched: Watched, goods: Goods, claim: StoredClaim): string | undefined {
  if (isTemporary(claim) || claim.status?.phase !== 'Bound') return undefined
  const content = contentOf(watched, claim)
  if (content === undefined || isOwn(claim, content)) return undefined
  const { annotations = {} } = claim.metadata
  const isRestored = annotations[ANNOTATION.restoreUid] !== undefined
  if (content === '' && !isRestored) return undefined
  if (isRestored && pointsFor(goods, claim).some(point => point === content)) return undefined
  if (!isRestored && isTaken(watched, claim)) return undefined
  return `claim ${keyOf(claim)} shows ${JSON.stringify(content)}, which ${isRestored ? `is not the restore point of ${annotations[ANNOTATION.volume]} in Backup ${annotations[ANNOTATION.backup]}` : 'nobody wrote there'}`
}

/** Somebody bound a volume to a claim of theirs by hand. */
function isTaken({ api, blame }: Watched, { spec }: StoredClaim): boolean {
  const volume = api.read<StoredVolume>(`/api/v1/persistentvolumes/${spec?.volumeName}`)
  return volume !== undefined && blame.excuses(NAME, 'specEdited', { subject: uidOf(volume) })
}

/** Every generation that a user writes begins with the claim's own name. */
function isOwn(claim: StoredClaim, content: string): boolean {
  return content.startsWith(`${keyOf(claim)}#`) && !content.includes('~')
}

function pointsFor(goods: Goods, { metadata: { annotations = {}, namespace } }: StoredClaim): readonly (string | undefined)[] {
  return [...goods.values()]
    .filter(({ backup, volume }) => backup.namespace === namespace && backup.name === annotations[ANNOTATION.backup] && volume.pvc === annotations[ANNOTATION.volume])
    .map(({ content }) => content)
}

function contentOf(watched: Watched, { spec }: StoredClaim): string | undefined {
  const volume = spec?.volumeName === undefined ? undefined : watched.api.read<StoredVolume>(`/api/v1/persistentvolumes/${spec.volumeName}`)
  const handle = volume?.spec?.csi?.volumeHandle ?? volume?.metadata.name
  return handle === undefined ? undefined : materialOf(watched).contentOf(handle)
}

/** A volume that has just been said to be restored. */
function completed(watched: Watched, goods: Goods, { actor, before, after }: Change): string | undefined {
  if (!isUs(actor)) return undefined
  const former = (before as unknown as StoredRestore | undefined)?.status?.volumes ?? []
  const fresh = ((after as unknown as StoredRestore).status?.volumes ?? []).filter(({ target, phase }) => phase === 'Completed' && former.find(volume => volume.target === target)?.phase !== 'Completed')
  return fresh.map(({ target }) => present(watched, goods, { restore: after, target })).find(complaint => complaint !== undefined)
}

function present(watched: Watched, goods: Goods, { restore, target }: { readonly restore: Change['after']; readonly target: string }): string | undefined {
  const { namespace, name } = restore.metadata
  const claim = watched.api.read<StoredClaim>(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/${target}`)
  const what = `Restore ${name} says that ${target} is Completed`
  const removed = watched.blame.lastOf('deleted', `claim ${namespace}/${target}`) !== undefined
  if (claim === undefined || claim.metadata.annotations?.[ANNOTATION.restoreUid] !== restore.metadata.uid) {
    if (removed) return void watched.blame.count(NAME, 'somebody deleted the restored claim')
    return `${what}, but the claim is ${claim === undefined ? 'not there' : 'another\'s'}`
  }
  const content = contentOf(watched, claim)
  if (claim.status?.phase !== 'Bound') return `${what}, but the claim is ${claim.status?.phase}`
  if (content !== undefined && (isOwn(claim, content) || pointsFor(goods, claim).includes(content))) return undefined
  return `${what}, but it holds ${JSON.stringify(content)}`
}
