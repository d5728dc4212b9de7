import type { Decision, KubeObject, RelatedRule, SyncRequest } from '../../../hooks/hook.ts'
import { REGISTRY } from '../../../hooks/registry.ts'
import type { Registered } from '../../../hooks/registry-map.ts'
import type { Mutation } from './mutation.ts'

/** A bug of a kind that has happened in this field, put into every hook. */
export interface Planted {
  readonly says: string
  /** The sort of damage that brings it out. */
  readonly aim: Pick<Mutation, 'op' | 'zone'>
  /** Scenes that bring it out. */
  readonly scenes: readonly string[]
  readonly spoil?: (decision: Decision, request: SyncRequest<KubeObject>) => Decision
  readonly spoilRules?: (rules: readonly RelatedRule[], parent: KubeObject) => readonly RelatedRule[]
}

const RUNNING = ['backup-running', 'snapshot-settled', 'restore-moving']

/** The oracle must notice each. */
export const PLANTED: readonly Planted[] = [
  {
    says: 'a group that is empty is read as all gone',
    aim: { op: 'emptyGroup', zone: '/related' },
    scenes: RUNNING,
    spoil: (decision, { related }) => (Object.values(related).some(group => Object.keys(group).length === 0) ? { ...decision, children: [] } : decision),
  },
  {
    says: 'without a status the children are forgotten',
    aim: { op: 'remove', zone: '/parent/status' },
    scenes: RUNNING,
    spoil: (decision, { parent }) => (parent.status === undefined ? { ...decision, children: [] } : decision),
  },
  {
    says: 'a volume whose claim is not seen loses its Job',
    aim: { op: 'noNamespace', zone: '/related' },
    scenes: RUNNING,
    spoil: (decision, { related }) => ({ ...decision, children: decision.children.filter(child => !isOrphan(child, related['PersistentVolumeClaim.v1'] ?? {})) }),
  },
  {
    says: 'a child of an unknown name is left out',
    aim: { op: 'foreignName', zone: '/children' },
    scenes: RUNNING,
    spoil: (decision) => ({ ...decision, children: decision.children.filter(({ metadata }) => !metadata.name.startsWith('other-')) }),
  },
  {
    says: 'a Backup whose status was lost is taken for one that is removed',
    aim: { op: 'remove', zone: '/parent/status' },
    scenes: RUNNING,
    spoil: (decision, { parent: { kind, metadata, status } }) => (kind === 'Backup' && status === undefined
      ? { ...decision, effects: [...decision.effects, { type: 'deleteRecord', target: { namespace: metadata.namespace, name: metadata.name, uid: metadata.uid ?? '' } }] }
      : decision),
  },
  {
    says: 'an error quotes what it was given',
    aim: { op: 'remove', zone: '/parent/status' },
    scenes: RUNNING,
    spoil: (decision, { parent }) => {
      if (parent.status === undefined) throw new Error(`no status in ${JSON.stringify(parent)}`)
      return decision
    },
  },
  {
    says: 'a child keeps the annotations of the one that is there',
    aim: { op: 'addOdd', zone: '/parent/metadata' },
    scenes: RUNNING,
    spoil: (decision, { children }) => ({ ...decision, children: decision.children.map(child => withAnnotations(child, Object.values(children).flatMap(group => Object.values(group)))) }),
  },
  {
    says: 'an Event quotes the object that it is about',
    aim: { op: 'addOdd', zone: '/parent/metadata' },
    scenes: RUNNING,
    spoil: (decision, { parent }) => ({
      ...decision, effects: [...decision.effects, { type: 'emitEvent', name: 'quoting', about: parent, eventType: 'Normal', reason: 'Seen', message: JSON.stringify(parent.metadata.annotations) }],
    }),
  },
  {
    says: 'the record goes when its status was lost',
    aim: { op: 'remove', zone: '/parent/status' },
    scenes: ['snapshot-finalized', 'backup-finalized', 'restore-returned'],
    spoil: (decision, { parent, finalizing }) => (finalizing && parent.status === undefined ? { ...decision, finalized: true } : decision),
  },
  {
    says: 'nothing new is made for what has annotations of others',
    aim: { op: 'addOdd', zone: '/parent/metadata' },
    scenes: ['backup-new', 'backup-adding', 'snapshot-new', 'policy-new', 'repository-new', 'restore-new', 'restore-begun'],
    spoil: (decision, { parent, children }) => {
      const present = Object.values(children).flatMap(group => Object.values(group)).map(({ metadata }) => metadata.name)
      const isMarked = Object.keys(parent.metadata.annotations ?? {}).length > 1
      return isMarked ? { ...decision, children: decision.children.filter(({ metadata }) => present.includes(metadata.name)) } : decision
    },
  },
  {
    says: 'a customize hook without a generation asks for the first only',
    aim: { op: 'remove', zone: '/parent/metadata' },
    scenes: ['backup-customize', 'policy-customize', 'restore-customize'],
    spoilRules: (rules, { metadata }) => (metadata.generation === undefined ? rules.slice(0, 1) : rules),
  },
]

/** The real hooks with that bug. */
export function withBug({ spoil = decision => decision, spoilRules = rules => rules }: Planted): ReadonlyMap<string, Registered> {
  return new Map([...REGISTRY].map(([kind, registered]) => {
    const { hook } = registered
    const spoiled = { ...hook, decide: (input: Parameters<typeof hook.decide>[0]) => spoil(hook.decide(input), input.request), customize: (parent: KubeObject) => spoilRules(hook.customize(parent), parent) }
    return [kind, { ...registered, hook: spoiled }]
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
