import { LABEL, MANAGED_BY } from '../../lib/api.ts'
import { stableHash, stableJson } from '../../lib/names.ts'
import { isRetainTwin } from '../../lib/retain-twin.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'
import type { Finding } from '../jobs/finding.ts'
import type { Facts } from './facts.ts'
import { twinName } from './names.ts'
import type { Claim, PersistentVolume, SnapshotClass } from './objects.ts'

/** The class that a VolumeSnapshot is made with: a twin of the user's that never deletes a snapshot on its own. */
export interface ChosenClass {
  readonly twin: KubeObject
  readonly exists: boolean
}

/** Chooses the class for a claim's volume, or says why there is none. */
export function chooseClass(facts: Facts, claim: Claim): ChosenClass | Finding {
  const volume = facts.observed.persistentVolumes[claim.spec?.volumeName ?? ''] as PersistentVolume | undefined
  const driver = volume?.spec?.csi?.driver
  if (!driver) return { reason: 'UnsupportedVolume', message: notCsi(claim) }
  const classes = ((facts.observed.snapshotClasses ?? []) as readonly SnapshotClass[]).filter((candidate) => !isRetainTwin(candidate))
  const chosen = named(facts, classes) ?? byDriver(classes, driver)
  if (!('kind' in chosen)) return chosen
  if (chosen.driver !== driver) return { reason: 'NoSnapshotClass', message: otherDriver(chosen, claim, driver) }
  return twinOf(facts, chosen)
}

function named({ backup }: Facts, classes: readonly SnapshotClass[]): SnapshotClass | Finding | undefined {
  const name = backup.spec.snapshotClassName
  if (!name) return undefined
  const message = `VolumeSnapshotClass "${name}" does not exist; create it or correct snapshotClassName`
  return classes.find(({ metadata }) => metadata.name === name) ?? { reason: 'NoSnapshotClass', message }
}

/** The default class of the driver; without one its only class. */
function byDriver(classes: readonly SnapshotClass[], driver: string): SnapshotClass | Finding {
  const own = classes.filter((candidate) => candidate.driver === driver)
  const defaults = own.filter(({ metadata }) => metadata.annotations?.['snapshot.storage.kubernetes.io/is-default-class'] === 'true')
  const candidates = defaults.length > 0 ? defaults : own
  const [only] = candidates
  if (only && candidates.length === 1) return only
  const got = own.length === 0 ? 'none' : own.map(({ metadata }) => metadata.name).join(', ')
  const message = `driver ${driver} needs one default VolumeSnapshotClass, got ${got}; mark one as default or set snapshotClassName`
  return { reason: 'NoSnapshotClass', message }
}

/** A twin of that name made from an older version of the class is left alone; the new one gets a name of its own. */
function twinOf({ observed }: Facts, { metadata, driver, parameters }: SnapshotClass): ChosenClass {
  const content = { driver, deletionPolicy: 'Retain', ...(parameters && { parameters }) }
  const plain = twinName(metadata.name)
  const taken = observed.snapshotClasses?.find((candidate) => candidate.metadata.name === plain)
  const name = !taken || isSame(taken, content) ? plain : twinName(`${metadata.name}-${stableHash(content)}`)
  const existing = observed.snapshotClasses?.find((candidate) => candidate.metadata.name === name)
  const labels = { [LABEL.managedBy]: MANAGED_BY }
  const twin = { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshotClass', metadata: { name, labels }, ...content }
  return { twin, exists: existing !== undefined }
}

function isSame(twin: SnapshotClass, content: { driver?: string; deletionPolicy: string; parameters?: object }): boolean {
  const { driver, deletionPolicy, parameters } = twin
  return stableJson({ driver, deletionPolicy, ...(parameters && { parameters }) }) === stableJson(content)
}

function notCsi({ metadata, spec }: Claim): string {
  return `the volume of claim "${metadata.name}" (${spec?.volumeName ?? 'none'}) is not from a CSI driver, so it has no snapshots; use strategy external or tar`
}

function otherDriver({ metadata, driver }: SnapshotClass, claim: Claim, wanted: string): string {
  return `VolumeSnapshotClass "${metadata.name}" is for driver ${driver}, but claim "${claim.metadata.name}" is from ${wanted}; choose a class of that driver`
}
