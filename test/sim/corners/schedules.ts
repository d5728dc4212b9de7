import type { BackupPolicySpec } from '../../../schemas/generated/types.ts'
import { UserError } from '../../../lib/errors.ts'
import { inPhase, isGone, isReady, type Step } from '../scenarios/scenario.ts'
import { backupObject, policy, until, write } from '../scenarios/steps.ts'
import { failureBy } from '../store/mover-failure.ts'
import type { Corner, CornerStep } from './corner.ts'
import { act, answered, apply, backupsAre, check, ends, faults, moverFails, noMore, patched, readiness, removed, statusEdited, wait } from './steps.ts'

const MINUTE = 60_000
const refused = { end: failureBy('check', new UserError('AccessDenied', 'said in a story')) }

/** So that nothing is written any more. */
const calm: readonly CornerStep[] = [patched('BackupPolicy', 'often', { spec: { suspend: true } }), wait(60), until('it is well', 'BackupPolicy', 'often', isReady('True'))]

/** When runs start, and when they do not. All begin at 09:00:30. */
export const SCHEDULE_CORNERS: readonly Corner[] = [
  {
    name: 'a run is named by its slot, whenever it starts',
    steps: [write('data'), often({ schedule: '5 * * * *', jitterSeconds: 900 }), completes('often-20261121-0905', 1800), ...calm],
  },
  {
    name: 'a slot whose record was deleted is not run again',
    steps: [write('data'), often({ schedule: '*/5 * * * *' }), completes('often-20261121-0905'), removed('Backup', 'often-20261121-0905'), wait(120), backupsAre(), completes('often-20261121-0910'), ...calm],
  },
  {
    name: 'while a quota lets no run begin nothing expires', marks: ['reason/ApiRefused'], steps: [
      write('data'), often({ schedule: '*/5 * * * *', retention: { maxAge: '12m' } }), completes('often-20261121-0905'), completes('often-20261121-0910'), noMore('backups.holdfast.dev', 2),
      readiness('BackupPolicy', 'often', { status: 'False', reason: 'ApiRefused' }), wait(3600), backupsAre('often-20261121-0905', 'often-20261121-0910'), removed('ResourceQuota', 'none'),
      completes('often-20261121-1015', 1200), until('what is too old goes then', 'Backup', 'often-20261121-0905', isGone, 1200), ...calm,
    ],
  },
  {
    name: 'an edit runs no slot of the past',
    steps: [write('data'), often({ schedule: '0 3 1 1 *' }), wait(22 * 60), patched('BackupPolicy', 'often', { spec: { schedule: '*/5 * * * *' } }), wait(30), backupsAre(), completes('often-20261121-0925'), ...calm],
  },
  {
    name: 'neither does a resume',
    steps: [write('data'), often({ schedule: '*/5 * * * *', suspend: true }), wait(22 * 60), patched('BackupPolicy', 'often', { spec: { suspend: false } }), wait(30), backupsAre(), completes('often-20261121-0925'), ...calm],
  },
  {
    name: 'no run begins beside one that waits for its repository', repository: true,
    steps: [
      write('data'), moverFails('check', refused), patched('BackupRepository', 'main', { spec: { region: 'eu-central-1' } }), ends('BackupRepository', 'main', { phase: 'Failed', reason: 'AccessDenied' }),
      often({ schedule: '* * * * *', strategy: 'tar', repositoryRef: { name: 'main' } }), wait(200), check(one), moverFails('check', undefined), ...calm,
    ],
  },
  {
    name: 'no run begins beside one that goes on',
    steps: [write('data'), faults('snapshotSlow'), often({ schedule: '* * * * *' }), wait(200), check(one), faults(), ...calm],
  },
  {
    name: 'nor beside one that no cache shows yet',
    steps: [
      write('data'), often({ schedule: '* * * * *' }), act(({ caches, engine }) => caches.freeze('holdfast.dev/v1alpha1/backups', engine.now() + 4 * MINUTE)), wait(220), check(one), ...calm,
    ],
  },
  {
    name: 'after an outage one run makes up for all slots, and counts them',
    steps: [
      write('data'), often({ schedule: '*/2 * * * *' }), completes('often-20261121-0902'), act(world => world.crashMetacontroller(11 * MINUTE)), wait(11 * 60),
      until('the newest slot is run', 'Backup', 'often-20261121-0912', object => object?.spec?.missedSlots === 4), completes('often-20261121-0914'), backupsAre('often-20261121-0902', 'often-20261121-0912', 'often-20261121-0914'), ...calm,
    ],
  },
  {
    name: 'a slot that the clock jumps over in spring is run all the same', start: '2026-03-29T00:50:00Z',
    steps: [write('data'), often({ schedule: '30 2 * * *', timeZone: 'Europe/Berlin' }), completes('often-20260329-0100', 7200), ...calm],
  },
  {
    name: 'a slot that comes twice in autumn is run once', start: '2026-10-25T00:20:00Z',
    steps: [write('data'), often({ schedule: '30 2 * * *', timeZone: 'Europe/Berlin' }), completes('often-20261025-0030', 7200), wait(4000), backupsAre('often-20261025-0030'), ...calm],
  },
  {
    // The 29th has no half past two; the 30th has one in summer time, at which nobody was there either.
    name: 'an outage of 49 hours over the change to summer time is made up for by one run, and both slots are counted', start: '2026-03-28T00:50:00Z',
    steps: [
      write('data'), often({ schedule: '30 2 * * *', timeZone: 'Europe/Berlin' }), completes('often-20260328-0130', 7200), act(world => world.crashMetacontroller(49 * 60 * MINUTE)), wait(49 * 3600),
      until('the newest slot is run', 'Backup', 'often-20260330-0030', object => object?.spec?.missedSlots === 1, 600), completes('often-20260331-0030', 26 * 3600),
      backupsAre('often-20260328-0130', 'often-20260330-0030', 'often-20260331-0030'), ...calm,
    ],
  },
  {
    name: 'a time from a wrong clock keeps no slot from being run',
    steps: [write('data'), often({ schedule: '*/5 * * * *' }), completes('often-20261121-0905'), statusEdited('BackupPolicy', 'often', { lastScheduleTime: '2031-01-01T00:00:00Z' }), completes('often-20261121-0910'), ...calm],
  },
  {
    name: 'neither does a policy that was made by such a clock', steps: [
      write('data'), often({ schedule: '*/30 * * * *' }), wait(60), statusEdited('BackupPolicy', 'often', { activeSchedule: { key: '*/30 * * * *|Etc/UTC|false', since: '2026-11-21T20:00:00Z' } }),
      completes('often-20261121-0930', 3600), ...calm,
    ],
  },
  {
    name: 'a slot that is too late is skipped',
    steps: [
      write('data'), often({ schedule: '5 * * * *', startingDeadlineSeconds: 60 }), act(world => world.crashMetacontroller(10 * MINUTE)), wait(15 * 60), backupsAre(), readiness('BackupPolicy', 'often', { status: 'True', reason: 'Scheduled' }), ...calm,
    ],
  },
  {
    name: 'a status that was lost makes no run of a slot that was run',
    steps: [
      write('data'), often({ schedule: '*/5 * * * *' }), completes('often-20261121-0905'), statusEdited('BackupPolicy', 'often', { activeSchedule: null, lastScheduleTime: null }), wait(60), backupsAre('often-20261121-0905'), completes('often-20261121-0910'), ...calm,
    ],
  },
  ...[{ status: 403, reason: 'Forbidden' }, { status: 409, reason: 'Conflict' }].map((refusal): Corner => ({
    name: `a record that is refused with ${refusal.status} ${refusal.reason} is made later`, steps: [
      write('data'), often({ schedule: '5 * * * *' }), answered({ method: 'POST', path: /backups$/, ...refusal }), wait(400), backupsAre(), answered(), completes('often-20261121-0905'), ...calm,
    ],
  })),
  {
    name: 'a record that is there already keeps no other from being made',
    steps: [
      write('data'), apply(backupObject('often-20261121-0905', 'snapshot', {})), often({ schedule: '*/5 * * * *' }), completes('often-20261121-0905'),
      until('the slot counts as run', 'BackupPolicy', 'often', object => object?.status?.lastScheduleTime === '2026-11-21T09:05:00Z'), completes('often-20261121-0910'), ...calm,
    ],
  },
  {
    name: 'a policy with a fault in its spec keeps what it has made', repository: true, steps: [
      write('data'), often({ schedule: '0 3 1 1 *', strategy: 'tar', repositoryRef: { name: 'main' } }), until('its prune is there', 'CronJob', 'often-prune', object => object !== undefined), patched('BackupPolicy', 'often', { spec: { schedule: '61 * * * *' } }),
      readiness('BackupPolicy', 'often', { status: 'False', reason: 'InvalidSchedule' }), wait(60), until('its prune is kept', 'CronJob', 'often-prune', object => object !== undefined),
    ],
  },
]

function often(spec: Partial<BackupPolicySpec>): Step {
  return policy('often', { strategy: 'snapshot', ...spec })
}

function completes(name: string, seconds = 600): Step {
  return until(`${name} is completed`, 'Backup', name, inPhase('Completed'), seconds)
}

function one({ api }: Parameters<Parameters<typeof check>[0]>[0]): string | undefined {
  const { length } = api.all('holdfast.dev/v1alpha1/backups')
  return length === 1 ? undefined : `there are ${length} Backups`
}
