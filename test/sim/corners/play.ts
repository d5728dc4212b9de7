import { placedFaults, type Fault } from '../faults.ts'
import { runsLeft } from '../goal/runs.ts'
import { retentionLeft } from '../goal/retention.ts'
import { snapshotsLeft } from '../goal/snapshots.ts'
import { stuckLeft } from '../goal/stuck.ts'
import { guard, writesWithin, type Finding, type Guard } from '../guard.ts'
import { forgetMarks, marksHit } from '../marks.ts'
import type { Step } from '../scenarios/scenario.ts'
import { pathOf, STAGE, Stage } from '../scenarios/stage.ts'
import { createWorld, type World } from '../world.ts'
import type { Corner } from './corner.ts'

const START = '2026-11-21T09:00:30Z'
const MINUTE = 60_000
/** For how long the end has to stay as it is. */
const STEADY = 5 * MINUTE
/** Until everything that waits for a deadline has met it. */
const HEALING = 40 * MINUTE
const QUIET = 15 * MINUTE
const GOALS = [runsLeft, stuckLeft, snapshotsLeft, retentionLeft]

/**
 * Plays a corner with every invariant watched. Answers what is wrong: nothing, when it ends as it has to and leaves its marks. Besides
 * invariants that is `panic`, `story` (what it expects itself), `goal` (what has to follow), or `mark`.
 */
export async function playCorner(corner: Corner): Promise<Finding | undefined> {
  forgetMarks()
  const faults = new Set<Fault>()
  let watch: Guard | undefined
  let panic: string | undefined
  const world = createWorld({
    seed: 1, start: Date.parse(corner.start ?? START), faults: placedFaults(faults), replayPart: 1, called: call => watch?.called(call), panicked: message => { panic ??= message },
    ...(corner.without !== undefined && { without: corner.without }),
  })
  watch = guard(world)
  const told = await play(corner, { world, faults, watch }).catch((error: unknown) => found('story', (error as Error).message))
  return watch.finding ?? found('panic', panic) ?? told ?? found('mark', unmarked(corner))
}

interface Scene {
  readonly world: World
  readonly faults: Set<Fault>
  readonly watch: Guard
}

function found(invariant: string, message: string | undefined): Finding | undefined {
  return message === undefined ? undefined : { invariant, message }
}

async function play(corner: Corner, { world, faults, watch }: Scene): Promise<Finding | undefined> {
  const stage = new Stage(world, STAGE)
  await stage.prepare(corner.repository === true)
  for (const step of corner.steps) {
    if (step.step === 'act') step.act(world)
    else if (step.step === 'faults') place(faults, step.faults)
    else await stage.take(step)
    if (watch.finding !== undefined) return undefined
  }
  await pass(world, STEADY)
  return found('story', changed(corner, world)) ?? await healed(corner, { world, faults, watch })
}

function place(faults: Set<Fault>, wanted: readonly Fault[]): void {
  faults.clear()
  for (const fault of wanted) faults.add(fault)
}

/** What was last waited for holds no more. */
function changed({ steps }: Corner, { api }: World): string | undefined {
  const last = steps.findLast((step): step is Extract<Step, { step: 'until' }> => step.step === 'until')
  if (last === undefined) throw new Error('a corner ends with something that is waited for')
  const now = api.read<Parameters<typeof last.holds>[0] & object>(pathOf(STAGE.namespace, last.at))
  return last.holds(now) ? undefined : `"${last.what}" did not last: ${JSON.stringify(now?.status)}`
}

/** When nothing is in the way any more, everything comes to its end and nobody writes. */
async function healed(corner: Corner, { world, faults, watch }: Scene): Promise<Finding | undefined> {
  const { api, engine, cluster } = world
  watch.blame.note('healed', 'everybody', engine.now())
  faults.clear()
  Object.assign(cluster.mishaps, { mover: undefined, start: undefined, node: undefined, refusal: undefined, answer: undefined })
  world.heal()
  await pass(world, HEALING)
  const written = await writesWithin(world, QUIET)
  watch.end()
  if (written.length > 0 && corner.restless === undefined) return found('S13', `it never becomes quiet: ${written.length} writes, of them ${written[0]?.resource} ${written[0]?.after.metadata.name}`)
  return found('goal', GOALS.flatMap(goal => goal({ api, engine, cluster, faults: world.faults, blame: watch.blame }))[0])
}

async function pass({ engine }: World, milliseconds: number): Promise<void> {
  await engine.run(engine.now() + milliseconds)
}

function unmarked({ name, marks = [] }: Corner): string | undefined {
  const hit = marksHit()
  const missing = [name, ...marks].filter(mark => mark.includes('/') && !hit.has(mark))
  return missing.length === 0 ? undefined : `it left no mark ${missing.join(', ')}`
}
