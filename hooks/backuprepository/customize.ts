import type { BackupRepository } from '../../schemas/generated/types.ts'
import type { RelatedRule } from '../hook.ts'
import { namespaceOf } from './model.ts'

/** A destination on a claim wants to see that claim; no other needs anything. */
export function customizeRepository(repository: BackupRepository): readonly RelatedRule[] {
  const claim = claimName(repository)
  return claim === undefined ? [] : [{ apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace: namespaceOf(repository), names: [claim] }]
}

/** The claim of a `pvc://claim/path` url; undefined for another type, or when the url names none. */
export function claimName({ spec }: BackupRepository): string | undefined {
  return spec.type === 'pvc' ? /^pvc:\/\/([^/]+)/.exec(spec.url)?.[1] : undefined
}
