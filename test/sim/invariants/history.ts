import assert from 'node:assert/strict'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import type { Actor, ApiServer, Change } from '../api/api.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Engine } from '../engine.ts'
import type { Fault, Faults } from '../faults.ts'
import { createDisks, type Disks } from '../store/disks.ts'
import { createStores, type Stores } from '../store/stores.ts'
import { createBlame, type Blame } from './blame.ts'
import type { HookCall, InvariantOf, Watched } from './invariant.ts'

/** A world made by hand: what happens in it is told one thing at a time, and what an invariant says to it is kept. */
export interface History {
  readonly found: readonly string[]
  readonly disks: Disks
  readonly stores: Stores
  readonly blame: Blame
  /** Moves the clock by so many seconds. */
  pass(seconds: number): void
  /** Makes or replaces an object; it has a UID and the time in which it was made. */
  put(actor: Actor, resource: string, object: Sample): KubeObject
  remove(actor: Actor, resource: string, object: Pick<KubeObject, 'metadata'>): void
  call(call: Partial<HookCall>): void
  /** A fault has struck. */
  strike(fault: Fault): void
  step(): void
  end(): void
  /** Fails unless nothing was said, or something that matches. */
  expect(pattern?: RegExp): void
}

/** An object as tests write it. */
export type Sample = { readonly kind: string; readonly metadata: KubeObject['metadata']; readonly [field: string]: unknown }

export const START = Date.parse('2026-11-21T10:00:00Z')

/** A history that one invariant listens to. */
export function history(make: InvariantOf): History {
  let now = START
  let version = 0
  const objects = new Map<string, KubeObject>()
  const listeners: ((change: Change) => void)[] = []
  const found: string[] = []
  const counts = new Map<Fault, number>()
  const [disks, stores, blame] = [createDisks(), createStores(), createBlame()]
  const watched: Watched = {
    api: fakeApi(objects, listeners, () => now), engine: { now: () => now } as Engine, blame,
    faults: { counts, rates: counts, healed: false, strikes: () => false, heal: () => undefined } satisfies Faults,
    cluster: { disks, stores } as Cluster,
  }
  const invariant = make(watched)
  const say = (message: string | undefined): void => { if (message !== undefined) found.push(message) }
  const emit = (change: Pick<Change, 'type' | 'resource' | 'actor' | 'before' | 'after'>): void => {
    version += 1
    const whole: Change = { ...change, resourceVersion: version, at: now }
    listeners.forEach(listen => listen(whole))
    say(invariant.onChange?.(whole))
  }
  return {
    found, disks, stores, blame,
    pass: seconds => { now += 1000 * seconds },
    put(actor, resource, sample) {
      const key = `${resource} ${sample.metadata.namespace ?? ''}/${sample.metadata.name}`
      const before = objects.get(key)
      const after = stored(sample, { before, version, now })
      objects.set(key, after)
      emit({ type: before === undefined ? 'ADDED' : 'MODIFIED', resource, actor, before, after })
      return after
    },
    remove(actor, resource, { metadata: { namespace, name } }) {
      const key = `${resource} ${namespace ?? ''}/${name}`
      const before = objects.get(key)
      assert.ok(before, `there is no ${key}`)
      objects.delete(key)
      emit({ type: 'DELETED', resource, actor, before, after: before })
    },
    call: call => say(invariant.onCall?.({ kind: 'backup', verb: 'sync', request: { parent: { metadata: { name: 'x', namespace: 'shop' } }, children: {} }, status: 200, answer: {}, effects: [], logs: [], at: now, ...call })),
    strike: fault => void counts.set(fault, 1),
    step: () => say(invariant.onStep?.()),
    end: () => say(invariant.atEnd?.()),
    expect(pattern) {
      if (pattern === undefined) assert.deepEqual(found, [])
      else assert.match(found.join('\n'), pattern)
    },
  }
}

function stored(sample: Sample, { before, version, now }: { readonly before: KubeObject | undefined; readonly version: number; readonly now: number }): KubeObject {
  const known = before?.metadata
  const creationTimestamp = known?.creationTimestamp ?? `${new Date(now).toISOString().slice(0, 19)}Z`
  const metadata = { generation: 1, creationTimestamp, uid: known?.uid ?? `uid-of-${sample.metadata.name}-${version}`, ...sample.metadata, resourceVersion: String(version + 1) }
  return { apiVersion: 'v1', ...sample, metadata }
}

function fakeApi(objects: ReadonlyMap<string, KubeObject>, listeners: ((change: Change) => void)[], now: () => number): ApiServer {
  return {
    now,
    journal: [],
    request: () => assert.fail('nobody asks in a history'),
    subscribe: listener => { listeners.push(listener); return () => undefined },
    read: <T>(path: string) => objects.get(keyOf(path)) as T | undefined,
    all: <T>(resource: string, namespace?: string) => [...objects].filter(([key, { metadata }]) => key.startsWith(`${resource} `) && (namespace ?? metadata.namespace) === metadata.namespace).map(([, object]) => object) as T[],
  }
}

/** `/apis/batch/v1/namespaces/shop/jobs/x` as `batch/v1/jobs shop/x`. */
function keyOf(path: string): string {
  const match = /^\/apis?\/(.+?)(?:\/namespaces\/([^/]+))?\/([^/]+)\/([^/]+)$/.exec(path)
  assert.ok(match, path)
  const [, group, namespace = '', plural, name] = match
  return `${group}/${plural} ${namespace}/${name}`
}
