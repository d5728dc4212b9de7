import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '../../../hooks/hook.ts'
import type { Call } from '../../../hooks/kubernetes.ts'
import { shapeFaults, type Answered } from './answer-shape.ts'
import { LEGITIMATE, type Change, type Legitimate } from './legitimate.ts'
import { isIdle } from './oracle/idle.ts'
import { bodyOf, desiredOf, isReleased, observedIn, placeOf } from './oracle/readings.ts'
import { seenIn } from './oracle/seen.ts'
import { statusFaults } from './oracle/status-schema.ts'
import { pathIfAny, type Body, type Scene } from './scene.ts'
import { secretFaults, withoutStore } from './secrets.ts'
import type { Reply } from './target.ts'

/** What a scene is answered when nobody meddles. */
export interface Baseline {
  readonly scene: Scene
  readonly reply: Reply
  /** Observed children that are kept, as `group key`. */
  readonly kept: ReadonlySet<string>
  /** It keeps every observed child that runs: then so must every other answer. */
  readonly keepsAll: boolean
}

/** The good answer to a scene, to compare others with. */
export function baselineOf(scene: Scene, reply: Reply): Baseline {
  const kept = new Set(desiredOf(reply).map(placeOf))
  const running = observedIn(scene.body).filter(({ object }) => isRunning(object))
  return { scene, reply, kept, keepsAll: running.every(({ place }) => kept.has(place)) }
}

/**
 * What is wrong with an answer to a body that was made from a scene. An answer is right when it is an error that says why, or whole
 * and complete: no observed child that runs is left out, none that the good answer keeps, and nothing is destroyed that the good
 * answer does not destroy; the parent is let go no sooner, no related object is lost from sight, and what no hook reads changes nothing.
 * No secret of the request is carried anywhere. `text` is what was sent.
 */
export function faultsOf(baseline: Baseline, text: string, reply: Reply): readonly string[] {
  const shape = shapeFaults(reply, baseline.scene.path.split('/')[2] ?? '')
  const written = reply.writes.flatMap(({ method, path, body }) => secretFaults(`a write (${method} ${path})`, [path, withoutStore(body)]))
  const always = [...shape, ...written, ...destroyed(baseline, text, reply)]
  if (shape.length > 0 || reply.status !== 200) return always
  const body = bodyOf(text)
  if (body === undefined) return ['a 200 for what is not JSON']
  return [...always, ...RULES.flatMap(rule => rule(baseline, body, reply)), ...carried(body, reply)]
}

/** About every answer of 200 to what can be read. */
const RULES: readonly ((baseline: Baseline, body: Body, reply: Reply) => readonly string[])[] = [unfit, dropped, released, unseen, altered]

/** What the API server would not store. A parent that has the same fault already is passed on as it is; no API server has such a one. */
function unfit({ scene }: Baseline, { parent }: Body, reply: Reply): readonly string[] {
  const [, kind = '', verb] = scene.path.split('/')
  if (verb === 'customize') return []
  const present = parent.status === undefined ? [] : statusFaults(kind, parent.status)
  return statusFaults(kind, (JSON.parse(reply.text) as Answered).status).filter(fault => !present.includes(fault))
}

/** A parent that is let go before the good answer does so takes with it the record of what is still to be dealt with. */
function released({ scene, reply: good }: Baseline, body: Body, reply: Reply): readonly string[] {
  if (isReleased(good) || !isReleased(reply)) return []
  return excused('release', { before: scene.body, after: body, place: 'finalized' }) ? [] : ['the parent is let go too early']
}

/** What the hooks do not ask to see they take for gone. */
function unseen({ scene, reply: good }: Baseline, body: Body, reply: Reply): readonly string[] {
  const seen = new Set(seenIn(reply))
  const lost = seenIn(good).filter(place => !seen.has(place))
  return lost.filter(place => !excused('unseen', { before: scene.body, after: body, place })).map(place => `no longer looked at: ${place}`)
}

