import type { KubeObject, ObjectsByKind } from '../../../hooks/hook.ts'
import { ODD_KEYS, ODD_VALUES } from './odd-values.ts'
import { keyOf, type Body } from './scene.ts'
import { MARKER } from './secrets.ts'

/** One change of a body, as numbers that pick; they mean something for every body. */
export interface Mutation {
  readonly op: keyof typeof OPERATIONS
  readonly zone: (typeof ZONES)[number]
  readonly at: number
  readonly pick: number
}

/** Where a change is made: everywhere alike, or where decisions come from. */
export const ZONES = ['', '/parent', '/parent/spec', '/parent/status', '/parent/metadata', '/children', '/related', 'top'] as const

/** A copy of the body after these changes, and what was changed, for people. */
export function mutated(body: Body, mutations: readonly Mutation[]): { readonly body: unknown; readonly said: readonly string[] } {
  const root = { body: structuredClone(body) as unknown }
  const said = mutations.map(mutation => `${mutation.op} ${OPERATIONS[mutation.op](root, mutation) ?? '(nothing there)'}`)
  return { body: root.body, said }
}

interface Root {
  body: unknown
}

interface Place {
  readonly path: string
  readonly holder: Record<string, unknown>
  readonly key: string
}

type Operation = (root: Root, mutation: Mutation) => string | undefined

