import type { Mutant } from '../mutant.ts'

/** Success that is none. */
export const TRUTH_MUTANTS: readonly Mutant[] = [
  {
    name: 'unreadable-files-are-fine',
    story: 'Files that could not be read do not count: the run is Completed (K8up ignores restic\'s exit code 3; Velero #6212, #5155).',
    file: 'hooks/backup/outcome.ts',
    find: 'if (!result.reason && !result.errors) return',
    replace: 'if (result.ok) return',
    breaks: ['D'],
  },
  {
    name: 'empty-volume-is-fine',
    story: 'A backup of nothing succeeds, so that a lost volume looks healthy (VolSync #1181, scribe #156; K8up #1032).',
    file: 'hooks/backup/children.ts',
    find: 'allowEmpty: spec.allowEmpty ?? false',
    replace: 'allowEmpty: true',
    breaks: ['D'],
  },
  {
    name: 'lost-result-is-success',
    story: 'A Job that is complete is a success, whatever is known of its result '
      + '(keiretsu-labs PR 2789: a fleet with Completed Velero Backups and nothing in them).',
    file: 'hooks/backup/outcome.ts',
    find: 'if (outcome.state !== \'succeeded\' || outcome.result.operation !== \'backup\' || !outcome.result.handle) return undefined',
    replace: 'if (outcome.state !== \'succeeded\') return { ...quiet(running), phase: \'Completed\', completionTime: end }',
    breaks: ['D'],
  },
  {
    name: 'failed-job-is-success',
    story: 'The mover\'s error is not looked at, only that it ended (K8up `folderRestore` returns nil, #910: a failed dump is stored as a snapshot).',
    file: 'hooks/backup/outcome.ts',
    find: 'if (outcome.state === \'failed\') return failedVolume({ ...running, ...numbers(outcome.result) }, outcome, end)',
    replace: 'if (outcome.state === \'failed\') return { ...quiet(running), ...numbers(outcome.result), phase: \'Completed\', completionTime: end }',
    breaks: ['D'],
  },
  {
    name: 'some-failed-is-completed',
    story: 'A run is Completed as soon as one volume of it is (Velero #5834, #1266: "Completed" that is not).',
    file: 'hooks/backup/verdict.ts',
    find: 'if (failed.length > 0) return someFailed(volumes, failed)',
    replace: 'if (failed.length > 1) return someFailed(volumes, failed)',
    breaks: ['D', 'S6'],
  },
  {
    name: 'namesake-point-taken',
    story: 'The mover goes by the Backup\'s name alone: the point of an older Backup of the same name passes for the new one\'s '
      + '(CloudNativePG keeps a session id in its Backups against the like; Jepsen on etcd 3.4.3: fence by UID).',
    file: 'hooks/backup/children.ts',
    find: '...(uid && { run: uid }),',
    replace: '',
    breaks: ['D'],
  },
  {
    name: 'emptied-repository-made-anew',
    story: 'A repository that is gone is made again and everything goes on as if nothing was lost (VolSync #1004: unreachable counts as empty).',
    file: 'hooks/backup/children.ts',
    find: '...(spec.strategy === \'external\' && resticId && { resticId }),',
    replace: '',
    breaks: ['S12', 'D'],
  },
  {
    name: 'unready-snapshot-is-good',
    story: 'A snapshot counts once it has a handle, although the driver may fail yet (snapscheduler #688; Gemini never looks at readiness).',
    file: 'hooks/backup/snapshots.ts',
    find: 'const handle = snapshot.status?.readyToUse === true ? content?.status?.snapshotHandle : undefined',
    replace: 'const handle = content?.status?.snapshotHandle',
    breaks: ['D'],
  },
]
