import type { Settings } from '../../hooks/hook.ts'
import type { ApiServer } from './api/api.ts'
import { allKinds } from './api/kinds.ts'
import { createApiServer } from './api/server.ts'
import { createCaches, type Caches } from './caches.ts'
import { startCluster, type Cluster } from './cluster/cluster.ts'
import { createEngine, type Engine } from './engine.ts'
import type { Faults } from './faults.ts'
import { startGarbageCollector } from './garbage.ts'
import { hookNetwork, type HookBlow } from './hook-network.ts'
import { startHooks, TOKEN, type Hooks } from './hooks.ts'
import type { HookCall } from './invariants/invariant.ts'
import { startMetacontroller, type Metacontroller } from './metacontroller.ts'
import type { Random } from './random.ts'
import * as previous from './previous/hooks.mjs'
import * as current from './version.ts'

/** A cluster with Holdfast in it: the shipped hooks, Metacontroller, and everything they meet. */
export interface World {
  readonly engine: Engine
  readonly api: ApiServer
  readonly faults: Faults
  readonly caches: Caches
  readonly cluster: Cluster
  /** Ends Metacontroller at once; it comes back after this many milliseconds. */
  crashMetacontroller(downMilliseconds: number): void
  /** When it comes back by itself, or did last. */
  downUntil(): number
  crashHooks(downMilliseconds: number): void
  /** Puts this version of the hooks in the place of the one before. */
  upgradeHooks(): void
  /** Nothing fails any more, and what is down comes up. */
  heal(): void
  /** Lines of Metacontroller's log. */
  readonly log: readonly string[]
}

export interface WorldOptions {
  readonly seed: number
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly faults: (random: Random) => Faults
  /** Told of every hook call. Without it calls are not even read. */
  readonly called?: (call: HookCall) => void
  readonly panicked: (message: string) => void
  /** After each write of ours that the server has done, before its answer leaves; the count begins at 1. */
  readonly wrote?: (writer: 'hooks' | 'metacontroller', count: number, world: World) => void
  /** Asked before each call of a hook: what shall become of its answer. */
  readonly between?: () => HookBlow | undefined
  /** Part of the hook calls that are played twice. */
  readonly replayPart: number
  /** Which hooks answer at first. @default this version */
  readonly upgradedFrom?: 'previous'
  /** What the cluster lacks: the CSI snapshot API, or CRDs as new as the hooks, with all their rules. @default nothing */
  readonly without?: 'snapshots' | 'rules'
}

const MINUTE = 60_000
const SETTINGS: Settings = { moverImage: 'holdfast-mover:0.2.0', imagePullPolicy: 'IfNotPresent' }
const OTHER_SETTINGS: Settings = { moverImage: 'holdfast-mover:0.1.0', imagePullPolicy: 'Always' }

/** Starts everything at once; nothing happens until the engine runs. */
export function createWorld(options: WorldOptions): World {
  const engine = createEngine(options.seed, options.start)
  const faults = options.faults(engine.random.fork('faults'))
  let skew = 0
  let downUntil = options.start
  const snapshots = options.without !== 'snapshots'
  const kinds = allKinds({ rules: options.without !== 'rules' })
  const api = createApiServer({ now: () => engine.now() + skew, clock: () => engine.now(), random: engine.random.fork('api'), kinds, served: ({ group }) => snapshots || group !== 'snapshot.storage.k8s.io' })
  const caches = createCaches(api, engine, faults)
  const log: string[] = []
  let count = 0
  const wrote = (writer: 'hooks' | 'metacontroller'): void => {
    count += 1
    options.wrote?.(writer, count, world)
    if (writer === 'metacontroller' && faults.strikes('metacontrollerCrash')) world.crashMetacontroller(1000 * (1 + engine.random.below(60)))
    if (writer === 'hooks' && faults.strikes('hookCrash')) world.crashHooks(1000 * (1 + engine.random.below(30)))
  }
  let version: typeof current = options.upgradedFrom === undefined ? current : previous
  const asked: ApiServer = { ...api, request: request => world.cluster.mishaps.answer?.(request) ?? api.request(request) }
  const newHooks = (settings: Settings): Hooks => startHooks({ version, api: asked, engine, faults, settings, wrote: () => wrote('hooks'), ...(options.called && { called: options.called }), replayPart: options.replayPart })
  let hooks = newHooks(SETTINGS)
  let otherHooks: Hooks | undefined
  const chosenHooks = (): Hooks => faults.strikes('hookOtherVersion') ? otherHooks ??= newHooks(OTHER_SETTINGS) : hooks
  prepare(api)
  const newMetacontroller = (): Metacontroller => startMetacontroller({
    api, caches, wire: { engine, faults, wrote: () => wrote('metacontroller') }, post: hookNetwork({ engine, faults, hooks: chosenHooks, between: options.between ?? (() => undefined) }), log: line => void log.push(line), panicked: options.panicked, snapshots,
  })
  let metacontroller: Metacontroller | undefined = newMetacontroller()
  const startAgain = (): void => { metacontroller ??= newMetacontroller() }
  const world: World = {
    engine, api, faults, caches, log,
    cluster: startCluster({ api, engine, faults }),
    crashMetacontroller(downMilliseconds) {
      if (metacontroller === undefined) return
      metacontroller.crash()
      metacontroller = undefined
      downUntil = engine.now() + downMilliseconds
      engine.after(downMilliseconds, startAgain)
    },
    downUntil: () => downUntil,
    crashHooks(downMilliseconds) {
      hooks.crash()
      otherHooks?.crash()
      otherHooks = undefined
      engine.after(downMilliseconds, () => { hooks = newHooks(SETTINGS) })
    },
    upgradeHooks() {
      version = current
      world.crashHooks(0)
    },
    heal() {
      faults.heal()
      skew = 0
      startAgain()
    },
  }
  startGarbageCollector(api, engine)
  startMisfortune(world, by => { skew = by })
  return world
}

/** In the shortest life there is time for one look, in most others for a second. */
const FIRST_LOOK = 2 * MINUTE
const NEXT_LOOK = 10 * MINUTE
const OUTAGE_HOURS = [1, 6, 49] as const

/** What happens to the installation as a whole, now and then; while it is down there is nothing more to happen to it. */
function startMisfortune(world: World, setSkew: (milliseconds: number) => void): void {
  const { engine, faults } = world
  const next = (): void => {
    if (faults.healed) return
    if (faults.strikes('clockJump')) setSkew(1000 * (engine.random.below(7200) - 3600))
    if (faults.strikes('outage')) world.crashMetacontroller(60 * MINUTE * engine.random.pick(OUTAGE_HOURS))
    engine.after(Math.max(0, world.downUntil() - engine.now()) + MINUTE + engine.random.below(NEXT_LOOK), next)
  }
  engine.after(engine.random.below(FIRST_LOOK), next)
}

/** What an installation has besides our objects. */
function prepare(api: ApiServer): void {
  const create = (path: string, body: object): void => {
    const { status, body: answer } = api.request({ actor: 'cluster', method: 'POST', path, body })
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(answer)}`)
  }
  create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'holdfast-system' } })
  const token = Buffer.from(TOKEN).toString('base64')
  create('/api/v1/namespaces/holdfast-system/secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'holdfast-hooks-token', namespace: 'holdfast-system' }, data: { token } })
}
