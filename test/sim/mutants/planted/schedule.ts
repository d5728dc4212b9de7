import type { Mutant } from '../mutant.ts'

const DECIDE = 'hooks/backuppolicy/decide.ts'
const SCHEDULE = 'hooks/backuppolicy/schedule.ts'

/** When a run starts, and how often. */
export const SCHEDULE_MUTANTS: readonly Mutant[] = [
  {
    name: 'run-name-from-now',
    story: 'The run is named by the time at which it is made and not by its slot, so one whose answer was lost is made twice '
      + '(Sieve OSDI\'22, intermediate state: 11 of 46 bugs; CloudNativePG #10562 is the other side of it).',
    file: DECIDE,
    find: '...makeBackup(view, volumes.names, timetable), ...effects],',
    replace: '...makeBackup(view, volumes.names, timetable).map((made) => ({ ...made, object: '
      + '{ ...made.object, metadata: { ...made.object.metadata, name: runName(view.policy.metadata.name, now) } } })), ...effects],',
    breaks: ['S4'],
  },
  {
    name: 'slot-known-by-records-alone',
    story: 'Whether a slot was run is read from the Backups that are seen: with a cache that is behind, or once somebody deletes the newest, '
      + 'the same slot is run again (Sieve OSDI\'22, unobserved state: 7 of 46 bugs).',
    file: SCHEDULE,
    find: 'newestBelievable([...backups.map(({ spec }) => spec.slot), policy.status?.lastScheduleTime], now)',
    replace: 'newestBelievable(backups.map(({ spec }) => spec.slot), now)',
    breaks: ['S4', 'story'],
  },
  {
    name: 'edit-fires-at-once',
    story: 'After an edit the slots of the new schedule that lie in the past count as missed, so that editing starts a run (Velero #2433).',
    file: SCHEDULE,
    find: 'known.key === key ? known.since : undefined',
    replace: 'known.key === key ? known.since : metadata.creationTimestamp',
    breaks: ['S4'],
  },
  {
    name: 'a-beginning-to-come-is-believed',
    story: 'A policy that was made while the clock ran ahead waits until then, and the slot of the month before that never runs (Holdfast itself, seed 604182).',
    file: SCHEDULE,
    find: 'notAfter(since, now) ?? timestamp(now)',
    replace: 'since ?? timestamp(now)',
    breaks: ['story', 'goal'],
  },
  {
    name: 'resume-fires-at-once',
    story: 'A schedule that was paused runs the moment it is resumed, because its slots were "missed" meanwhile (Velero #6517).',
    file: SCHEDULE,
    find: '|${spec.suspend ?? false}`',
    replace: '`',
    breaks: ['S4'],
  },
  {
    name: 'suspend-ignored',
    story: 'A paused policy goes on making runs (CloudNativePG #8508: hibernated clusters are backed up and fail; K8up has no pause).',
    file: SCHEDULE,
    find: 'if (schedule === undefined || suspend === true) return',
    replace: 'if (schedule === undefined) return',
    breaks: ['S4'],
  },
  {
    name: 'overlap-guard-forgets-queued',
    story: 'Runs that wait in a queue do not count as going on, so the next slot starts another '
      + '(Velero skips for New and InProgress but not for Queued, ReadyToStart or WaitingForPluginOperations; K8up #1107: twelve at once).',
    file: 'lib/phases.ts',
    find: '!isTerminal(backup.status?.phase) && backup.status?.phase !== \'Deleting\'',
    replace: 'backup.status?.phase === \'Running\' || (backup.status?.phase === \'New\' && backup.status.startTime !== undefined)',
    breaks: ['S3'],
  },
  {
    name: 'overlap-guard-dead',
    story: 'What forbids overlapping runs is dead code (K8up #936, #370: hundreds of runs behind one that is stuck).',
    file: 'lib/phases.ts',
    find: '!isTerminal(backup.status?.phase) && backup.status?.phase !== \'Deleting\'',
    replace: 'backup.status?.phase === \'New\' && isTerminal(backup.status.reason)',
    breaks: ['S3'],
  },
  {
    name: 'overlap-looked-for-in-a-cache',
    story: 'Whether another run goes on is asked of a cache, which does not show the one made a moment ago (Sieve OSDI\'22, unobserved state).',
    file: 'hooks/effects/create-record.ts',
    find: 'if (alone === true) await requireAlone(object, api)',
    replace: 'if (alone === undefined && kind === \'Backup\') await requireAlone(object, api)',
    breaks: ['S3'],
  },
  {
    name: 'missed-slots-not-counted',
    story: 'Slots that passed during an outage are skipped and nobody is told (Velero with CRON_TZ skips runs in the spring hour and counts nothing).',
    file: DECIDE,
    find: 'const { newest: slot, missed: missedSlots } = due',
    replace: 'const { newest: slot } = due\n  const missedSlots = 0',
    breaks: ['S4', 'story'],
  },
  {
    name: 'catch-up-runs-every-missed-slot',
    story: 'After an outage all missed slots are run one after another instead of one (CloudNativePG #7623: about 380 runs; K8up #370).',
    file: 'lib/cron.ts',
    find: 'return { newest: new Date(newest), missed }',
    replace: 'return { newest: new Date(first), missed: 0 }',
    breaks: ['S4'],
  },
  {
    name: 'spring-slot-skipped',
    story: 'A time of day that the clock jumps over in spring has no run that day (Velero with CRON_TZ; cron-parser #404, #273 are of this class).',
    file: 'lib/cron.ts',
    find: 'if (instant !== undefined && instant > after) return instant',
    replace: 'if (instant !== undefined && instant > after && wallTimeOf(zone, instant) === wall) return instant',
    breaks: ['S4', 'story'],
  },
  {
    name: 'future-slot-believed',
    story: 'A time from a clock that was wrong is believed for ever after, so that nothing runs until then '
      + '(Velero compares stored times with its own clock and has no guard against a jump).',
    file: SCHEDULE,
    find: 'time !== undefined && time <= now.getTime() + DAY)',
    replace: 'time !== undefined)',
    breaks: ['S4', 'goal', 'story'],
  },
  {
    name: 'deadlines-by-our-own-clock',
    story: 'Stamps of the API server are compared with the clock of the node that the hooks are on: ten minutes ahead, and every mover is '
      + 'given up at once (snapscheduler mixes its own and the API server\'s; so did we, until a seed removed data ten times a second).',
    file: 'hooks/run.ts',
    find: 'const now = context.live.time() ?? context.now',
    replace: 'const now = context.now',
    breaks: ['S4', 'L3', 'S13', 'story'],
  },
]
