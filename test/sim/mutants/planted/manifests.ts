import type { Mutant } from '../mutant.ts'

const BACKUP = 'metacontroller/backup.yaml'
const SERVICE = 'service: { name: holdfast-hooks, namespace: holdfast-system, port: 80 }'

/** What Metacontroller is told to do with the answers. */
export const MANIFEST_MUTANTS: readonly Mutant[] = [
  {
    name: 'changed-jobs-are-recreated',
    story: 'A Job that is desired otherwise than it is, is deleted and made again while its mover works (VolSync #653: the running Job is deleted and leaves its lock; Metacontroller: Recreate).',
    file: BACKUP,
    find: 'resource: jobs\n      updateStrategy: { method: OnDelete }',
    replace: 'resource: jobs\n      updateStrategy: { method: Recreate }',
    breaks: ['S2'],
  },
  {
    name: 'records-without-finalizer',
    story: 'Nobody is asked before a record goes, so the data that should go with it stays for ever (Crunchy #3662: orphaned data; Metacontroller: without the finalize hook there is no finalizer).',
    file: BACKUP,
    find: `    finalize:\n      version: v2\n      webhook:\n        ${SERVICE}\n        path: /backup/finalize\n        timeout: 15s\n`,
    replace: '',
    breaks: ['S8', 'story'],
  },
  {
    name: 'policy-sees-nothing-related',
    story: 'A policy is not shown its runs, claims and repository, for nobody asks it what to show (Metacontroller: related objects come of the customize hook alone).',
    file: 'metacontroller/backup-policy.yaml',
    find: `    customize:\n      version: v2\n      webhook:\n        ${SERVICE}\n        path: /backuppolicy/customize\n        timeout: 5s\n`,
    replace: '',
    breaks: ['S3', 'S4', 'story'],
  },
]
