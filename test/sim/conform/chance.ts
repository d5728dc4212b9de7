import type { KubeObject } from '../../../schemas/generated/types.ts'
import { random, type Random } from '../random.ts'
import { backup, claim, configMap, job, PATHS, pod, volume } from './objects.ts'
import { del, get, patch, post, put, withMeta, type Ask, type Scenario, type Seen, type Step } from './scenario.ts'

const LENGTH = 30
const UID = '11111111-1111-1111-1111-111111111111'

interface Kind {
  readonly path: (ns: string) => string
  readonly make: (name: string, metadata: object) => object
  readonly specs: readonly object[]
  readonly statuses: readonly object[]
}

const KINDS: readonly Kind[] = [
  {
    path: PATHS.backups, make: (name, metadata) => backup(name, {}, metadata),
    specs: [{ deletionPolicy: 'Delete' }, { deletionPolicy: null }, { strategy: 'custom' }, { volumes: ['x'] }, { junk: 1 }, { mover: { parallelism: 2 } }, { mover: null }, { mover: { parallelism: -1 } }],
    statuses: [{ phase: 'Running' }, { phase: 'Nonsense' }, { phase: null }, { observedGeneration: 3 }],
  },
  { path: PATHS.configMaps, make: (name, metadata) => configMap(name, metadata), specs: [], statuses: [] },
  {
    path: PATHS.jobs, make: (name, metadata) => job(name, {}, metadata),
    specs: [{ suspend: true }, { backoffLimit: 2 }, { completions: 4 }, { template: { metadata: { labels: { more: 'x' } } } }, { parallelism: null }],
    statuses: [{ active: 1 }, { failed: 1 }, { active: null, ready: 1 }, { startTime: '2026-01-01T00:00:00Z' }, { conditions: [{ type: 'Complete', status: 'True' }] }],
  },
  {
    path: PATHS.pods, make: (name, metadata) => pod(name, { nodeName: 'node-1', terminationGracePeriodSeconds: 3600 }, metadata),
    specs: [{ nodeName: 'other' }, { activeDeadlineSeconds: 3 }, { restartPolicy: 'Always' }], statuses: [{ phase: 'Running' }, { phase: 'Failed', reason: 'Evicted' }, { message: 'm' }],
  },
  {
    path: PATHS.claims, make: (name, metadata) => claim(name, {}, metadata),
    specs: [{ volumeName: 'v' }, { accessModes: ['ReadOnlyMany'] }, { resources: { requests: { storage: '2Gi' } } }, { storageClassName: 'c' }], statuses: [{ phase: 'Bound' }, { phase: 'Lost', capacity: { storage: '1024Mi' } }],
  },
  {
    path: () => PATHS.volumes, make: (name, metadata) => volume(name, {}, metadata),
    specs: [{ persistentVolumeReclaimPolicy: 'Delete' }, { claimRef: { namespace: 'default', name: 'c', kind: 'PersistentVolumeClaim' } }, { claimRef: null }, { csi: { volumeHandle: 'x' } }], statuses: [{ message: 'm' }, { reason: 'r' }],
  },
]

const METADATA: readonly object[] = [
  { labels: { a: 'b' } }, { labels: null }, { labels: { c: 'd' } }, { annotations: { x: 'y' } }, { finalizers: ['holdfast.dev/a'] }, { finalizers: ['holdfast.dev/a', 'holdfast.dev/b'] },
  { finalizers: null }, { finalizers: [] }, { uid: UID }, { creationTimestamp: null }, { generation: 7 }, { deletionTimestamp: null }, { labels: { 'not valid': 'x' } }, { resourceVersion: '1' },
]

