import type { KubeObject } from '../../../hooks/hook.ts'
import type { Body } from './scene.ts'

/** What was changed, and which child or write it is about. */
export interface Change {
  readonly before: Body
  readonly after: Body
  readonly place: string
  /** The observed child as it was sent. */
  readonly object?: KubeObject
}

const SNAPSHOTS = 'VolumeSnapshot.snapshot.storage.k8s.io/v1'

/** A change that rightly makes a hook drop a child, destroy data, let its parent go or look at less. */
export interface Legitimate {
  readonly name: string
  readonly because: string
  readonly allows: 'drop' | 'destroy' | 'release' | 'unseen'
  readonly holds: (change: Change) => boolean
}

/** All of them; whatever is not listed must change nothing that matters. */
export const LEGITIMATE: readonly Legitimate[] = [
  {
    name: 'cancelled', allows: 'drop', because: 'the annotation cancel-requested stops a run',
    holds: ({ before, after }) => differs(before, after, ['parent', 'metadata', 'annotations', 'holdfast.dev/cancel-requested']),
  },
  {
    name: 'ended', allows: 'drop', because: 'the status says that the run, the restore or the volume has ended or is being removed: phases absorb (S5)',
    holds: ({ before, after }) => ['Backup', 'Restore'].includes(before.parent.kind) && endsOf(after).some(end => !endsOf(before).includes(end)),
  },
  {
    name: 'late', allows: 'drop', because: 'a time lies further back, or a timeout is another: what is late is stopped',
    holds: ({ before, after, place }) => differs(before, after, ['parent', 'spec', 'mover']) || timesOf(after, place).some((time, index) => time < (timesOf(before, place)[index] ?? Infinity)),
  },
  {
    name: 'going already', allows: 'drop', because: 'the child itself is being deleted, or the claim that a finished Job would hold on to',
    holds: ({ after, object }) => object?.metadata.deletionTimestamp !== undefined || claimsOf(after).some(claim => at(claim, ['metadata', 'deletionTimestamp']) !== undefined),
  },
  {
    name: 'failed mover', allows: 'drop', because: 'the Job says that it has ended: a restore gives a volume up with its Job',
    holds: ({ before, after }) => before.parent.kind === 'Restore' && JSON.stringify(jobStates(before)) !== JSON.stringify(jobStates(after)),
  },
  {
    name: 'another claim', allows: 'drop', because: 'the claim is not the one that the Job says to write into: the volume is given up, with its Job',
    holds: ({ before, after }) => before.parent.kind === 'Restore' && JSON.stringify(claimUids(before)) !== JSON.stringify(claimUids(after)),
  },
  {
    name: 'checked again', allows: 'drop', because: 'a check that has ended tells about the very spec that was checked, for a day, and until a person asks again',
    holds: ({ before, after, object }) => before.parent.kind === 'BackupRepository' && JSON.stringify(object?.status ?? {}).includes('"Complete"') &&
      JSON.stringify([before.parent, jobStates(before)]) !== JSON.stringify([after.parent, jobStates(after)]),
  },
  {
    name: 'another restore point', allows: 'drop', because: 'a restore whose movers have not begun gives up when its restore point is not there or not good: its claims are empty still',
    holds: ({ before, after, place }) => before.parent.kind === 'Restore' && place.startsWith('PersistentVolumeClaim.') &&
      JSON.stringify(jobStates(before)) === '[]' && (differs(before, after, ['parent', 'status', 'backup']) || JSON.stringify(backupsOf(before)) !== JSON.stringify(backupsOf(after))),
  },
  {
    name: 'snapshots only', allows: 'drop', because: 'a policy that was changed to snapshots has no repository to prune',
    holds: ({ after }) => after.parent.kind === 'BackupPolicy' && at(after, ['parent', 'spec', 'strategy']) === 'snapshot',
  },
  {
    name: 'former name', allows: 'drop', because: 'a policy has one CronJob; one of another name was made by a version that named it otherwise',
    holds: ({ before, place }) => before.parent.kind === 'BackupPolicy' && !place.endsWith('/nightly-prune'),
  },
  {
    name: 'removal', allows: 'drop', because: 'while data is removed on request only the present Job that removes it is wanted (S2: explicit deletion)',
    holds: ({ before, after, place }) => at(before, ['parent', 'status', 'phase']) === 'Deleting' && 
      (differs(before, after, ['parent', 'status', 'deletion']) || JSON.stringify(jobStates(before)) !== JSON.stringify(jobStates(after)) || !place.endsWith('/nightly-1-delete-0')),
  },
  {
    name: 'removal began', allows: 'destroy', because: 'the status says Deleting: the request to delete was seen and written down before (S7)',
    holds: ({ before, after }) => at(after, ['parent', 'status', 'phase']) === 'Deleting' && differs(before, after, ['parent', 'status']),
  },
  {
    name: 'another object', allows: 'destroy', because: 'a request that names another Backup is about that one, and each effect is fenced by the UID that it came with',
    holds: ({ before, after }) => differs(before, after, ['parent', 'metadata', 'name']),
  },
  {
    name: 'retention', allows: 'destroy', because: 'which points may go follows from the Backups there are and from what the policy says of them; that it never takes the last good one is tested elsewhere',
    holds: ({ before, after }) => before.parent.kind === 'BackupPolicy' &&
      JSON.stringify([backupsOf(before), before.parent.spec, before.parent.metadata.annotations]) !== JSON.stringify([backupsOf(after), after.parent.spec, after.parent.metadata.annotations]),
  },
  {
    name: 'no snapshot API', allows: 'release', because: 'a cluster that has no VolumeSnapshots any more shows none and lets go of none: the record goes, with an Event, and the data stays',
    holds: ({ before, after }) => at(before, ['parent', 'spec', 'strategy']) === 'snapshot' && at(before, ['children', SNAPSHOTS]) !== undefined && at(after, ['children', SNAPSHOTS]) === undefined,
  },
  {
    name: 'no repository', allows: 'release', because: 'without its repository, and without a Job at work, no data can be removed: the record goes, with an Event, and the data stays',
    holds: ({ before, after }) => at(before, ['parent', 'spec', 'repositoryRef', 'name']) !== undefined && at(after, ['children', 'Job.batch/v1', keyIn(before, 'nightly-1-delete-0')]) === undefined &&
      differs(before, after, ['parent', 'spec', 'repositoryRef']),
  },
  {
    name: 'withdrawn', allows: 'release', because: 'nobody asks any more for the data to be removed: the record goes, with an Event, and the data stays',
    holds: isWithdrawn,
  },
  {
    name: 'withdrawn', allows: 'drop', because: 'with the record goes the Job that was to remove its data',
    holds: change => change.before.finalizing === true && isWithdrawn(change) && change.place.endsWith('/nightly-1-delete-0'),
  },
  {
    name: 'another object', allows: 'release', because: 'snapshots and volumes that are of one UID and name are nothing to a parent of another, so it has nothing left to deal with',
    holds: ({ before, after }) => differs(before, after, ['parent', 'metadata', 'uid']) || differs(before, after, ['parent', 'metadata', 'name']),
  },
  {
    name: 'another parent', allows: 'unseen', because: 'what a parent looks at is named after it, and lies in its namespace',
    holds: ({ before, after }) => differs(before, after, ['parent', 'metadata', 'name']) || differs(before, after, ['parent', 'metadata', 'namespace']),
  },
  {
    name: 'not named', allows: 'unseen', because: 'the spec does not name it any more',
    holds: ({ after, place }) => ['Backup', 'Restore'].includes(after.parent.kind) && place.includes(' named ') && !namedBy(after).some(name => place.endsWith(` named ${name}`)),
  },
  {
    name: 'another place', allows: 'unseen', because: 'the repository follows from where the spec says that the data is, and so does the claim of one that lies on a claim',
    holds: ({ before, after, place }) => ['strategy', 'destination', 'repositoryRef', 'type', 'url'].some(field => differs(before, after, ['parent', 'spec', field])) &&
      ((before.parent.kind === 'BackupPolicy' && /^(cluster)?backuprepositories\./.test(place)) || before.parent.kind === 'BackupRepository'),
  },
  {
    name: 'another selector', allows: 'unseen', because: 'the claims of a policy are those that it selects',
    holds: ({ before, after, place }) => before.parent.kind === 'BackupPolicy' && place.startsWith('persistentvolumeclaims.') && differs(before, after, ['parent', 'spec', 'selector']),
  },
]

