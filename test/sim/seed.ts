import type { Change } from './api/api.ts'
import { calmable, FAULTS, drawFaults, type Fault } from './faults.ts'
import { expectGoal } from './goal/goal.ts'
import { askForProof, isProofOver, proofLeft } from './goal/proof.ts'
import { guard, writesWithin, type Finding, type Guard } from './guard.ts'
import type { HookCall } from './invariants/invariant.ts'
import { RESOURCE, type StoredBackup } from './invariants/resources.ts'
import { marksHit } from './marks.ts'
import { countRestores, type Outcomes } from './outcomes.ts'
import { random, type Random } from './random.ts'
import { startUsers } from './users/users.ts'
import { createWorld, type World } from './world.ts'

/** What was found wrong, and when. */
export interface Violation {
  readonly seed: number
  readonly invariant: string
  readonly message: string
  /** RFC 3339, virtual. */
  readonly time: string
  readonly step: number
}

export interface SeedOptions {
  /** Kinds of faults and names of user actions that are left out, as a shrunk replay has it. */
  readonly without?: readonly string[]
  /** Virtual minutes with faults. @default drawn */
  readonly minutes?: number
  /** Told of every change and call: for replays. */
  readonly trace?: (line: string) => void
}

export interface SeedResult {
  readonly seed: number
  readonly steps: number
  readonly calls: number
  readonly faults: Readonly<Partial<Record<Fault, number>>>
  readonly actions: readonly string[]
  readonly marks: readonly string[]
  /** How often an invariant had to be excused, by `invariant/excuse`. */
  readonly excuses: Readonly<Record<string, number>>
  readonly restores: Outcomes
  /** Virtual minutes with faults, as drawn or as told. */
  readonly minutes: number
  readonly violation?: Violation
}

/** Shortly before clocks change in Europe and in America, before a leap day, before a new year; and days on which nothing is odd. */
const STARTS = ['2026-11-21T09:00:00Z', '2026-03-29T00:52:00Z', '2026-10-25T00:51:00Z', '2026-03-08T06:53:00Z', '2026-11-01T05:52:00Z', '2028-02-28T23:50:00Z', '2026-12-31T23:54:00Z', '2026-06-15T12:00:00Z']
/** Short lives are cheap, and most that can go wrong goes wrong in them; a few are long. What every life costs besides, its end among it, is that of two minutes. */
const MINUTES = [1, 2, 2, 3, 3, 4, 5, 6] as const
const LONG_MINUTES = [12, 12, 12, 12, 12, 45] as const
const LONG_PART = 0.03
const MINUTE = 60_000
/** These begin with a good restore point of each policy, and somebody restores what he can. In most of them few kinds of faults are on, so that some of it comes to its end. */
const PREPARED_PART = 0.2
const GENTLE_PART = 0.7
const FEW_FAULTS = 0.25
const PREPARATION = 8 * MINUTE
const SAT_OUT_PART = 0.5
const AFTER_OUTAGE = 3 * MINUTE
const HOUR = 60 * MINUTE
const SETTLE_HOURS = 30
const PROOF_HOURS = 2
/** What is temporary of a restore goes after its end. */
const AFTER_PROOF = 10 * MINUTE
/** Longer than Metacontroller's resync and than anything looks by itself, but for the daily checks. */
const SILENCE = 75 * MINUTE
/** A hanging mover is ended by its deadline, which may be hours away. */
const QUIET_TRIES = 8

/** Plays one seed: faults with every invariant checked, then heals and demands the desired state and quiet. Deterministic. */
export async function playSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const play = new Play(seed, options)
  await play.untilHealed()
  await play.untilGoal()
  await play.quiet()
  await play.prove()
  return play.result()
}

class Play {
  readonly #seed: number
  readonly #options: SeedOptions
  readonly #world: World
  readonly #users: ReturnType<typeof startUsers>
  readonly #watch: Guard
  readonly #restores: Outcomes
  readonly #life: Random
  readonly #isPrepared: boolean
  #isCalm = false
  readonly #minutes: number
  #violation: Violation | undefined
  #calls = 0

