import type { Change } from '../api/api.ts'
import type { Blame } from './blame.ts'
import { keyOf, RESOURCE, uidOf, type StoredContent } from './resources.ts'

/** Notes what a person did to an object. */
export function witness({ actor, type, resource, before, after, at }: Change, blame: Blame): void {
  if (actor !== 'user') return
  const uid = uidOf(after)
  if (resource === RESOURCE.contents) noteContent(after as StoredContent, blame, at)
  if (resource === RESOURCE.claims && type !== 'ADDED') noteClaim(after, blame, at)
  if (type === 'ADDED') return blame.note('created', `${resource} ${keyOf(after)}`, at)
  if (type === 'DELETED' || after.metadata.deletionTimestamp !== before?.metadata.deletionTimestamp) return blame.note('deleted', uid, at)
  if (before === undefined) return
  if (before.status !== after.status && differs(before.status, after.status)) blame.note('statusEdited', uid, at)
  if (before.spec !== after.spec && differs(before.spec, after.spec)) blame.note('specEdited', uid, at)
  const { labels, annotations, ownerReferences, finalizers } = before.metadata
  if (differs({ labels, annotations, ownerReferences, finalizers }, pick(after.metadata))) blame.note('metadataEdited', uid, at)
}

/** Which driver snapshot somebody may have let go of. */
function noteContent({ spec, status }: StoredContent, blame: Blame, at: number): void {
  const handle = status?.snapshotHandle ?? spec?.source?.snapshotHandle
  if (handle !== undefined) blame.note('specEdited', `content of ${handle}`, at)
}

/** Under this name too, for those who know the claim by nothing else. */
function noteClaim(claim: Change['after'], blame: Blame, at: number): void {
  if (claim.metadata.deletionTimestamp !== undefined) blame.note('deleted', `claim ${keyOf(claim)}`, at)
}

function pick({ labels, annotations, ownerReferences, finalizers }: Change['after']['metadata']): object {
  return { labels, annotations, ownerReferences, finalizers }
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other)
}
