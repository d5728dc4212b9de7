import { backup, configMap, job, PATHS, pod } from '../objects.ts'
import { del, get, ownedBy, patch, post, settle, type Scenario } from '../scenario.ts'

const HELD = { finalizers: ['holdfast.dev/keep'] }

/** Garbage collection, and the end of a namespace. */
export const GARBAGE: readonly Scenario[] = [
  {
    name: 'background: dependents follow their owner',
    steps: ns => [
      post('owner', PATHS.configMaps(ns), configMap('owner')),
      post('child', PATHS.configMaps(ns), seen => configMap('child', { ownerReferences: [ownedBy(seen('owner'))] })),
      post('grandchild', PATHS.configMaps(ns), seen => configMap('grandchild', { ownerReferences: [ownedBy(seen('child'))] })),
      post('held', PATHS.configMaps(ns), seen => configMap('held', { ...HELD, ownerReferences: [ownedBy(seen('owner'))] })),
      post('other owner', PATHS.configMaps(ns), configMap('other')),
      post('shared', PATHS.configMaps(ns), seen => configMap('shared', { ownerReferences: [ownedBy(seen('owner')), ownedBy(seen('other owner'))] })),
      del('delete', `${PATHS.configMaps(ns)}/owner`),
      settle('the child goes', `${PATHS.configMaps(ns)}/child`, 'gone'),
      settle('the grandchild goes', `${PATHS.configMaps(ns)}/grandchild`, 'gone'),
      settle('the held one is marked', `${PATHS.configMaps(ns)}/held`, object => object.metadata.deletionTimestamp !== undefined),
      settle('the shared one loses an owner', `${PATHS.configMaps(ns)}/shared`, object => object.metadata.ownerReferences?.length === 1),
      post('of an owner that never was', PATHS.configMaps(ns), configMap('orphan', { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'none', uid: '11111111-1111-1111-1111-111111111111' }] })),
      settle('it goes too', `${PATHS.configMaps(ns)}/orphan`, 'gone'),
      post('of a namesake of the owner', PATHS.configMaps(ns), seen => configMap('stranger', { ownerReferences: [{ ...ownedBy(seen('other owner')), uid: seen('owner').metadata.uid }] })),
      settle('the namesake does not count', `${PATHS.configMaps(ns)}/stranger`, 'gone'),
    ],
  },
  {
    name: 'foreground: blocking dependents first',
    steps: ns => [
      post('owner', PATHS.configMaps(ns), configMap('owner')),
      post('blocking', PATHS.configMaps(ns), seen => configMap('blocking', { ...HELD, ownerReferences: [ownedBy(seen('owner'), { blockOwnerDeletion: true })] })),
      post('not blocking', PATHS.configMaps(ns), seen => configMap('free', { ...HELD, ownerReferences: [ownedBy(seen('owner'))] })),
      post('other owner', PATHS.configMaps(ns), configMap('other')),
      post('shared', PATHS.configMaps(ns), seen => configMap('shared', { ownerReferences: [ownedBy(seen('owner'), { blockOwnerDeletion: true }), ownedBy(seen('other owner'))] })),
      del('delete', `${PATHS.configMaps(ns)}/owner`, { propagationPolicy: 'Foreground' }),
      settle('the blocking one is marked', `${PATHS.configMaps(ns)}/blocking`, object => object.metadata.deletionTimestamp !== undefined),
      settle('the other too', `${PATHS.configMaps(ns)}/free`, object => object.metadata.deletionTimestamp !== undefined),
      settle('the shared one is let go', `${PATHS.configMaps(ns)}/shared`, object => object.metadata.ownerReferences?.length === 1),
      get('the owner waits', `${PATHS.configMaps(ns)}/owner`),
      patch('the blocking one is released', `${PATHS.configMaps(ns)}/blocking`, { metadata: { finalizers: null } }),
      settle('the owner goes', `${PATHS.configMaps(ns)}/owner`, 'gone'),
      get('what did not block is still there', `${PATHS.configMaps(ns)}/free`),
      patch('and goes by itself', `${PATHS.configMaps(ns)}/free`, { metadata: { finalizers: null } }),
      settle('at last', `${PATHS.configMaps(ns)}/free`, 'gone'),
    ],
  },
  {
    name: 'foreground goes down the tree',
    steps: ns => [
      post('owner', PATHS.configMaps(ns), configMap('owner')),
      post('child', PATHS.configMaps(ns), seen => configMap('child', { ownerReferences: [ownedBy(seen('owner'), { blockOwnerDeletion: true })] })),
      post('grandchild', PATHS.configMaps(ns), seen => configMap('grandchild', { ...HELD, ownerReferences: [ownedBy(seen('child'), { blockOwnerDeletion: true })] })),
      del('delete', `${PATHS.configMaps(ns)}/owner`, { propagationPolicy: 'Foreground' }),
      settle('the grandchild is marked', `${PATHS.configMaps(ns)}/grandchild`, object => object.metadata.deletionTimestamp !== undefined),
      get('the child waits for it', `${PATHS.configMaps(ns)}/child`),
      patch('released', `${PATHS.configMaps(ns)}/grandchild`, { metadata: { finalizers: null } }),
      settle('all go', `${PATHS.configMaps(ns)}/owner`, 'gone'),
    ],
  },
  {
    name: 'orphans stay',
    steps: ns => [
      post('owner', PATHS.configMaps(ns), configMap('owner')),
      post('child', PATHS.configMaps(ns), seen => configMap('child', { ownerReferences: [ownedBy(seen('owner'))] })),
      del('delete', `${PATHS.configMaps(ns)}/owner`, { propagationPolicy: 'Orphan' }),
      settle('the owner goes', `${PATHS.configMaps(ns)}/owner`, 'gone'),
      settle('the child has no owner', `${PATHS.configMaps(ns)}/child`, object => object.metadata.ownerReferences === undefined),
    ],
  },
  {
    name: 'a Backup and its Jobs',
    steps: ns => [
      post('backup', PATHS.backups(ns), backup('b')),
      post('job', PATHS.jobs(ns), seen => job('j', {}, { ownerReferences: [ownedBy(seen('backup'), { controller: true, blockOwnerDeletion: true })] })),
      post('pod', PATHS.pods(ns), seen => pod('p', {}, { ownerReferences: [ownedBy(seen('job'), { controller: true, blockOwnerDeletion: true })] })),
      del('delete', `${PATHS.backups(ns)}/b`, { propagationPolicy: 'Background' }),
      settle('the job goes', `${PATHS.jobs(ns)}/j`, 'gone'),
      settle('the pod goes', `${PATHS.pods(ns)}/p`, 'gone'),
      post('second', PATHS.backups(ns), backup('c')),
      post('second job', PATHS.jobs(ns), seen => job('k', {}, { ...HELD, ownerReferences: [ownedBy(seen('second'), { controller: true, blockOwnerDeletion: true })] })),
      del('in the foreground', `${PATHS.backups(ns)}/c`, { propagationPolicy: 'Foreground' }),
      settle('its job is marked', `${PATHS.jobs(ns)}/k`, object => object.metadata.deletionTimestamp !== undefined),
      get('it waits', `${PATHS.backups(ns)}/c`),
      patch('the job is released', `${PATHS.jobs(ns)}/k`, { metadata: { finalizers: null } }),
      settle('it goes', `${PATHS.backups(ns)}/c`, 'gone'),
    ],
  },
  {
    name: 'the end of a namespace',
    steps: ns => {
      const inner = `${ns}-inner`
      return [
        post('namespace', PATHS.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: inner } }),
        post('object', PATHS.configMaps(inner), configMap('a')),
        post('held', PATHS.configMaps(inner), configMap('held', HELD)),
        post('ours', PATHS.backups(inner), backup('b', {}, HELD)),
        del('delete', `${PATHS.namespaces}/${inner}`),
        post('nothing new', PATHS.configMaps(inner), configMap('b')),
        post('nothing new of ours', PATHS.backups(inner), backup('c')),
        settle('objects go', `${PATHS.configMaps(inner)}/a`, 'gone'),
        settle('the held one is marked', `${PATHS.configMaps(inner)}/held`, object => object.metadata.deletionTimestamp !== undefined),
        settle('ours too', `${PATHS.backups(inner)}/b`, object => object.metadata.deletionTimestamp !== undefined),
        get('the namespace waits', `${PATHS.namespaces}/${inner}`),
        patch('what is there can be changed', `${PATHS.configMaps(inner)}/held`, { data: { a: '2' } }),
        patch('released', `${PATHS.configMaps(inner)}/held`, { metadata: { finalizers: null } }),
        patch('ours released', `${PATHS.backups(inner)}/b`, { metadata: { finalizers: null } }),
        settle('it goes', `${PATHS.namespaces}/${inner}`, 'gone'),
        post('and can be made again', PATHS.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: inner } }),
        post('with a wrong name', PATHS.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a.b' } }),
      ]
    },
  },
]
