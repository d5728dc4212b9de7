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

/** A change that rightly makes a hook drop a child or destroy data. */
export interface Legitimate {
  readonly name: string
  readonly because: string
  readonly allows: 'drop' | 'destroy'
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
]

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
