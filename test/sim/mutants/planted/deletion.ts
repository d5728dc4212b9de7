import type { Mutant } from '../mutant.ts'

const DELETION = 'hooks/backup/deletion.ts'
const DATA = 'hooks/backup/deletion-data.ts'

/** How data goes, and how it stays. */
export const DELETION_MUTANTS: readonly Mutant[] = [
  {
    name: 'data-before-status',
    story: 'Data is destroyed in the same answer that says so first, so that a crash leaves a Completed record of nothing '
      + '(Velero #9790: restores from a backup that is being deleted; Sieve OSDI\'22: 8 of 46 bugs lost data).',
    file: DELETION,
    find: 'if (facts.status.phase !== \'Deleting\') return awaitReaders(facts) ?? announce(facts, request as DeletionRequest)',
    replace: 'if (facts.status.phase === undefined) return awaitReaders(facts) ?? announce(facts, request as DeletionRequest)',
    breaks: ['S7', 'D8'],
  },
  {
    name: 'data-removed-under-a-restore',
    story: 'A restore point is removed while a Restore reads it (Velero: running downloads are not consulted; #9190, #6610).',
    file: DELETION,
    find: 'return awaitReaders(facts) ?? announce(',
    replace: 'return announce(',
    breaks: ['D', 'S7'],
  },
  {
    name: 'record-gone-data-gone',
    story: 'Deleting the record deletes its data whatever the policy says: a prune by GitOps empties the store (Velero #2975, helm-charts #503; KubeBlocks: Delete is the default).',
    file: 'hooks/backup/requests.ts',
    find: 'if (!finalizing || !backup.metadata.deletionTimestamp || backup.spec.deletionPolicy !== \'Delete\') return undefined',
    replace: 'if (!finalizing || !backup.metadata.deletionTimestamp) return undefined',
    breaks: ['S7', 'D', 'story'],
  },
  {
    name: 'any-text-deletes',
    story: 'An annotation that is not understood deletes (Gemini takes what it does not understand for keep 0; K8up parses keepTags as a flag).',
    file: 'lib/deletion-request.ts',
    find: '  } catch {\n    return undefined',
    replace: '  } catch {\n    return text === undefined ? undefined : { requestedBy: \'user\', reason: text.slice(0, 100) }',
    breaks: ['S7', 'D2'],
  },
  {
    name: 'finalizer-dropped-early',
    story: 'The record goes as soon as its data begins to be removed; garbage collection takes the delete Job with it (Crunchy #3662: orphaned data).',
    file: DELETION,
    find: 'return { status: deletingStatus(facts, removal), children, effects, resyncAfterSeconds, finalized: false }',
    replace: 'return { status: deletingStatus(facts, removal), children, effects, resyncAfterSeconds, finalized: facts.finalizing }',
    breaks: ['S8'],
  },
  {
    name: 'finalizer-never-dropped',
    story: 'A record whose data is gone stays in Terminating (Metacontroller #1062; KubeBlocks #10344; tidb-operator #2888).',
    file: DELETION,
    find: 'resyncAfterSeconds: 5, finalized: facts.finalizing }',
    replace: 'resyncAfterSeconds: 5, finalized: false }',
    breaks: ['goal', 'story'],
  },
  {
    name: 'not-shown-means-gone',
    story: 'What a cache does not show is taken for gone: the record leaves without its data though the repository is there (Sieve OSDI\'22, stale state; Metacontroller: an empty group of related objects).',
    file: 'hooks/backup/reads.ts',
    find: 'const isLeaving = facts.finalizing && needsJobs(facts) && facts.repository === undefined',
    replace: 'const isLeaving = facts.name === \'\'',
    breaks: ['story'],
  },
  {
    name: 'foreground-deletion-waits-for-a-job',
    story: 'Under foreground deletion nobody makes children any more, so a finalizer that waits for one waits for ever (Metacontroller PR #377).',
    file: DELETION,
    find: 'if (facts.finalizing && isForeground(facts)) return keepData',
    replace: 'if (facts.finalizing && isForeground(facts) && facts.status.phase === undefined) return keepData',
    breaks: ['goal', 'story'],
  },
  {
    name: 'failed-deletion-is-success',
    story: 'A delete Job that has ended has deleted, whatever it says (K8up: errors of restic are not read; KubeBlocks deletionFailureReason is only told).',
    file: DATA,
    find: 'if (state === \'complete\') return',
    replace: 'if (state !== \'active\') return',
    breaks: ['S8', 'goal'],
  },
  {
    name: 'deletion-gives-up',
    story: 'After some failures deletion is given up and forgotten, and the data stays without a record '
      + '(Velero: a DeleteBackupRequest ages out after 24 h, #6091, #3094; KubeBlocks: backoffLimit 2).',
    file: DATA,
    find: 'return { ...failure, failures: attempt + 1, resyncAfterSeconds: 1 }',
    replace: 'return { ...failure, failures: attempt + 1, resyncAfterSeconds: 1, ...(attempt > 0 && { state: \'done\' as const }) }',
    breaks: ['S8', 'goal'],
  },
  {
    name: 'deletion-meets-the-mover',
    story: 'Data is removed while the mover of the run still writes, so a point appears after its record went (Velero #9190: deletion races leave leaked data).',
    file: DATA,
    find: 'if (left !== undefined) return',
    replace: 'if (left !== undefined && facts.status.deletion === undefined) return',
    breaks: ['S8', 'goal', 'D11'],
  },
  {
    name: 'unfinished-run-held-nothing',
    story: 'A run without a result is believed to have left nothing behind, so what its mover did store stays for ever (Velero #8282; Crunchy #3662: orphaned data).',
    file: DATA,
    find: 'return volumes.every(({ jobName, handle }) => !jobName && !handle)',
    replace: 'return volumes.every(({ handle }) => !handle)',
    breaks: ['S8', 'goal', 'story'],
  },
  {
    name: 'policy-takes-its-runs-along',
    story: 'Deleting a policy deletes the data of its runs (KubeBlocks WipeOut; Velero #4093: owner references and garbage collection).',
    file: 'hooks/backuppolicy/finalize.ts',
    find: 'annotations: { [ANNOTATION.cancelRequested]: JSON.stringify(request) }',
    replace: 'annotations: { [ANNOTATION.deleteRequested]: JSON.stringify(request) }',
    breaks: ['S7', 'S6'],
  },
  {
    name: 'orphaned-mover-goes-on',
    story: 'A pod that was left without its Job hangs for ever, and all that waits for it does too (of the kind of Stash #889 "infinite running"; our seed 11518).',
    file: 'hooks/jobs/mover-job.ts',
    find: "    restartPolicy: 'Never',\n    // From the pod's own start, so the Job's comes first. It ends a pod whose Job somebody deleted without it (--cascade=orphan).\n    activeDeadlineSeconds: deadlineOf(options),\n",
    replace: "    restartPolicy: 'Never',\n",
    breaks: ['goal', 'story'],
  },
]