/** A request that somebody else makes, or for another reason, is one still. */
function isWithdrawn({ before, after }: Change): boolean {
  const [asked, asks] = [before, after].map(({ parent }) => requesterIn(at(parent, ['metadata', 'annotations', 'holdfast.dev/delete-requested'])))
  return asked !== undefined && asks === undefined
}

function requesterIn(text: unknown): unknown {
  try {
    return at(JSON.parse(String(text)), ['requestedBy'])
  } catch {
    return undefined
  }
}

function keyIn({ parent: { metadata: { namespace } } }: Body, name: unknown): string {
  return `${namespace}/${String(name)}`
}

/** Names of the objects that a Backup or a Restore says it is about; one from a cluster repository has another name than that. */
function namedBy({ parent }: Body): readonly unknown[] {
  const volumes = at(parent, ['spec', 'volumes'])
  const claims = Array.isArray(volumes) ? volumes.map(volume => typeof volume === 'string' ? volume : at(volume, ['target']) ?? at(volume, ['source'])) : []
  const isCluster = at(parent, ['spec', 'repositoryRef', 'kind']) === 'ClusterBackupRepository'
  return [...claims, at(parent, ['spec', 'backup']), isCluster ? undefined : at(parent, ['spec', 'repositoryRef', 'name'])].filter(name => name !== undefined)
}

