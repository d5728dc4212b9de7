import { CORNERS } from '../../sim/corners/all.ts'
import type { Corner, CornerStep } from '../../sim/corners/corner.ts'
import { FURTHER } from '../../sim/scenarios/further.ts'
import type { Scenario, Step } from '../../sim/scenarios/scenario.ts'
import { SCENARIOS } from '../../sim/scenarios/scenarios.ts'

/** A story that is told in the simulator only, and why. */
export interface LeftOut {
  readonly name: string
  readonly why: string
}

/** Corners whose end depends on when exactly somebody acts, or on what is the simulator's own. */
const AGAINST: Readonly<Record<string, string>> = {
  'backup.volume/inUseByMover': 'the second run has to come while the first mover works, for as long as no real one does',
  'backup.repository/absent': 'its repository is on a filer that the node does not have',
  'reason/RetentionHeld': 'of thirteen runs at once it depends on the moment which ends last, and is kept',
  'a consent to many deletions is for the spec that it was given for': 'of thirteen runs at once it depends on the moment in which order they end',
  'a policy that is deleted stops its runs and keeps their data': 'the mover has to work longer than a real one does; further.ts has one that sleeps',
  'restore.backup/backupRunning': 'the Restore has to come while the mover works, for as long as no real one does',
  'restore.publish/nameTaken': 'somebody has to act in the half second in which a volume changes hands',
  'a restore that is deleted while it publishes gives its volume back': 'somebody has to act in the half second in which a volume changes hands',
  'the user\'s class of another policy makes no snapshot that goes with its object': 'it names the one class of the simulator; every snapshot story on the node shows the twin of its own',
}
/** Seconds that a story may wait without anything happening. */
const PATIENCE = 300
const SHARED = ['StorageClass', 'ClusterBackupRepository']

/** What people do every day: every strategy's run, restore, deletion, retention, and edits. */
export const EVERYDAY: readonly Scenario[] = [...SCENARIOS.filter(({ simulatorOnly }) => simulatorOnly === undefined), ...FURTHER]

/** Of a story that is told of several strategies only snapshot, which is quick, and one other, of each story another one. */
export const SELECTED: readonly Scenario[] = [...Map.groupBy(EVERYDAY, ({ name }) => /^[a-z]+: (.+)$/.exec(name)?.[1] ?? name).values()].flatMap((told, index) => {
  const [snapshot, others] = [told.filter(isSnapshot), told.filter(story => !isSnapshot(story))]
  return [...snapshot, ...others.slice(index % others.length, index % others.length + 1)]
})

/** What leads to one decision each: the last scene of every corner that can be played where nobody can put his hand into the machine. */
export const RARE: readonly Scenario[] = CORNERS.filter(corner => reasonAgainst(corner) === undefined)
  .map(({ name, repository = false, steps }) => ({ name, repository, steps: lastSceneOnly(steps as readonly Step[]) }))

/** Every story that is not compared. */
export const LEFT_OUT: readonly LeftOut[] = [
  ...SCENARIOS.flatMap(({ name, simulatorOnly: why }) => why === undefined ? [] : [{ name, why }]),
  ...CORNERS.flatMap(corner => {
    const why = reasonAgainst(corner)
    return why === undefined ? [] : [{ name: corner.name, why }]
  }),
]

/** Reasons given for what is no corner any more. */
export const STALE: readonly string[] = Object.keys(AGAINST).filter(name => !CORNERS.some(corner => corner.name === name))

function isSnapshot({ name }: Scenario): boolean {
  return name.startsWith('snapshot: ')
}

function reasonAgainst({ name, steps, without, start }: Corner): string | undefined {
  if (without !== undefined) return 'it needs a cluster that lacks something'
  if (start !== undefined) return 'it needs another time of the year'
  if (steps.some(({ step }) => step === 'act' || step === 'faults')) return 'a hand in the simulated world does something, or looks at it'
  if (/-\d{8}-\d{4}\b/.test(JSON.stringify(steps))) return 'the time of day is part of it; further.ts has a run by the clock'
  if (steps.some(step => step.step === 'wait' && step.seconds > PATIENCE)) return 'it waits for more than five minutes'
  if (JSON.stringify(steps).includes('"volumeMode":"Block"')) return 'the driver of the node makes no block volumes'
  const shared = steps.flatMap(kindOf).find(kind => SHARED.includes(kind))
  return shared === undefined ? AGAINST[name] : `it makes a ${shared}, which all namespaces would share`
}

function kindOf(step: CornerStep): readonly string[] {
  return step.step === 'apply' ? [(step.object as { readonly kind: string }).kind] : []
}

/** On their way to a corner people do not wait until everything is quiet. */
function lastSceneOnly(steps: readonly Step[]): readonly Step[] {
  const last = steps.findLastIndex(({ step }) => step === 'until')
  return steps.map((step, index) => step.step === 'until' && index < last ? { ...step, passing: true } : step)
}
