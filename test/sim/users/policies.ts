import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import { labelValue } from '../../../lib/names.ts'
import { RESOURCE, type StoredBackup, type StoredPolicy } from '../invariants/resources.ts'
import type { Action } from './action.ts'
import { drawKeeping, drawMover, drawTimes } from './draw-policy.ts'
import type { Scene } from './scene.ts'
import { makePolicy } from './topology.ts'

const MINUTE = 60_000
/** Every field that a merge patch has to clear before another value comes. */
const TIMES = { schedule: null, timeZone: null, jitterSeconds: null, startingDeadlineSeconds: null, suspend: null }
const KEEPING = { retention: null, failedHistoryLimit: null }

/** Wrong in ways that the API server cannot see. */
const WRONG: readonly object[] = [
  { schedule: '0 0 30 2 *' }, { schedule: '61 * * * *' }, { timeZone: 'Mars/Olympus' }, { selector: { matchLabels: { app: 'nobody' }, matchExpressions: null } },
  { retention: { maxAge: '0s', maxBackups: null } }, { selector: { matchExpressions: [{ key: 'app', operator: 'In' }], matchLabels: null } }, { pruneSchedule: '0 5 * * 7' },
]
/** What the API server refuses. */
const REFUSED: readonly object[] = [{ strategy: 'floppy' }, { schedule: '@daily' }, { jitterSeconds: -1 }, { mover: { parallelism: 0 } }, { retention: { maxBackups: 0 } }]

/** What people do to policies. */
export const POLICY_ACTIONS: readonly Action[] = [
  { name: 'editSchedule', act: scene => edit(scene, () => ({ ...TIMES, ...drawTimes(scene.random) })) },
  { name: 'editRetention', act: scene => edit(scene, () => ({ ...KEEPING, ...drawKeeping(scene.random) })) },
  { name: 'editMover', act: scene => edit(scene, () => ({ mover: scene.random.chance(0.3) ? null : drawMover(scene.random) })) },
  { name: 'editOthers', act: scene => edit(scene, () => scene.random.pick([{ allowEmpty: true }, { allowEmpty: false }, { pruneSchedule: '*/20 * * * *' }, { pruneSchedule: null }, { concurrencyPolicy: 'Forbid' }])) },
  { name: 'suspend', act: scene => edit(scene, () => ({ suspend: true })) },
  { name: 'resume', act: scene => edit(scene, () => ({ suspend: false })) },
  { name: 'spoilAndMend', act: spoilAndMend },
  { name: 'tryNonsense', act: scene => { edit(scene, () => scene.random.pick(REFUSED)); return true } },
  { name: 'deletePolicy', act: (scene, topology) => deleteAndRemake(scene, name => makePolicy(scene, { name, strategy: topology.strategies[topology.policies.indexOf(name)] ?? 'tar', place: topology.place })) },
  { name: 'allowDeletions', act: scene => annotate(scene, ANNOTATION.allowDeletions, ({ metadata: { generation = 0 } }) => `${11 + scene.random.below(20)}${scene.random.pick(['', '@1', `@${generation}`, `@${generation}`])}`) },
  { name: 'adoptBackups', act: scene => annotate(scene, ANNOTATION.adoptBackups, ({ metadata: { uid = '' } }) => scene.random.chance(0.8) ? uid : 'true') },
  { name: 'pruneByLabel', act: pruneByLabel },
  { name: 'policyDeletedForeground', fault: 'parentDeletedForeground', act: (scene, topology) => {
    const policy = pickPolicy(scene)
    if (policy === undefined) return false
    const { name } = policy.metadata
    scene.later(MINUTE * (1 + scene.random.below(20)), () => void makePolicy(scene, { name, strategy: policy.spec.strategy ?? 'tar', place: topology.place }))
    return scene.remove(RESOURCE.policies, name, 'Foreground')
  } },
]

function pickPolicy(scene: Scene): StoredPolicy | undefined {
  const policies = scene.all<StoredPolicy>(RESOURCE.policies).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return policies.length === 0 ? undefined : scene.random.pick(policies)
}

function edit(scene: Scene, spec: (policy: StoredPolicy) => object): boolean {
  const policy = pickPolicy(scene)
  return policy !== undefined && scene.patch(RESOURCE.policies, policy.metadata.name, { body: { spec: spec(policy) } })
}

function annotate(scene: Scene, key: string, value: (policy: StoredPolicy) => string): boolean {
  const policy = pickPolicy(scene)
  return policy !== undefined && scene.patch(RESOURCE.policies, policy.metadata.name, { body: { metadata: { annotations: { [key]: value(policy) } } } })
}

/** A bad edit, and some time later the spec as it was. */
function spoilAndMend(scene: Scene): boolean {
  const policy = pickPolicy(scene)
  if (policy === undefined) return false
  const { name } = policy.metadata
  const spec: Readonly<Record<string, unknown>> = { ...policy.spec }
  const wrong = policy.spec.strategy === 'snapshot' && scene.random.chance(0.3) ? { snapshotClassName: 'absent' } : scene.random.pick(WRONG)
  const right = Object.fromEntries(Object.keys(wrong).map(field => [field, replacing((wrong as Record<string, unknown>)[field], spec[field])]))
  scene.later(MINUTE * (1 + scene.random.below(40)), () => void scene.patch(RESOURCE.policies, name, { body: { spec: right } }))
  return scene.patch(RESOURCE.policies, name, { body: { spec: wrong } })
}

/** What a merge patch has to say so that `now` becomes `then`. */
function replacing(now: unknown, then: unknown): unknown {
  if (typeof now !== 'object' || now === null || typeof then !== 'object' || then === null || Array.isArray(then)) return then ?? null
  return { ...Object.fromEntries(Object.keys(now).map(key => [key, null])), ...then }
}

/** Deleted, and often made again under the same name, soon or later, the same or another. */
function deleteAndRemake(scene: Scene, remake: (name: string) => boolean): boolean {
  const policy = pickPolicy(scene)
  if (policy === undefined) return false
  const { name } = policy.metadata
  const { random } = scene
  const same = random.chance(0.5)
  const again = (left: number): void => {
    const { apiVersion, kind, spec } = policy
    const made = same ? scene.create(RESOURCE.policies, { apiVersion, kind, metadata: { name, namespace: policy.metadata.namespace }, spec }) : remake(name)
    if (!made && left > 0) scene.later(5000, () => again(left - 1))
  }
  if (random.chance(0.9)) scene.later(random.chance(0.5) ? random.below(5000) : MINUTE * random.below(30), () => again(24))
  return scene.remove(RESOURCE.policies, name, random.pick(['Background', 'Foreground'] as const))
}

/** As a GitOps tool does that takes our records for its own: everything with a label goes. */
function pruneByLabel(scene: Scene): boolean {
  const policy = pickPolicy(scene)
  if (policy === undefined) return false
  const value = labelValue(policy.metadata.name)
  const records = scene.all<StoredBackup>(RESOURCE.backups).filter(({ metadata }) => metadata.labels?.[LABEL.policy] === value)
  for (const { metadata } of records) scene.remove(RESOURCE.backups, metadata.name)
  return records.length > 0
}
