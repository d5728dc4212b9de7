import type { KubeObject } from '../../../../schemas/generated/types.ts'
import { defaults, equal, fieldsOf, listOf, type Draft, type Fields } from '../draft.ts'
import type { FieldError } from '../failure.ts'
import type { Kind } from '../kind.ts'
import { checkPodSpec, containersOf, defaultPodSpec } from './pod-spec.ts'

/** Pods, as the kubelet and the scheduler find them. */
export const POD: Kind = {
  group: '', apiVersion: 'v1', plural: 'pods', kind: 'Pod', namespaced: true, custom: false, status: true, generation: true, returnsDeleted: true,
  fields: {
    'spec.nodeName': object => text(fieldsOf(object.spec).nodeName),
    'spec.restartPolicy': object => text(fieldsOf(object.spec).restartPolicy),
    'spec.schedulerName': object => text(fieldsOf(object.spec).schedulerName),
    'spec.serviceAccountName': object => text(fieldsOf(object.spec).serviceAccountName),
    'status.phase': object => text(fieldsOf(object.status).phase),
    'status.podIP': object => text(fieldsOf(object.status).podIP),
  },
  grace: graceOf,
  prepare(draft) {
    const spec = draft.spec ??= {}
    complete(spec)
    draft.status = { phase: 'Pending', qosClass: qosOf(spec) }
  },
  prepareUpdate: next => complete(next.spec ??= {}),
  prepareStatus(next, old) {
    next.status = { qosClass: fieldsOf(old.status).qosClass, ...next.status }
  },
  validate: (next, old) => old === undefined ? checkPodSpec(next.spec ?? {}, 'spec') : checkUpdate(next, old),
}

function complete(spec: Fields): void {
  defaultPodSpec(spec)
  spec.enableServiceLinks ??= true
  for (const { resources } of containersOf(spec)) {
    const { limits, requests } = fieldsOf(resources)
    if (limits !== undefined) fieldsOf(resources).requests = { ...fieldsOf(limits), ...fieldsOf(requests) }
  }
  spec.tolerations = tolerationsOf(listOf(spec.tolerations))
  defaults(spec, { priority: 0, preemptionPolicy: 'PreemptLowerPriority' })
}

/** The kubelet needs time only for a pod that runs on a node. */
function graceOf({ spec, status }: KubeObject, wanted: number | undefined): number {
  const { nodeName, terminationGracePeriodSeconds } = fieldsOf(spec)
  const { phase } = fieldsOf(status)
  if (!nodeName || phase === 'Failed' || phase === 'Succeeded') return 0
  return wanted ?? Number(terminationGracePeriodSeconds ?? 0)
}

/** A node that does not answer is waited for five minutes. */
function tolerationsOf(own: readonly Fields[]): Fields[] {
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter(key => !own.some(toleration => (toleration.key === undefined || toleration.key === key) && (toleration.effect === undefined || toleration.effect === 'NoExecute')))
    .map(key => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))
  return [...own, ...added]
}

function qosOf(spec: Fields): string {
  const lists = containersOf(spec).map(({ resources }) => fieldsOf(resources))
  const set = (list: unknown): boolean => ['cpu', 'memory'].some(name => fieldsOf(list)[name] !== undefined)
  if (!lists.some(({ requests, limits }) => set(requests) || set(limits))) return 'BestEffort'
  const guaranteed = lists.every(({ requests, limits }) => ['cpu', 'memory'].every(name => {
    const limit = fieldsOf(limits)[name]
    return limit !== undefined && (fieldsOf(requests)[name] ?? limit) === limit
  }))
  return guaranteed ? 'Guaranteed' : 'Burstable'
}

function checkUpdate(next: Draft, old: KubeObject): FieldError[] {
  const [now, before] = [next.spec ?? {}, fieldsOf(old.spec)]
  const [deadline, had] = [now.activeDeadlineSeconds, before.activeDeadlineSeconds]
  if (typeof had === 'number' && (typeof deadline !== 'number' || deadline > had)) {
    return [{ field: 'spec.activeDeadlineSeconds', reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(deadline)}: must be less than or equal to previous value` }]
  }
  const added = listOf(before.tolerations).every(toleration => listOf(now.tolerations).some(other => equal(other, toleration)))
  if (added && equal(mutableTaken(now), mutableTaken(before))) return []
  return [{ field: 'spec', reason: 'FieldValueForbidden', message: 'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)' }]
}

function mutableTaken({ activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...spec }: Fields): Fields {
  const without = (list: unknown): Fields[] => listOf(list).map(({ image: _image, ...container }) => container)
  return { ...spec, containers: without(spec.containers), initContainers: without(spec.initContainers) }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