/** A scenario that a seed draws: one kind, two names, and requests of all sorts that meet what the earlier ones have left. */
export function drawn(seed: number): Scenario {
  return {
    name: `drawn from ${seed}`,
    steps: ns => {
      const chance = random(seed)
      const kind = chance.pick(KINDS)
      const names = [`${ns}-a`, `${ns}-b`]
      const steps: Step[] = []
      for (let index = 0; index < LENGTH; index++) {
        const next = step({ chance, kind, ns, names, earlier: steps.map(({ name }) => name), index })
        steps.push(next)
        if (next.method === 'POST' && kind.path(ns) === PATHS.claims(ns)) steps.push(touched(next))
      }
      return steps
    },
  }
}

/** The first write after its creation takes `status` out of a claim's managedFields, which are not simulated: so it is one that changes something. */
function touched({ name, path, body }: Ask): Ask {
  return patch(`${name}, touched`, `${path}/${(body as KubeObject).metadata.name}`, { metadata: { annotations: { touched: name.split(':')[0] ?? '' } } })
}

interface Drawing {
  readonly chance: Random
  readonly kind: Kind
  readonly ns: string
  readonly names: readonly string[]
  readonly earlier: readonly string[]
  readonly index: number
}

function step({ chance, kind, ns, names, earlier, index }: Drawing): Ask {
  const name = chance.pick(names)
  const path = `${kind.path(ns)}/${name}`
  const past = earlier.length === 0 ? undefined : chance.pick(earlier)
  const metadata = chance.pick(METADATA)
  const taken = { metadata: { labels: { a: null, c: 'e' }, annotations: { x: null } } }
  const part = chance.chance(0.1) ? taken : chance.chance(0.5) && kind.specs.length > 0 ? { spec: chance.pick(kind.specs) } : { metadata }
  const status = { status: kind.statuses.length > 0 ? chance.pick(kind.statuses) : {}, ...(chance.chance(0.2) && part !== taken ? { ...part, metadata: { name, ...(part as { metadata?: object }).metadata } } : {}) }
  const fenced = (body: object) => (seen: Seen): object => ({ ...body, metadata: { ...(body as { metadata?: object }).metadata, ...fence(seen, past, chance.chance(0.8)) } })
  const options: readonly object[] = [{}, { propagationPolicy: 'Background' }, { gracePeriodSeconds: 0, propagationPolicy: 'Background' }, { gracePeriodSeconds: 3000, propagationPolicy: 'Background' }]
  const choice = chance.below(kind.statuses.length > 0 ? 11 : 9)
  const say = (what: string): string => `${index}: ${what} ${name}`
  const all: readonly (() => Ask)[] = [
    () => post(say('create'), kind.path(ns), kind.make(name, chance.chance(0.4) ? metadata : {})),
    () => post(say('create plain'), kind.path(ns), kind.make(name, {})),
    () => patch(say('patch'), path, part),
    () => patch(say('patch fenced'), path, past === undefined ? part : fenced(part)),
    () => put(say('put as seen'), path, seen => again(seen, past, kind.make(name, {}))),
    () => put(say('put merged'), path, seen => withMeta(again(seen, past, kind.make(name, {})), metadata)),
    () => get(say('read'), path),
    () => del(say('delete'), path, { ...chance.pick(options), propagationPolicy: 'Background' }),
    () => del(say('delete fenced'), path, past === undefined ? {} : seen => ({ propagationPolicy: 'Background', preconditions: fence(seen, past, true) })),
    () => patch(say('status'), `${path}/status`, status),
    () => put(say('status put'), `${path}/status`, seen => ({ ...again(seen, past, kind.make(name, {})), ...status })),
  ]
  return (all[choice] as () => Ask)()
}

/** What an earlier answer knew of its object; nothing when it was a failure. */
function fence(seen: Seen, step: string | undefined, version: boolean): object {
  const { metadata } = step === undefined ? {} as Partial<KubeObject> : seen(step)
  if (metadata?.uid === undefined) return {}
  return version ? { uid: metadata.uid, resourceVersion: metadata.resourceVersion } : { uid: metadata.uid }
}

function again(seen: Seen, step: string | undefined, otherwise: object): KubeObject {
  const object = step === undefined ? undefined : seen(step)
  return object?.metadata?.uid === undefined ? otherwise as KubeObject : object
}
