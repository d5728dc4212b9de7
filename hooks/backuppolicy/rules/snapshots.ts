import { isRetainTwin } from '../../../lib/retain-twin.ts'
import type { Rule } from './rule.ts'

/** Snapshots need the snapshot API and a class of the user's; our own twins of such classes do not count. */
export const snapshotRule: Rule = ({ view: { policy: { spec } }, snapshotClasses }) => {
  if (spec.strategy !== 'snapshot') return undefined
  if (snapshotClasses === undefined) {
    const message = 'strategy snapshot needs the CSI snapshot API (snapshot.storage.k8s.io), which this cluster does not have; '
      + 'install the snapshot controller and its CRDs, or use strategy external or tar'
    return { reason: 'SnapshotsUnavailable', message }
  }
  const classes = snapshotClasses.filter((candidate) => !isRetainTwin(candidate))
  const names = classes.map(({ metadata }) => metadata.name)
  const wanted = spec.snapshotClassName
  if (wanted === undefined ? names.length > 0 : names.includes(wanted)) return undefined
  const found = names.length === 0 ? 'there is none' : `there are ${names.toSorted().slice(0, 10).join(', ')}`
  const [needed, remedy] = wanted === undefined
    ? ['a VolumeSnapshotClass', 'create one for the CSI driver of the volumes']
    : [`VolumeSnapshotClass ${wanted}`, 'create it or correct snapshotClassName']
  return { reason: 'NoSnapshotClass', message: `strategy snapshot needs ${needed} but ${found}; ${remedy}` }
}
