import type { Reasons } from './rbac-verdict.ts'

type Metacontroller = 'real' | 'stand-in'

const CACHED = 'the real Metacontroller reads through a cache, which lists and watches; the stand-in reads one by one'
const ALWAYS_CACHED = 'the real Metacontroller starts this cache whatever it serves; the stand-in has no use for it'
const SINGLE = 'for the stand-in, which reads one by one; the real Metacontroller lists and watches'
const STREAMED = 'the real Metacontroller fills its caches by a watch where the API server streams what there is (1.34 and later, as here), and by a list everywhere else'
const OWNED = 'not a request: admission OwnerReferencesPermissionEnforcement asks for it when a child is made, and the test clusters have that on'
const RELEASED = 'Metacontroller reads and writes a child once more when somebody took its labels off (it is released) or gave them to an orphan (adopted)'

const WITHDRAWN = 'a claim that a Restore made under its user\'s name is deleted when that Restore is deleted before the claim is bound: a moment that no test can hold (test/hooks/effects/withdraw-claim.test.ts)'

const account = 'holdfast-metacontroller'

/** Read through a cache by the real Metacontroller alone. */
const CACHED_KINDS = ['metacontroller.k8s.io/controllerrevisions', 'namespaces', 'apiextensions.k8s.io/customresourcedefinitions', 'secrets']
/** Read through a cache by both, which the stand-in lists. */
const SHARED_KINDS = [
  ...['compositecontrollers', 'decoratorcontrollers'].map(kind => `metacontroller.k8s.io/${kind}`),
  ...['backuppolicies', 'backups', 'restores', 'backuprepositories', 'clusterbackuprepositories'].map(kind => `holdfast.dev/${kind}`),
  'batch/jobs', 'batch/cronjobs', 'persistentvolumeclaims', 'snapshot.storage.k8s.io/volumesnapshots',
]

/** Whatever serves: no request can show these, or no test provokes them. */
const ALWAYS: Reasons = {
  ...Object.fromEntries(['backuppolicies', 'backups', 'restores', 'backuprepositories'].map(kind => [`${account}: update holdfast.dev/${kind}/finalizers`, OWNED])),
  ...Object.fromEntries(['get', 'update'].flatMap(verb => ['batch/jobs', 'persistentvolumeclaims', 'snapshot.storage.k8s.io/volumesnapshots'].map(kind => [`${account}: ${verb} ${kind}`, RELEASED]))),
  [`${account}: get batch/cronjobs`]: RELEASED,
  ...listed(CACHED_KINDS),
  'holdfast-hooks: delete persistentvolumeclaims': WITHDRAWN,
}

/** What only the other of the two Metacontrollers makes use of. */
const OTHER: Readonly<Record<Metacontroller, Reasons>> = {
  'stand-in': Object.fromEntries(['list', 'watch'].flatMap(verb => [
    [`${account}: ${verb} metacontroller.k8s.io/controllerrevisions`, ALWAYS_CACHED], [`${account}: ${verb} namespaces`, ALWAYS_CACHED],
    [`${account}: ${verb} apiextensions.k8s.io/customresourcedefinitions`, CACHED], [`${account}: ${verb} secrets`, CACHED],
  ])),
  real: { ...listed(SHARED_KINDS), [`${account}: get apiextensions.k8s.io/customresourcedefinitions`]: SINGLE, [`${account}: get secrets`]: SINGLE },
}

/**
 * Permissions that no end-to-end test makes use of with the Metacontrollers that it ran with, and why they are granted all the same.
 * A line here that the chart does not grant fails the run.
 */
export function notExercised(metacontrollers: readonly Metacontroller[]): Reasons {
  const [only] = new Set(metacontrollers)
  return new Set(metacontrollers).size === 1 && only !== undefined ? { ...ALWAYS, ...OTHER[only] } : ALWAYS
}

function listed(kinds: readonly string[]): Reasons {
  return Object.fromEntries(kinds.map(kind => [`${account}: list ${kind}`, STREAMED]))
}
