import { AsyncLocalStorage } from 'node:async_hooks'
import type { Server } from 'node:http'
import { pino } from 'pino'
import type { Effect } from '../../hooks/effects/effect.ts'
import type { Settings } from '../../hooks/hook.ts'
import type { Kubernetes } from '../../hooks/kubernetes.ts'
import type { Live } from '../../hooks/live.ts'
import { sharedJson } from '../metacontroller/json.ts'
import { recent } from '../metacontroller/recent.ts'
import type { WebhookRequest } from '../metacontroller/webhook.ts'
import type { ApiServer } from './api/api.ts'
import { processClock } from './clock.ts'
import type { Engine } from './engine.ts'
import type { Faults } from './faults.ts'
import type { HookCall } from './invariants/invariant.ts'
import { MARKER } from './invariants/secrets.ts'
import { replayKubernetes, simKubernetes, type Heard } from './kubernetes.ts'
import { post, type Reply } from './request.ts'
import type * as Version from './version.ts'
import { never } from './wire.ts'

/** One running hooks server: the shipped one, but for the network and the clock. */
export interface Hooks {
  /** Answers as the server does; never, once the process is dead. */
  post(url: string, call: WebhookRequest): Promise<Reply>
  crash(): void
}

export interface HooksParts {
  readonly version: typeof Version
  readonly api: ApiServer
  readonly engine: Engine
  readonly faults: Faults
  readonly settings: Settings
  /** Called after each write of an effect. */
  readonly wrote: () => void
  /** Told of every call when it is answered. */
  readonly called?: (call: HookCall) => void
  /** Part of the answered calls that are played once more, to see whether they come out the same. */
  readonly replayPart: number
}

/** It is as secret as what users put into Secrets. */
export const TOKEN = `${MARKER}-hook-token`

/** Starts a hooks process. */
export function startHooks(parts: HooksParts): Hooks {
  const process = new Process(parts)
  return { post: (url, call) => process.post(url, call), crash: () => { process.dead = true } }
}

/** What one call did besides answering. */
interface Work {
  /** A call that is played again hears what it heard the first time. */
  readonly again: boolean
  readonly heard: Heard[]
  readonly effects: Effect[]
  readonly now: Date
}

const pathnameOf = recent((url: string) => new URL(url).pathname)

const atWork = new AsyncLocalStorage<Work>()

class Process {
  readonly #parts: HooksParts
  readonly #server: Server
  readonly #clock: () => Date
  readonly #log: string[] = []
  dead = false

  constructor(parts: HooksParts) {
    this.#parts = parts
    this.#clock = processClock(parts)
    const { createHookServer, REGISTRY, createMetrics, Problem } = parts.version
    this.#server = createHookServer({
      hooks: REGISTRY,
      authenticate: header => { if (header !== `Bearer ${TOKEN}`) throw new Problem(401, 'Unauthorized', { message: 'a bearer token is needed, got another' }) },
      connect: signal => this.#connect(signal),
      settings: parts.settings,
      clock: () => atWork.getStore()?.now ?? this.#clock(),
      log: pino({ level: 'info', base: undefined, timestamp: false }, { write: line => void this.#log.push(line) }),
      metrics: createMetrics(),
      ready: () => true,
      after: (milliseconds, act) => parts.engine.after(milliseconds, act),
    })
  }

  async post(url: string, call: WebhookRequest): Promise<Reply> {
    if (this.dead) throw new Error('connect ECONNREFUSED')
    const { engine } = this.#parts
    const work: Work = { again: false, heard: [], effects: [], now: this.#clock() }
    const from = this.#log.length
    const sent = atWork.run(work, () => post(this.#server, pathnameOf(url), call))
    const stop = engine.after(call.timeoutMilliseconds, () => sent.hangUp())
    const reply = await sent.answered
    stop()
    if (this.dead) return await never()
    await this.#report(url, call, { work, reply, logs: this.#log.slice(from) })
    return reply
  }

  #connect(signal: AbortSignal): { live: Live; execute: (effect: Effect, now: Date) => Promise<void> } {
    const { api, engine, faults, wrote, version: { interpret, liveKubernetes, executeEffect } } = this.#parts
    const work = atWork.getStore()
    const wire = { engine, faults, wrote, alive: () => !this.dead }
    const kubernetes: Kubernetes = work?.again === true ? replayKubernetes(work.heard, interpret) : simKubernetes(api, { ...wire, interpret }, heard => void work?.heard.push(heard))(signal)
    return {
      live: liveKubernetes(kubernetes),
      execute: async (effect, now) => {
        work?.effects.push(effect)
        await executeEffect(effect, kubernetes, now)
      },
    }
  }

  async #report(url: string, call: WebhookRequest, done: { work: Work; reply: Reply; logs: readonly string[] }): Promise<void> {
    const { engine, called, replayPart } = this.#parts
    if (called === undefined) return
    const [, kind = '', verb = ''] = pathnameOf(url).split('/')
    const text = await done.reply.text()
    const replay = done.reply.status === 200 && engine.random.chance(replayPart)
    called({
      kind,
      verb: verb as HookCall['verb'],
      request: call.value,
      status: done.reply.status,
      answer: sharedJson(text),
      answerText: text,
      effects: done.work.effects,
      logs: done.logs,
      heard: done.work.heard,
      at: engine.now(),
      ...(replay && { replayed: await this.#replay(url, call, done.work) }),
    })
  }

  async #replay(url: string, call: WebhookRequest, work: Work): Promise<string> {
    const again: Work = { ...work, again: true, effects: [] }
    return await (await atWork.run(again, () => post(this.#server, pathnameOf(url), call)).answered).text()
  }
}
