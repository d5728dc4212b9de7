const REQUEST = ['parent', 'children', 'related', 'finalizing']
const PARENT = ['apiVersion', 'kind', 'metadata', 'spec', 'status']
const METADATA = ['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'labels', 'annotations', 'finalizers', 'ownerReferences']

/**
 * Whether two bodies differ in nothing that a hook reads, so that they must be answered alike: in the controller, in objects that nobody
 * asked for, in annotations of others, in labels of others on the parent, in fields that a request, a parent or metadata do not have.
 * Only here is it known which new children an answer must have. A change of a spec, a status, a child or a claim may well change what is
 * wanted, and what is wanted then is for the tests of the hooks; so whatever is not listed counts as read.
 */
export function isIdle(before: unknown, after: unknown): boolean {
  return differences(before, after, []).every(path => isUnread(path))
}

function isUnread([top = '', ...path]: readonly string[]): boolean {
  if (!REQUEST.includes(top)) return true
  if (top === 'parent') return isUnreadInParent(path)
  const [group, , ...inside] = path
  return (top === 'related' && group === 'Secret.v1') || isUnreadInMetadata(inside)
}

function isUnreadInParent([field = 'metadata', ...path]: readonly string[]): boolean {
  const [labels, key] = path
  return !PARENT.includes(field) || (field === 'metadata' && labels === 'labels' && key !== undefined && isForeign(key)) || isUnreadInMetadata([field, ...path])
}

/** Labels choose: a policy its claims, a Job its pods. */
function isUnreadInMetadata([metadata, field, key]: readonly string[]): boolean {
  if (metadata !== 'metadata' || field === undefined) return false
  return !METADATA.includes(field) || (field === 'annotations' && key !== undefined && isForeign(key))
}

/** Kubernetes and its parts have annotations that hooks do read; what kubectl remembers is none of them. */
function isForeign(key: string): boolean {
  return key === 'kubectl.kubernetes.io/last-applied-configuration' || !/(holdfast\.dev|k8s\.io|kubernetes\.io)\//.test(key)
}

/** Paths where two values differ, as deep as both have the same sort of thing: the one is a scene's, so that however deep the other is there is an end. */
function differences(before: unknown, after: unknown, path: readonly string[]): readonly (readonly string[])[] {
  if (!isHolder(before) || !isHolder(after) || Array.isArray(before) !== Array.isArray(after)) return Object.is(before, after) ? [] : [path]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap(key => {
    const inside = [...path, key]
    return Object.hasOwn(before, key) && Object.hasOwn(after, key) ? differences(before[key], after[key], inside) : [inside]
  })
}

function isHolder(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
