import type { KubeObject } from '../hook.ts'
import type { Kubernetes } from '../kubernetes.ts'
import type { EffectOf } from './effect.ts'
import { patchFenced, readTarget } from './fenced.ts'

/** Merges labels, annotations and the deletionPolicy into a VolumeSnapshotContent; writes nothing when all of it is there. */
export async function patchContent(effect: EffectOf<'patchContent'>, api: Kubernetes): Promise<void> {
  const content = await readTarget(api, 'VolumeSnapshotContent', effect.target)
  if (content === undefined || isDone(content, effect)) return
  const { labels, annotations, deletionPolicy } = effect
  await patchFenced(api, content, { metadata: { labels, annotations }, ...(deletionPolicy === undefined ? {} : { spec: { deletionPolicy } }) })
}

function isDone(content: KubeObject, { labels, annotations, deletionPolicy }: EffectOf<'patchContent'>): boolean {
  const policy = (content.spec as { deletionPolicy?: string } | undefined)?.deletionPolicy
  return holds(content.metadata.labels, labels) && holds(content.metadata.annotations, annotations) &&
    (deletionPolicy === undefined || deletionPolicy === policy)
}

function holds(present: Readonly<Record<string, string>> = {}, wanted: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => present[key] === value)
}
