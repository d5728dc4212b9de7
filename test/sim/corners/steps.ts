import { TEST_IMAGES } from '../../images.ts'
import type { Request } from '../api/api.ts'
import type { Fault } from '../faults.ts'
import type { KubeObject, RestoreSpec, Volume } from '../../../schemas/generated/types.ts'
import { DRIVER, STORAGE_CLASS } from '../scenarios/objects.ts'
import type { Seen, Step } from '../scenarios/scenario.ts'
import { pathOf, STAGE } from '../scenarios/stage.ts'
import { at, backupObject, restoreObject, until, type Strategy } from '../scenarios/steps.ts'
import type { Broken } from '../store/mover-failure.ts'
import type { World } from '../world.ts'
import type { CornerStep } from './corner.ts'

/** Makes an object. */
export function apply(object: object): Step {
  return { step: 'apply', object }
}

/** Waits until a Backup, Restore or repository has this phase and reason. */
export function ends(kind: string, name: string, is: { readonly phase: string; readonly reason: string }): Step {
  return until(`${kind} ${name} is ${is.phase} ${is.reason}`, kind, name, object => object?.status?.phase === is.phase && object.status.reason === is.reason, 1800)
}

/** Waits until a policy is (not) ready for this reason. */
export function readiness(kind: string, name: string, is: { readonly status: 'True' | 'False'; readonly reason: string }): Step {
  const holds = (object: Seen | undefined): boolean => (object?.status?.conditions as readonly { type: string; status: string; reason?: string }[] | undefined)
    ?.some(({ type, status, reason }) => type === 'Ready' && status === is.status && reason === is.reason) === true
  return until(`${kind} ${name} is Ready=${is.status} ${is.reason}`, kind, name, holds, 1800)
}

/** Waits until one volume of a Backup or a Restore is as said. */
export function volumeIs(kind: 'Backup' | 'Restore', name: string, is: Partial<Volume> & { readonly target?: string }): Step {
  const fits = (volume: object): boolean => Object.entries(is).every(([field, value]) => (volume as Record<string, unknown>)[field] === value)
  return until(`a volume of ${kind} ${name} is ${JSON.stringify(is)}`, kind, name, object => (object?.status?.volumes as readonly object[] | undefined)?.some(fits) === true, 1800)
}

/** A Backup that ends so. */
export function backupEnds(strategy: Strategy, is: { readonly phase?: string; readonly reason: string }, more: object = {}): readonly Step[] {
  return [apply(backupObject('first', strategy, more)), ends('Backup', 'first', { phase: 'Failed', ...is })]
}

/** A Restore that ends so. */
export function restoreEnds(spec: RestoreSpec, is: { readonly phase?: string; readonly reason: string }): readonly Step[] {
  return [apply(restoreObject('again', spec)), ends('Restore', 'again', { phase: 'Failed', ...is })]
}

/** A claim that is not of the usual kind. */
export function claim(name: string, spec: object, labels: object = { app: 'data' }): Step {
  const usual = { accessModes: ['ReadWriteOnce'], storageClassName: STORAGE_CLASS, resources: { requests: { storage: '1Gi' } } }
  return apply({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, labels }, spec: { ...usual, ...spec } })
}

/** An administrator's volume, made by hand. */
export const EXPORT = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'export' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain', nfs: { server: 'filer', path: '/exports' } } }

/** A volume of the driver's that no class has made. */
export function byHand(): CornerStep {
  return act(world => {
    world.cluster.disks.create('imported', '')
    const spec = { ...EXPORT.spec, nfs: undefined, csi: { driver: DRIVER, volumeHandle: 'imported' } }
    request(world, { method: 'POST', path: '/api/v1/persistentvolumes', body: { ...EXPORT, metadata: { name: 'imported' }, spec } })
  })
}

/** Waits until a claim has its volume. */
export function bound(name: string): Step {
  return until(`claim ${name} is bound`, 'PersistentVolumeClaim', name, object => object?.status?.phase === 'Bound')
}

/** Somebody's Job, which does nothing. */
export function stranger(name: string): object {
  const containers = [{ name: 'main', image: TEST_IMAGES.tools, command: ['true'] }]
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers } } } }
}

/** From now on no object of this kind is made beyond so many, until ResourceQuota `none` is deleted. */
export function noMore(kind: string, limit = 0): Step {
  return apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { [`count/${kind}`]: String(limit) } } })
}

/** Waits until a status says that something has not been made. */
export function saysUnmade(kind: string, name: string): Step {
  return until(`${kind} ${name} says what is missing`, kind, name, object => (object?.status as { message?: string } | undefined)?.message?.includes('has not been made') === true, 600)
}

/** A pod of a person's, which mounts a claim and runs until it is deleted. */
export function pod(name: string, claimName: string): Step {
  return apply({
    apiVersion: 'v1', kind: 'Pod', metadata: { name },
    spec: { containers: [{ name: 'main', image: TEST_IMAGES.tools, command: ['sleep', '1d'] }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] },
  })
}

/** Waits until that pod runs. */
export function runs(name: string): Step {
  return until(`pod ${name} runs`, 'Pod', name, object => object?.status?.phase === 'Running')
}

