import type { ApiServer } from '../api/api.ts'
import type { Watched } from './invariant.ts'
import { RESOURCE, type StoredVolume } from './resources.ts'

/** Which volumes (by CSI handle) each claim's name has ever been bound to. */
export interface BoundVolumes {
  handlesOf(namespace: string, claim: string): readonly string[]
}

const known = new WeakMap<ApiServer, BoundVolumes>()

/** One memory for all invariants of a world. */
export function boundVolumesOf({ api }: Watched): BoundVolumes {
  const found = known.get(api)
  if (found !== undefined) return found
  const handles = new Map<string, Set<string>>()
  const look = ({ spec }: StoredVolume): void => {
    const { namespace, name } = spec?.claimRef ?? {}
    const handle = spec?.csi?.volumeHandle
    if (name === undefined || handle === undefined) return
    const key = `${namespace}/${name}`
    handles.set(key, (handles.get(key) ?? new Set()).add(handle))
  }
  api.all<StoredVolume>(RESOURCE.volumes).forEach(look)
  api.subscribe(({ resource, after }) => { if (resource === RESOURCE.volumes) look(after as StoredVolume) })
  const bound: BoundVolumes = { handlesOf: (namespace, claim) => [...handles.get(`${namespace}/${claim}`) ?? []] }
  known.set(api, bound)
  return bound
}