/** What the status says has ended: the whole, or a volume by its name. */
function endsOf({ parent }: Body): readonly string[] {
  const volumes = at(parent, ['status', 'volumes'])
  const whole = { name: 'whole', phase: at(parent, ['status', 'phase']) }
  const parts = Array.isArray(volumes) ? volumes.map(volume => ({ name: `volume ${String(at(volume, ['pvc']) ?? at(volume, ['target']))}`, phase: at(volume, ['phase']) })) : []
  return [whole, ...parts].filter(({ phase }) => ['Completed', 'PartiallyFailed', 'Failed', 'Deleting', 'Deleted'].includes(String(phase))).map(({ name, phase }) => `${name} ${String(phase)}`)
}

/** In milliseconds; one that cannot be read is no time. */
function timesOf({ parent, children }: Body, place: string): readonly number[] {
  const [group = '', key = ''] = place.split(' ')
  const volumes = at(parent, ['status', 'volumes'])
  const texts = [
    at(parent, ['status', 'startTime']), at(parent, ['metadata', 'creationTimestamp']), at(children, [group, key, 'metadata', 'creationTimestamp']),
    ...Array.isArray(volumes) ? volumes.map(volume => at(volume, ['startTime'])) : [],
  ]
  return texts.map(text => Date.parse(String(text)))
}

function jobStates({ children }: Body): unknown {
  return Object.entries((at(children, ['Job.batch/v1']) ?? {}) as object).map(([key, job]) => [key, at(job, ['status']), at(job, ['metadata', 'labels'])])
}

/** The UIDs of the claims there are, and which of them the Jobs say to write into. */
function claimUids({ children }: Body): unknown {
  const objectsOf = (group: string): readonly (readonly [string, unknown])[] => Object.entries((at(children, [group]) ?? {}) as object)
  const claims = objectsOf('PersistentVolumeClaim.v1').map(([key, claim]) => [key, at(claim, ['metadata', 'uid'])])
  return [claims, objectsOf('Job.batch/v1').map(([key, job]) => [key, at(job, ['metadata', 'annotations', 'holdfast.dev/claim-uid'])])]
}

function claimsOf({ related }: Body): readonly unknown[] {
  return Object.values((at(related, ['PersistentVolumeClaim.v1']) ?? {}) as object)
}

function backupsOf({ related }: Body): unknown {
  return at(related, ['Backup.holdfast.dev/v1alpha1'])
}

function differs(before: unknown, after: unknown, path: readonly string[]): boolean {
  return JSON.stringify(at(before, path)) !== JSON.stringify(at(after, path))
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inside, key) => (typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key) ? (inside as Record<string, unknown>)[key] : undefined), value)
}
