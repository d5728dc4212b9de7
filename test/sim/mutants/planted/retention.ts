import type { Mutant } from '../mutant.ts'

const RETENTION = 'lib/retention.ts'
const POLICY = 'hooks/backuppolicy/retention.ts'

/** What is let go of, and when. */
export const RETENTION_MUTANTS: readonly Mutant[] = [
  {
    name: 'failed-runs-count-as-points',
    story: 'maxBackups counts runs that hold nothing, so they push the good ones out (snapscheduler #688: never-ready snapshots evict every usable one).',
    file: RETENTION,
    find: 'const good = ended.filter(isGood)',
    replace: 'const good = [...ended]',
    breaks: ['S6'],
  },
  {
    name: 'partial-runs-count-as-points',
    story: 'A run with unreadable files counts as good and pushes whole ones out (K8up ignores restic\'s exit code 3; K8up #910, #1032).',
    file: RETENTION,
    find: 'const good = ended.filter(isGood)',
    replace: 'const good = ended.filter((backup) => backup.status?.phase !== \'Failed\')',
    breaks: ['S6'],
  },
  {
    name: 'expires-while-runs-fail',
    story: 'Expiry goes on while no new run succeeds, until nothing good is left (Velero #9061, #5381 "Velero deleted my backup").',
    file: RETENTION,
    find: 'points: lastsWell ? expiredPoints(own, retention ?? {}, now).toReversed() : []',
    replace: 'points: expiredPoints(own, retention ?? {}, now).toReversed()',
    breaks: ['S6'],
  },
  {
    name: 'newest-of-a-volume-expires',
    story: 'The last good point of a volume that newer runs do not hold goes by count like any other (Velero #9061: siblings and contents are ignored).',
    file: RETENTION,
    find: 'const reason = pinned.has(backup) ? undefined : reasons.get(backup)',
    replace: 'const reason = reasons.get(backup)',
    breaks: ['S6'],
  },
  {
    name: 'age-by-a-wrong-clock',
    story: 'Everything older than maxAge goes, also when the newest point is: runs have stopped, or the clock has jumped '
      + '(Velero compares with the controller\'s clock, no guard; snapscheduler mixes its own and the API server\'s).',
    file: RETENTION,
    find: 'if (endOf(point.newest) < horizon || endOf(point.backup) >= horizon) return undefined',
    replace: 'if (endOf(point.backup) >= horizon) return undefined',
    breaks: ['S6'],
  },
  {
    name: 'leaving-points-count-as-kept',
    story: 'A point that is being deleted still counts as one that is kept, and the one before it goes too '
      + '(Velero #9061: neither phase nor siblings are asked).',
    file: RETENTION,
    find: 'isTerminal(backup.status?.phase) && !isLeaving(backup)',
    replace: 'isTerminal(backup.status?.phase)',
    breaks: ['S6'],
  },
  {
    name: 'a-clock-ahead-ranks-for-ever',
    story: 'A clock ran ahead while as many runs ended as are kept; every good run since ranks behind them and is deleted at once, until that time comes '
      + '(Velero compares with the controller\'s clock, no guard; snapscheduler mixes its own and the API server\'s).',
    file: 'lib/newest.ts',
    find: '?? 0) > now.getTime()',
    replace: '?? 0) > now.getTime() + Infinity',
    breaks: ['S6', 'D5'],
  },
  {
    name: 'a-failure-two-seconds-ahead',
    story: 'A run that failed says that it ended two seconds from now, is passed over as one of the future, and points expire although the newest run failed '
      + '(Velero #5381: expiry goes on while no new run succeeds).',
    file: RETENTION,
    find: '[...newest, ...ofFuture].every(isGood)',
    replace: 'newest.every(isGood)',
    breaks: ['S6'],
  },
  {
    name: 'a-lost-point-is-good',
    story: 'A point whose snapshot is known to be lost counts as the newest good one, and pushes out the only one that could be restored '
      + '(Velero #9061: siblings and contents are ignored).',
    file: 'lib/phases.ts',
    find: 'reason === \'SnapshotLost\'',
    replace: 'reason === \'SnapshotIsLost\'',
    breaks: ['S6', 'D5'],
  },
  {
    name: 'expires-while-suspended',
    story: 'A paused schedule makes no runs but goes on deleting, down to zero (snapscheduler: `disabled: true`).',
    file: POLICY,
    find: 'if (suspend === true) return { effects: [], held: undefined }',
    replace: 'if (suspend === true && retention === undefined) return { effects: [], held: undefined }',
    breaks: ['S6'],
  },
  {
    name: 'no-deletion-breaker',
    story: 'An edit lets hundreds of restore points go in one pass (Kopiur ADR-0006: 600–700 deletions in production; '
      + 'Gemini deletes all snapshots of an interval whose spelling was edited).',
    file: POLICY,
    find: 'if (points.length > Math.max(MAX_DELETIONS, count)) return',
    replace: 'if (points.length > 1000) return',
    breaks: ['S12'],
  },
  {
    name: 'one-consent-for-ever',
    story: 'A consent to one large deletion stays on the policy, and the slip of an edit months later deletes as many again unasked (Holdfast, before its first release).',
    file: 'lib/consent.ts',
    find: 'if (Number(of) === generation) return',
    replace: 'if (Number(of) >= 0) return',
    breaks: ['S12'],
  },
  {
    name: 'a-namesake-takes-the-old-points',
    story: 'A policy is deleted, its points stay as promised, and the first good run of another policy of its name deletes them unasked (Holdfast, before its first release).',
    file: RETENTION,
    find: '?? -Infinity) < since',
    replace: '?? -Infinity) < since - Infinity',
    breaks: ['S6'],
  },
  {
    name: 'expires-while-runs-are-refused',
    story: 'A quota or an admission webhook lets no run begin, nothing tells retention of it, and what is there expires one by one (Holdfast itself, found by reading it).',
    file: 'hooks/backuppolicy/decide.ts',
    find: '[...makeRepository(view), ...makeBackup(view, volumes.names, timetable), ...effects]',
    replace: '[...effects, ...makeRepository(view), ...makeBackup(view, volumes.names, timetable)]',
    breaks: ['story'],
  },
  {
    name: 'foreign-record-expires',
    story: 'Whatever carries the policy\'s label is taken for the policy\'s own and expires with it '
      + '(Mutiny DSN\'24: 51 % of cluster-wide failures came from labels and other fields of dependency; Gemini: what it does not know has keep 0).',
    file: 'hooks/backuppolicy/view.ts',
    find: 'backups: backups.filter(({ spec }) => spec.policy === policy.metadata.name)',
    replace: 'backups',
    breaks: ['S6', 'D5'],
  },
]
