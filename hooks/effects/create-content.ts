import { UserError } from '../../lib/errors.ts'
import type { KubeObject } from '../hook.ts'
import type { Kubernetes } from '../kubernetes.ts'
import { resourcePath } from '../resource-path.ts'
import type { EffectOf } from './effect.ts'
import { conflict, readNamed } from './fenced.ts'

/**
 * Creates a pre-provisioned VolumeSnapshotContent. One of that name is left as it is when it holds the same snapshot;
 * throws UserError when it holds another.
 */
export async function createContent({ object }: EffectOf<'createContent'>, api: Kubernetes): Promise<void> {
  const answer = await api.call({ method: 'POST', path: resourcePath('VolumeSnapshotContent', {}), body: object })
  if (answer.outcome === 'ok') return
  if (answer.outcome !== 'exists') throw conflict(answer)
  const { name } = object.metadata
  const found = await readNamed(api, resourcePath('VolumeSnapshotContent', { name }))
  if (found === undefined) throw conflict(answer)
  if (snapshotOf(found) === snapshotOf(object)) return
  throw new UserError('SnapshotLost', `VolumeSnapshotContent ${name} exists and holds ${snapshotOf(found)}, not ${snapshotOf(object)}; delete or rename it`)
}

function snapshotOf(content: KubeObject): string {
  const { driver, source } = content.spec as { driver?: string; source?: { snapshotHandle?: string } }
  return `${driver} ${source?.snapshotHandle}`
}
