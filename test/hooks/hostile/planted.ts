import type { Decision, KubeObject, SyncRequest } from '../../../hooks/hook.ts'
import { REGISTRY } from '../../../hooks/registry.ts'
import type { Registered } from '../../../hooks/registry-map.ts'
import type { Mutation } from './mutation.ts'

/** A bug of a kind that has happened in this field, put into every hook. */
export interface Planted {
  readonly says: string
  /** The sort of damage that brings it out. */
  readonly aim: Pick<Mutation, 'op' | 'zone'>
  readonly spoil: (decision: Decision, request: SyncRequest<KubeObject>) => Decision
}

/** The oracle must notice each. */
export const PLANTED: readonly Planted[] = [
  {
    says: 'a group that is empty is read as all gone',
    aim: { op: 'emptyGroup', zone: '/related' },
    spoil: (decision, { related }) => (Object.values(related).some(group => Object.keys(group).length === 0) ? { ...decision, children: [] } : decision),
  },
  {
    says: 'without a status the children are forgotten',
    aim: { op: 'remove', zone: '/parent/status' },
    spoil: (decision, { parent }) => (parent.status === undefined ? { ...decision, children: [] } : decision),
  },
  {
    says: 'a volume whose claim is not seen loses its Job',
    aim: { op: 'noNamespace', zone: '/related' },
    spoil: (decision, { related }) => ({ ...decision, children: decision.children.filter(child => !isOrphan(child, related['PersistentVolumeClaim.v1'] ?? {})) }),
  },
  {
    says: 'a child of an unknown name is left out',
    aim: { op: 'foreignName', zone: '/children' },
    spoil: (decision) => ({ ...decision, children: decision.children.filter(({ metadata }) => !metadata.name.startsWith('other-')) }),
  },
  {
    says: 'a Backup whose status was lost is taken for one that is removed',
    aim: { op: 'remove', zone: '/parent/status' },
    spoil: (decision, { parent: { kind, metadata, status } }) => (kind === 'Backup' && status === undefined
      ? { ...decision, effects: [...decision.effects, { type: 'deleteRecord', target: { namespace: metadata.namespace, name: metadata.name, uid: metadata.uid ?? '' } }] }
      : decision),
  },
  {
    says: 'an error quotes what it was given',
    aim: { op: 'remove', zone: '/parent/status' },
    spoil: (decision, { parent }) => {
      if (parent.status === undefined) throw new Error(`no status in ${JSON.stringify(parent)}`)
      return decision
    },
  },
  {
    says: 'a child keeps the annotations of the one that is there',
    aim: { op: 'addOdd', zone: '/parent/metadata' },
    spoil: (decision, { children }) => ({ ...decision, children: decision.children.map(child => withAnnotations(child, Object.values(children).flatMap(group => Object.values(group)))) }),
  },
  {
    says: 'an Event quotes the object that it is about',
    aim: { op: 'addOdd', zone: '/parent/metadata' },
    spoil: (decision, { parent }) => ({
      ...decision, effects: [...decision.effects, { type: 'emitEvent', name: 'quoting', about: parent, eventType: 'Normal', reason: 'Seen', message: JSON.stringify(parent.metadata.annotations) }],
    }),
  },
]

/** The real hooks with that bug. */
export function withBug({ spoil }: Planted): ReadonlyMap<string, Registered> {
  return new Map([...REGISTRY].map(([kind, registered]) => {
    const { hook } = registered
    return [kind, { ...registered, hook: { ...hook, decide: input => spoil(hook.decide(input), input.request) } }]
  }))
}

function isOrphan({ metadata: { name, namespace } }: KubeObject, claims: Readonly<Record<string, KubeObject>>): boolean {
  const claim = /^nightly-1-backup-(.*)/.exec(name)?.[1]
  return claim !== undefined && claims[`${namespace}/${claim}`] === undefined
}

function withAnnotations(child: KubeObject, present: readonly KubeObject[]): KubeObject {
  const annotations = present.find(({ kind, metadata: { name } }) => kind === child.kind && name === child.metadata.name)?.metadata.annotations
  return annotations === undefined ? child : { ...child, metadata: { ...child.metadata, annotations } }
}