/** Each changes the body in place and says where. */
export const OPERATIONS = {
  remove: at(({ holder, key }) => { Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key] }),
  replace: at(({ holder, key }, { pick }) => set(holder, key, odd(pick))),
  retype: at(({ holder, key }) => set(holder, key, retyped(holder[key]))),
  tear: at(({ holder, key }, { pick }) => { if (typeof holder[key] === 'string') set(holder, key, holder[key].slice(0, pick % holder[key].length)) }),
  graft: (root, mutation) => at(({ path, holder, key }) => {
    const grafted = structuredClone(branch(root, mutation.pick))
    if (!exposes(grafted, path)) set(holder, key, grafted)
  })(root, mutation),
  addOdd: at(({ holder, key }, { pick, at: index }) => insert(holder[key], ODD_KEYS[pick % ODD_KEYS.length] ?? '', odd(index))),
  pollute: at(({ holder, key }, { pick }) => insert(holder[key], ODD_KEYS[pick % 3] ?? '', { polluted: true, isAdmin: true })),
  nullItem: at(({ holder, key }) => insert(holder[key], 'null', null)),
  doubleItem: at(({ holder, key }) => { if (Array.isArray(holder[key])) holder[key].push(...structuredClone(holder[key])) }),
  renameKey: at(({ holder, key }, { pick }) => rename(holder, key, ODD_KEYS[pick % ODD_KEYS.length] ?? '')),
  swap: at((place, { pick }) => swap(place, pick)),
  foreignName: object(({ metadata }) => ({ name: `other-${metadata.name}` })),
  foreignNamespace: object(() => ({ namespace: 'bank' })),
  noNamespace: object(() => ({ namespace: undefined })),
  foreignUid: object(() => ({ uid: 'another-uid' })),
  foreignOwner: object(() => ({ ownerReferences: [{ kind: 'Backup', name: 'other', uid: 'another-uid', controller: true }] })),
  otherKind: inGroup((group, key, { pick }) => set(group, key, { ...group[key], ...pick % 2 === 0 ? { kind: 'Pod' } : { apiVersion: 'v9' } })),
  otherGroup: (root, mutation) => inGroup((group, key) => move(root, { group, key, mutation }))(root, mutation),
  otherKey: inGroup((group, key, { pick }) => rename(group, key, pick % 2 === 0 ? `bank/${key}` : key.replace(/^.*\//, ''))),
  emptyGroup: groupAt((groups, name) => set(groups, name, {})),
  removeGroup: groupAt((groups, name) => { delete groups[name] }),
  renameGroup: groupAt((groups, name, { pick }) => rename(groups, name, pick % 2 === 0 ? `${name}beta1` : name.toLowerCase())),
} satisfies Readonly<Record<string, Operation>>

function at(change: (place: Place, mutation: Mutation) => void): Operation {
  return (root, mutation) => {
    // What lies near the root decides most, and is little beside all the rest.
    const deepest = mutation.zone === 'top' ? 2 : Math.floor(mutation.pick / 1000) % 3 === 0 ? 4 : Infinity
    const places = placesIn(root).filter(({ path }) => path.split('/').length <= deepest && (mutation.zone === 'top' || path.startsWith(mutation.zone)))
    const place = places[mutation.at % places.length]
    if (place !== undefined) change(place, mutation)
    return place && `${place.path} #${mutation.pick}`
  }
}

type Group = Record<string, KubeObject>

function groupAt(change: (groups: Record<string, Group>, name: string, mutation: Mutation) => void): Operation {
  return ({ body }, mutation) => {
    const { children, related } = asRecord(body) as { children?: Record<string, Group>; related?: Record<string, Group> }
    const groups = mutation.zone === '/children' || mutation.at % 3 > 0 ? children : related
    const names = Object.keys(asRecord(groups))
    const name = names[Math.floor(mutation.at / 3) % names.length]
    if (groups === undefined || groups === null || name === undefined) return undefined
    change(groups, name, mutation)
    return name
  }
}

function inGroup(change: (group: Group, key: string, mutation: Mutation) => void): Operation {
  return (root, mutation) => {
    let found: string | undefined
    const where = groupAt((groups, name) => {
      const keys = Object.keys(asRecord(groups[name])).filter(key => typeof groups[name]?.[key] === 'object' && groups[name][key] !== null)
      found = keys[mutation.pick % keys.length]
      if (found !== undefined) change(groups[name] as Group, found, mutation)
    })(root, mutation)
    return found === undefined ? undefined : `${where} ${found}`
  }
}

/** Changes an object's metadata and its key with it, so that the request stays well-formed. */
function object(change: (object: KubeObject) => object): Operation {
  return inGroup((group, key) => {
    const before = group[key] as KubeObject
    if (typeof before.metadata !== 'object' || before.metadata === null) return
    const after = JSON.parse(JSON.stringify({ ...before, metadata: { ...before.metadata, ...change(before) } })) as KubeObject
    delete group[key]
    group[keyOf(after)] = after
  })
}

function move(root: Root, { group, key, mutation }: { group: Group; key: string; mutation: Mutation }): void {
  const { children = {}, related = {} } = root.body as { children?: ObjectsByKind; related?: ObjectsByKind }
  const others = [...Object.values(asRecord(children)), ...Object.values(asRecord(related))].filter(other => other !== group && typeof other === 'object')
  const other = others[Math.floor(mutation.at / 9) % others.length] as Group | undefined
  if (other === undefined || other === null) return
  set(other, key, group[key])
  delete group[key]
}

/** Every place of a body, outermost first. */
function placesIn(root: Root): readonly Place[] {
  const places: Place[] = []
  const walk = (holder: unknown, path: string, depth: number): void => {
    if (typeof holder !== 'object' || holder === null || depth > 40) return
    for (const key of Object.keys(holder)) {
      places.push({ path: `${path}/${key}`, holder: holder as Record<string, unknown>, key })
      walk((holder as Record<string, unknown>)[key], `${path}/${key}`, depth + 1)
    }
  }
  walk(root.body, '', 0)
  return places
}

function branch(root: Root, pick: number): unknown {
  const branches = placesIn(root).map(({ holder, key }) => holder[key]).filter(value => typeof value === 'object' && value !== null)
  return branches[pick % branches.length] ?? null
}

function odd(pick: number): unknown {
  return structuredClone(ODD_VALUES[pick % ODD_VALUES.length])
}

function retyped(value: unknown): unknown {
  if (Array.isArray(value)) return { ...value }
  if (typeof value === 'object' && value !== null) return Object.values(value)
  if (typeof value === 'string') return Number(value.length)
  return String(value)
}

/** What hooks quote or pass on as it is: a parent's words, the labels that a child has already, what a repository says of its place, and what a Backup says of its volumes. */
const QUOTED = /^\/(parent\/(spec|status|metadata\/(labels|annotations))|children\/.+\/metadata\/(labels|annotations)|related\/(Cluster)?BackupRepository\..+\/spec|related\/Backup\..+\/status\/volumes)/

/** A secret that a person writes there is that person's doing. */
function exposes(value: unknown, path: string): boolean {
  return QUOTED.test(path) && (JSON.stringify(value) ?? '').includes(MARKER)
}

/** As data, also when the key is `__proto__`. */
function set(holder: object, key: string, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = value
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

function insert(into: unknown, key: string, value: unknown): void {
  if (Array.isArray(into)) into.push(value)
  else if (typeof into === 'object' && into !== null) set(into, key, value)
}

function rename(holder: object, from: string, to: string): void {
  const value = (holder as Record<string, unknown>)[from]
  if (Array.isArray(holder)) return
  delete (holder as Record<string, unknown>)[from]
  set(holder, to, value)
}

function swap({ path, holder, key }: Place, pick: number): void {
  const keys = Object.keys(holder)
  const other = keys[pick % keys.length] ?? key
  const [mine, its] = [holder[key], holder[other]]
  if (exposes([mine, its], path) && ![key, other].some(each => each === 'name' || each === 'namespace')) return
  set(holder, key, its)
  set(holder, other, mine)
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
}