/** Where nothing that a hook reads was changed the answer is the same, to the last new child that nobody has seen yet. */
function altered({ scene, reply: good }: Baseline, body: Body, reply: Reply): readonly string[] {
  if (reply.text === good.text || !isIdle(scene.body, body) || isDeepStrictEqual(JSON.parse(reply.text), JSON.parse(good.text))) return []
  return [`what no hook reads changed the answer: ${reply.text.slice(0, 500)}`]
}

/** Secrets in children. One that is there is answered as it is (a claim without the name of its volume), for children are never updated: what it has, it has already. */
function carried(body: Body, reply: Reply): readonly string[] {
  const present = observedIn(body).map(({ object }) => object)
  return desiredOf(reply).flatMap(({ spec, ...child }) => {
    const isPresent = present.some(object => object?.metadata?.name === child.metadata.name && isDeepStrictEqual(withoutVolume(object.spec), withoutVolume(spec)))
    return secretFaults(`${child.kind} ${child.metadata.name}`, withoutStore(isPresent ? child : { ...child, spec }))
  })
}

function dropped({ scene, kept, keepsAll }: Baseline, body: Body, reply: Reply): readonly string[] {
  if (!keepsAll) return []
  const desired = new Set(desiredOf(reply).map(placeOf))
  const lost = observedIn(body).filter(({ place, object }) => !desired.has(place) && (isRunning(object) || kept.has(place)))
  return lost.filter(({ place, object }) => !excused('drop', { before: scene.body, after: body, place, object })).map(({ place }) => `an observed child is dropped: ${place}`)
}

function withoutVolume(spec: unknown): unknown {
  return typeof spec === 'object' && spec !== null ? { ...spec, volumeName: undefined } : spec
}

function destroyed({ scene, kept, reply: good }: Baseline, text: string, reply: Reply): readonly string[] {
  // What the good answer leaves out Metacontroller deletes; where it is not shown, a hook may do so itself.
  const left = observedIn(scene.body).filter(({ place }) => !kept.has(place)).map(({ object }) => pathIfAny(object) ?? '')
  const allowed = new Set([...destructive(good), ...left, ...desiredOf(good).map(({ metadata }) => `Job ${metadata.name}`)])
  const body = bodyOf(text)
  const more = destructive(reply).filter(act => !allowed.has(act))
  if (body === undefined) return more
  return more.filter(act => !excused('destroy', { before: scene.body, after: body, place: act })).map(act => `destroyed: ${act}`)
}

/** Everything in a reply that ends data: Jobs that delete it, and writes that let go of it. */
function destructive(reply: Reply): readonly string[] {
  const jobs = reply.status === 200 ? desiredOf(reply).filter(({ metadata }) => metadata.labels?.['holdfast.dev/role'] === 'delete').map(child => `Job ${child.metadata.name}`) : []
  return [...jobs, ...reply.writes.filter(isDestructive).map(({ path }) => path)]
}

function isDestructive({ method, body }: Call): boolean {
  const { metadata, spec } = (body ?? {}) as { metadata?: { annotations?: object }; spec?: { deletionPolicy?: string; persistentVolumeReclaimPolicy?: string } }
  if (method === 'DELETE') return true
  if (method !== 'PATCH') return false
  return spec?.deletionPolicy === 'Delete' || spec?.persistentVolumeReclaimPolicy === 'Delete' || 'holdfast.dev/delete-requested' in (metadata?.annotations ?? {})
}

function excused(what: Legitimate['allows'], change: Change): boolean {
  return LEGITIMATE.some(reason => reason.allows === what && reason.holds(change))
}

/** Anything that is not a Job that has ended: a mover at work, a snapshot, a claim, a CronJob. */
function isRunning(object: KubeObject): boolean {
  const { conditions = [] } = (object.status ?? {}) as { conditions?: readonly { type?: string; status?: string }[] }
  return !Array.isArray(conditions) || !conditions.some(each => (each?.type === 'Complete' || each?.type === 'Failed') && each.status === 'True')
}
