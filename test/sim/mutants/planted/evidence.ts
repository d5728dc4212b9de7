import type { Mutant } from '../mutant.ts'

const QUEUE = 'hooks/backup/queue.ts'
const MOVERS = 'hooks/backup/movers.ts'

/** What a run believes about itself, and what becomes of its Jobs. */
export const EVIDENCE_MUTANTS: readonly Mutant[] = [
  {
    name: 'status-over-jobs',
    story: 'Only the status says whether a run has begun; when that is lost or old, running Jobs are dropped as if there were none '
      + '(Velero #7230, #4503: progress is forgotten at a restart; Sieve OSDI\'22, stale state).',
    file: QUEUE,
    find: 'return status.startTime !== undefined || Object.keys(jobs).length > 0 || Object.keys(snapshots ?? {}).length > 0',
    replace: 'return status.startTime !== undefined',
    breaks: ['S2', 'story'],
  },
  {
    name: 'run-queued-again',
    story: 'A run that is under way waits again when its repository is not available for a moment, and its Job goes meanwhile '
      + '(VolSync #653, #1042: the running Job is deleted and leaves its lock).',
    file: QUEUE,
    find: 'if (hasBegun(facts)) return undefined',
    replace: 'if (hasBegun(facts) && !checkRepository(facts)) return undefined',
    breaks: ['S2'],
  },
  {
    name: 'edit-stops-the-running-job',
    story: 'Job arguments follow the present spec, so an edit deletes the Job that runs (VolSync #653: arguments are computed anew each time).',
    file: 'hooks/backuprepository/children.ts',
    find: 'const former = running.filter(job => job.metadata.name !== checkJobName(input.request.parent)).map(asDesired)',
    replace: 'const former: KubeObject[] = running.slice(0, 0)',
    breaks: ['S2'],
  },
  {
    name: 'finished-job-made-again',
    story: 'A finished Job that expires while its run goes on is desired still, so it is made again and the work is done again '
      + '(Metacontroller: ttlSecondsAfterFinished on a desired Job; browsertrix keeps a finalizer against it).',
    file: MOVERS,
    find: 'if (isDone(volume)) {',
    replace: 'if (isDone(volume) && first) {',
    breaks: ['S5'],
  },
  {
    name: 'job-over-recorded-result',
    story: 'A result that stands in the status is read again from a pod that is gone, and a good volume becomes a lost one '
      + '(Velero #7230: Completed with a failure reason).',
    file: MOVERS,
    find: 'if (isDone(volume)) {',
    replace: 'if (isDone(volume) && !first) {',
    breaks: ['S5'],
  },
  {
    name: 'job-dropped-with-its-result',
    story: 'The finished Job goes in the same answer that records its result; whoever dies between the two writes has neither '
      + '(Sieve OSDI\'22, intermediate state; KubeBlocks #8570 "always in running status").',
    file: MOVERS,
    find: 'if (after) return { volume: after, children }',
    replace: 'if (after) return { volume: after, children: [] }',
    breaks: ['D', 'S2'],
  },
  {
    name: 'terminal-run-judged-again',
    story: 'A run that has ended is judged again from what is left of it (Velero #7230: `markInProgressCRsFailed` over phase Completed).',
    file: 'hooks/backup/settled.ts',
    find: 'if (!isTerminal(status.phase)) return undefined',
    replace: 'if (status.phase !== \'Completed\' && status.phase !== \'PartiallyFailed\') return undefined',
    breaks: ['S5'],
  },
  {
    name: 'failed-volume-tried-for-ever',
    story: 'A volume that failed is never done, so its run goes on and on (VolSync: after eight failures the Job is deleted and retried for ever).',
    file: 'hooks/backup/volume.ts',
    find: 'return isTerminal(volume.phase) || volume.phase === \'Deleted\'',
    replace: 'return (isTerminal(volume.phase) && volume.phase !== \'Failed\') || volume.phase === \'Deleted\'',
    breaks: ['S5', 'L3', 'goal'],
  },
  {
    name: 'queued-for-ever',
    story: 'A run whose repository has vanished waits without end, and with it all that come after (CloudNativePG #10385; Velero #2738, #4904).',
    file: QUEUE,
    find: 'return left > 0 ? wait(facts, waiting, left) : fail(facts, waiting)',
    replace: 'return wait(facts, waiting, Math.max(60, left))',
    breaks: ['L3', 'goal'],
  },
  {
    name: 'no-deadline',
    story: 'Nothing ends a run that hangs (Stash #889 "infinite running", #1170; KubeBlocks #8570).',
    file: 'hooks/backup/run.ts',
    find: 'if (left > 0) return going(facts, progress, left)',
    replace: 'if (progress.volumes.length > 0) return going(facts, progress, Math.max(left, 60))',
    breaks: ['L3', 'goal'],
  },
  {
    name: 'cancel-ignored',
    story: 'A run cannot be stopped (Velero #2098, open since 2019; #9189).',
    file: 'hooks/backup/run.ts',
    find: 'const cancel = cancelled(facts)\n',
    replace: 'const cancel = progress.volumes.length > 0 ? undefined : cancelled(facts)\n',
    breaks: ['L3', 'goal'],
  },
  {
    name: 'cancelled-mover-goes-on',
    story: 'A cancelled run says so, but its mover goes on writing (Velero #9189, #6610: work is stranded, data leaks).',
    file: 'hooks/backup/kept.ts',
    find: '.filter(job => !(jobState(job) === \'active\' ? failed : released).has(job.metadata.name))',
    replace: '.filter(job => jobState(job) === \'active\' || !released.has(job.metadata.name) || failed.size < 0)',
    breaks: ['D', 'goal', 'L3'],
  },
  {
    name: 'parallelism-ignored',
    story: 'All movers start at once (K8up: limits default to none, #1107; VolSync #1423: 3,000 claims).',
    file: MOVERS,
    find: '(facts.backup.spec.mover?.parallelism ?? 5) - steps.filter((step) => step.active).length',
    replace: 'steps.length',
    breaks: ['S3'],
  },
  {
    name: 'refused-job-is-awaited',
    story: 'A Job that a quota refuses, or whose name is taken, is asked for until the run ends at its deadline, hours later, and later runs of its policy wait behind it (Metacontroller tells of it in an event only).',
    file: 'hooks/backup/unmade.ts',
    find: 'const failure = secondsLeft(facts, startTime, startupTimeout(facts)) > 0 ? undefined : taken ?? missing',
    replace: 'const failure = undefined as Finding | undefined',
    breaks: ['goal', 'story'],
  },
]
