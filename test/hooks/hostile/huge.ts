import type { Scene } from './scene.ts'

const MEGABYTE = 1024 * 1024

/** A body that is large or deep, and what it is answered. */
export interface Huge {
  readonly says: string
  readonly status: number
  readonly bytes: (scene: Scene) => Buffer
}

/** 10 MB of everything; the scene lends the rest of its request. */
export const HUGE: readonly Huge[] = [
  { says: '10 MB of claims, all good', status: 200, bytes: scene => Buffer.from(withClaims(scene, 14_000)) },
  { says: '10 MB in one annotation', status: 200, bytes: scene => Buffer.from(withClaims(scene, 1, 'x'.repeat(10 * MEGABYTE))) },
  { says: '10 MB of claims, cut off', status: 400, bytes: scene => Buffer.from(withClaims(scene, 14_000)).subarray(0, -1) },
  { says: '10 MB of claims, one of them null', status: 400, bytes: scene => Buffer.from(withClaims(scene, 14_000).replace('"shop-backup-running/c-13999":{', '"shop-backup-running/none":null,"shop-backup-running/c-13999":{')) },
  { says: '10 MB of one string', status: 400, bytes: () => Buffer.from(`"${'x'.repeat(10 * MEGABYTE)}"`) },
  { says: '10 MB of one number', status: 400, bytes: () => Buffer.from('9'.repeat(10 * MEGABYTE)) },
  { says: '10 MB of blanks', status: 400, bytes: () => Buffer.alloc(10 * MEGABYTE, ' ') },
  { says: '1 MB of lists in lists', status: 400, bytes: () => Buffer.alloc(MEGABYTE, '[') },
  { says: '1 MB of objects in objects', status: 400, bytes: () => Buffer.from('{"a":'.repeat(MEGABYTE / 5)) },
  { says: '10 MB of noise', status: 400, bytes: () => Buffer.alloc(10 * MEGABYTE, Uint8Array.from({ length: 997 }, (_, index) => (index * 7919) % 251)) },
  { says: '100,000 lists in one another, where nobody looks', status: 200, bytes: scene => nested(scene, '"controller":', '['.repeat(100_000) + ']'.repeat(100_000)) },
  { says: '100,000 objects in one another, in a child', status: 200, bytes: scene => nested(scene, '"value":', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)) },
  { says: '100,000 lists in one another, as the spec', status: 422, bytes: scene => nested(scene, '"repositoryRef":', '['.repeat(100_000) + ']'.repeat(100_000)) },
  { says: '100,000 objects in one another, as the status', status: 422, bytes: scene => nested(scene, '"startTime":', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)) },
]

function withClaims({ body }: Scene, count: number, note = 'x'.repeat(600)): string {
  const namespace = body.parent.metadata.namespace ?? ''
  const claims = Array.from({ length: count }, (_, index) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: `c-${index}`, namespace, annotations: { note } } }))
  const group = { ...body.related?.['PersistentVolumeClaim.v1'], ...Object.fromEntries(claims.map(claim => [`${namespace}/${claim.metadata.name}`, claim])) }
  return JSON.stringify({ ...body, related: { ...body.related, 'PersistentVolumeClaim.v1': group } })
}

/** In place of the value that the first such key has. */
function nested({ body }: Scene, key: string, value: string): Buffer {
  const text = JSON.stringify(body)
  const at = text.indexOf(key) + key.length
  const end = at + valueLength(text.slice(at))
  return Buffer.from(text.slice(0, at) + value + text.slice(end))
}

/** Length of the JSON value that a text begins with. */
function valueLength(text: string): number {
  for (let length = 1; length <= text.length; length += 1) {
    try {
      JSON.parse(text.slice(0, length))
      return length
    } catch {
      // Longer, then.
    }
  }
  return text.length
}