export function removed(kind: string, name: string): Step {
  return { step: 'delete', at: at(kind, name) }
}

export function patched(kind: string, name: string, patch: object): Step {
  return { step: 'patch', at: at(kind, name), patch }
}

/** Edits a status, as `kubectl edit --subresource status` does. */
export function statusEdited(kind: string, name: string, status: object): CornerStep {
  return { step: 'act', act: world => void request(world, { method: 'PATCH', path: `${pathOf(STAGE.namespace, { kind, name })}/status`, body: { status } }) }
}

export function faults(...on: readonly Fault[]): CornerStep {
  return { step: 'faults', faults: on }
}

/** Movers of this operation fail in this way from now on. */
export function moverFails(operation: string, broken: Broken | undefined): CornerStep {
  return { step: 'act', act: ({ cluster }) => { cluster.mishaps.mover = task => task.operation === operation ? broken : undefined } }
}

/** How a mover ends that is killed. */
export const KILLED: Broken = { end: { exitCode: 137 } }

/** Waits until a pod of a Job has failed. */
export function tried(job: string): Step {
  return until(`a try of Job ${job} has failed`, 'Job', job, object => ((object?.status as { failed?: number } | undefined)?.failed ?? 0) > 0)
}

/** Something done to the world as it is. */
export function act(deed: (world: World) => void): CornerStep {
  return { step: 'act', act: deed }
}

/** Takes an object away at once, whatever protects it. */
export function tornAway(world: World, { kind, metadata }: KubeObject): void {
  const path = pathOf(STAGE.namespace, { kind, name: metadata.name })
  request(world, { method: 'DELETE', path, body: { propagationPolicy: 'Background' } })
  if (world.api.read(path) !== undefined) request(world, { method: 'PATCH', path, body: { metadata: { finalizers: null } } })
}

/** The volume of a claim. */
export function volumeOf({ api }: World, claimName: string): KubeObject {
  const volume = api.all<KubeObject & { spec: { claimRef?: { name: string } } }>('v1/persistentvolumes').find(({ spec }) => spec.claimRef?.name === claimName)
  if (volume === undefined) throw new Error(`no volume is of claim ${claimName}`)
  return volume
}

/** A request of a person. Throws when it is refused. */
export function request({ api }: World, { method, path, body }: { readonly method: 'POST' | 'PATCH' | 'DELETE'; readonly path: string; readonly body: object }): void {
  const answer = api.request({ actor: 'user', method, path, body })
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
}

/** Says what is wrong, when something is. */
export function check(complaint: (world: World) => string | undefined): CornerStep {
  return act(world => {
    const found = complaint(world)
    if (found !== undefined) throw new Error(found)
  })
}

/** These Backups are there and no others. */
export function backupsAre(...names: readonly string[]): CornerStep {
  return check(({ api }) => {
    const found = api.all('holdfast.dev/v1alpha1/backups').map(({ metadata }) => metadata.name)
    return found.toSorted().join() === names.toSorted().join() ? undefined : `the Backups are ${found.join(', ') || 'none'}, not ${names.join(', ') || 'none'}`
  })
}

export function wait(seconds: number): Step {
  return { step: 'wait', seconds }
}

/** The hooks' requests of this kind are answered so from now on; without an argument all are answered as ever. */
export function answered(wrong?: { readonly method: string; readonly path: RegExp; readonly status: number; readonly reason: string }): CornerStep {
  return act(({ cluster }) => {
    if (wrong === undefined) return void (cluster.mishaps.answer = undefined)
    const { method, path, status, reason } = wrong
    const body = { apiVersion: 'v1', kind: 'Status', status: 'Failure', code: status, reason, message: 'said in a story' }
    cluster.mishaps.answer = request => request.method === method && path.test(request.path) ? { status, body } : undefined
  })
}

/** Just before the hooks' nth request of this kind somebody does something: what the hooks have seen is not what they meet. */
export function before(match: Match, deed: (world: World, request: Request) => void): CornerStep {
  return act(world => meet(world, match, deed))
}

/** Which of the hooks' requests. */
interface Match { readonly method: string; readonly path: RegExp; readonly nth?: number }

/** The same from within something that is done. */
export function meet(world: World, { method, path, nth = 1 }: Match, deed: (world: World, request: Request) => void): void {
  let left = nth
  world.cluster.mishaps.answer = asked => {
    if (asked.method !== method || !path.test(asked.path) || --left > 0) return undefined
    world.cluster.mishaps.answer = undefined
    return void deed(world, asked)
  }
}

/** A cache shows nothing new for so long. */
export function frozen(resource: string, seconds: number): CornerStep {
  return act(({ caches, engine }) => caches.freeze(resource, engine.now() + 1000 * seconds))
}

/** So many objects of a kind are there. */
export function count(resource: string, wanted: number): CornerStep {
  return check(({ api }) => {
    const { length } = api.all(resource, resource.includes('contents') ? undefined : STAGE.namespace)
    return length === wanted ? undefined : `there are ${length} ${resource}, not ${wanted}`
  })
}