  constructor(seed: number, options: SeedOptions) {
    this.#seed = seed
    this.#options = options
    const without = options.without ?? []
    this.#life = random(seed).fork('life')
    const drawn = this.#life.pick<number>(this.#life.chance(LONG_PART) ? LONG_MINUTES : MINUTES)
    this.#minutes = options.minutes ?? drawn
    this.#isPrepared = this.#life.chance(PREPARED_PART)
    const isGentle = this.#life.chance(GENTLE_PART) && this.#isPrepared
    const off = FAULTS.filter(fault => without.includes(fault))
    this.#world = createWorld({
      seed,
      start: Date.parse(STARTS[seed % STARTS.length] ?? ''),
      faults: random => calmable(drawFaults(random, { without: off, ...(isGentle && { part: FEW_FAULTS }) }), () => this.#isCalm),
      called: call => this.#called(call),
      panicked: message => this.#watch.report({ invariant: 'panic', message }),
      replayPart: 0.03,
    })
    const { engine, api } = this.#world
    if (options.trace) api.subscribe(change => options.trace?.(`${time(change.at)} ${describe(change)}`))
    this.#restores = countRestores(this.#world)
    this.#watch = guard(this.#world, finding => this.#found(finding))
    this.#users = startUsers({ ...this.#parts(), random: engine.random.fork('users'), without, ...(this.#isPrepared && { keen: ['restoreGood'] }) })
  }

  async untilHealed(): Promise<void> {
    if (this.#isPrepared) await this.#prepare()
    await this.#run(this.#world.engine.now() + this.#minutes * MINUTE)
    await this.#sitOut()
  }

  async #prepare(): Promise<void> {
    const { engine, api } = this.#world
    this.#isCalm = true
    this.#users.rest()
    this.#users.begin()
    await this.#run(engine.now() + PREPARATION, () => api.all<StoredBackup>(RESOURCE.backups).some(({ status }) => status?.phase === 'Completed'))
    this.#isCalm = false
    this.#users.wake()
  }

  /** In a part of the seeds an outage that outlasts the life ends by itself: nobody does anything until then, and everybody for some minutes more. */
  async #sitOut(): Promise<void> {
    const { engine, downUntil } = this.#world
    if (!this.#life.chance(SAT_OUT_PART) || downUntil() <= engine.now()) return
    this.#users.rest()
    await this.#run(downUntil())
    this.#users.wake()
    await this.#run(engine.now() + AFTER_OUTAGE)
  }

  /** Everything works again; what people want no longer changes. */
  async untilGoal(): Promise<void> {
    const { engine } = this.#world
    this.#world.heal()
    this.#users.stop()
    const end = engine.now() + SETTLE_HOURS * HOUR
    let left: readonly string[] = ['never looked']
    for (let minutes = 1; left.length > 0 && engine.now() < end && this.#violation === undefined; minutes = Math.min(2 * minutes, 15)) {
      await this.#run(engine.now() + minutes * MINUTE)
      left = expectGoal(this.#parts())
    }
    if (left.length > 0) this.#watch.report({ invariant: 'goal', message: left.slice(0, 3).join('; ') })
  }

  /** With all schedules suspended nothing has a reason to write any more, once the last deadlines have passed. */
  async quiet(): Promise<void> {
    const { engine } = this.#world
    this.#users.calm()
    let written: readonly Change[] = []
    for (let tries = 0; tries < QUIET_TRIES && this.#violation === undefined; tries++) {
      await this.#run(engine.now() + 20 * MINUTE)
      written = await writesWithin(this.#world, SILENCE)
      if (written.length === 0) break
    }
    if (written.length > 0) this.#watch.report({ invariant: 'S13', message: `it never becomes quiet: ${written.length} writes in ${SILENCE / MINUTE} minutes, first ${describe(written[0] as Change)}` })
  }

  /** A restore from each strategy, when nothing else goes on. */
  async prove(): Promise<void> {
    const { engine } = this.#world
    if (this.#violation === undefined) askForProof(this.#world)
    await this.#run(engine.now() + PROOF_HOURS * HOUR, () => isProofOver(this.#world))
    await this.#run(engine.now() + AFTER_PROOF)
    const [left] = this.#violation === undefined ? proofLeft(this.#parts()) : []
    if (left !== undefined) this.#watch.report({ invariant: 'proof', message: left })
    this.#watch.end()
  }

  result(): SeedResult {
    const { engine, faults } = this.#world
    return {
      seed: this.#seed, steps: engine.steps, calls: this.#calls, faults: Object.fromEntries(faults.counts), actions: this.#users.done, restores: this.#restores, minutes: this.#minutes, marks: [...marksHit()], excuses: Object.fromEntries(this.#watch.blame.uses),
      ...(this.#violation && { violation: this.#violation }),
    }
  }

  #parts() {
    const { api, engine, faults, cluster } = this.#world
    return { api, engine, faults, cluster, blame: this.#watch.blame }
  }

  async #run(until: number, enough = (): boolean => false): Promise<void> {
    if (this.#violation === undefined) await this.#world.engine.run(until, () => this.#violation !== undefined || enough())
  }

  #called(call: HookCall): void {
    this.#calls += 1
    this.#options.trace?.(`${time(call.at)} call ${call.kind}/${call.verb} ${nameOf(call.request)} ${call.status} ${call.effects.map(({ type }) => type).join(',')} ${call.status === 200 ? '' : JSON.stringify(call.answer)}`)
    this.#watch.called(call)
  }

  #found({ invariant, message }: Finding): void {
    const { engine } = this.#world
    this.#options.trace?.(`${time(engine.now())} VIOLATION ${invariant}: ${message}`)
    this.#violation ??= { seed: this.#seed, invariant, message, time: time(engine.now()), step: engine.steps }
  }
}

function describe({ actor, type, resource, after }: Change): string {
  const { namespace, name, resourceVersion } = after.metadata
  const { phase, reason } = (after.status ?? {}) as { phase?: string; reason?: string }
  return `${actor} ${type} ${resource} ${namespace ?? ''}/${name} rv=${resourceVersion}${phase === undefined ? '' : ` ${phase}`}${reason === undefined ? '' : `/${reason}`}`
}

function nameOf(request: object): string {
  return (request as { parent?: { metadata?: { name?: string } } }).parent?.metadata?.name ?? ''
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
