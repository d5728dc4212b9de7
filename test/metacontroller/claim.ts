import { atomicUpdate, isCode } from './atomic.ts'
import { pathOfObject, type Resource } from './resources.ts'
import { matches, type LabelSelector } from './selector.ts'
import type { Client } from './client.ts'
import type { KubeObject, OwnerReference } from '../../schemas/generated/types.ts'

interface ClaimOptions {
  readonly client: Client
  readonly parent: KubeObject
  readonly parentResource: Resource
  readonly childResource: Resource
  readonly selector: LabelSelector
}

/**
 * The candidates that are children: owned ones whose labels match stay; owned ones whose labels do not are released; orphans
 * whose labels match are adopted. Nothing is adopted or released for a parent that is being deleted.
 */
export async function claim(options: ClaimOptions, candidates: readonly KubeObject[]): Promise<readonly KubeObject[]> {
  const claimed: KubeObject[] = []
  for (const candidate of candidates) if (await claimOne(options, candidate)) claimed.push(candidate)
  return claimed
}

/** The reference that makes its holder a child. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(reference => reference.controller === true)
}

/** The reference that a parent puts on its children. */
export function controllerReference(parent: KubeObject): OwnerReference {
  return {
    apiVersion: parent.apiVersion, kind: parent.kind, name: parent.metadata.name, uid: parent.metadata.uid ?? '',
    controller: true, blockOwnerDeletion: true,
  }
}

async function claimOne(options: ClaimOptions, candidate: KubeObject): Promise<boolean> {
  const owner = controllerOf(candidate)
  const wanted = matches(options.selector, candidate.metadata.labels)
  const parentGoes = options.parent.metadata.deletionTimestamp !== undefined
  if (owner !== undefined) {
    if (owner.uid !== options.parent.metadata.uid) return false
    if (!wanted && !parentGoes) await release(options, candidate)
    return wanted
  }
  if (parentGoes || !wanted || candidate.metadata.deletionTimestamp !== undefined) return false
  return adopt(options, candidate)
}

async function adopt(options: ClaimOptions, orphan: KubeObject): Promise<boolean> {
  const { client, parent, parentResource } = options
  const live = await client.call('GET', pathOfObject(parentResource, parent))
  if (live.metadata.uid !== parent.metadata.uid) throw new Error(`original ${parent.kind} ${parent.metadata.name} is gone: got uid ${live.metadata.uid}, wanted ${parent.metadata.uid}`)
  if (live.metadata.deletionTimestamp !== undefined) throw new Error(`${parent.kind} ${parent.metadata.name} has just been deleted`)
  const others = (object: KubeObject) => (object.metadata.ownerReferences ?? []).filter(reference => reference.uid !== parent.metadata.uid)
  return writeOwners(options, orphan, object => [...others(object), controllerReference(parent)])
}

async function release(options: ClaimOptions, child: KubeObject): Promise<boolean> {
  return writeOwners(options, child, object => (object.metadata.ownerReferences ?? []).filter(reference => reference.uid !== options.parent.metadata.uid))
}

async function writeOwners(options: ClaimOptions, object: KubeObject, owners: (live: KubeObject) => readonly OwnerReference[]): Promise<boolean> {
  try {
    await atomicUpdate(options.client, { resource: options.childResource, object },
      live => ({ ...live, metadata: { ...live.metadata, ownerReferences: owners(live) } }))
    return true
  } catch (error) {
    if (isCode(error, 404)) return false
    throw error
  }
}
