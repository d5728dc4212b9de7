import type { Store, StoredObject } from '../../../mover/stores/store.ts'

/** What is under a key, and since when. */
export interface Held {
  readonly content: Buffer
  readonly modified: Date
}

/** A store in memory, for tests of what stands upon stores. `now` is its clock. */
export function memoryStore(now = () => new Date()): Store & { readonly objects: Map<string, Held> } {
  const objects = new Map<string, Held>()
  const hold = (key: string, content: Buffer) => void objects.set(key, { content, modified: now() })
  const described = (key: string, { content, modified }: Held): StoredObject => ({ key, bytes: content.length, modified })
  return {
    objects,
    description: 'memory',
    put: async (key, source) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of source) chunks.push(Uint8Array.from(chunk))
      const content = Buffer.concat(chunks)
      hold(key, content)
      return { bytes: content.length }
    },
    create: async (key, content) => {
      if (objects.has(key)) return false
      hold(key, Buffer.from(content))
      return true
    },
    get: async key => {
      const held = objects.get(key)
      return held === undefined ? undefined : (async function* () { yield held.content })()
    },
    head: async key => {
      const held = objects.get(key)
      return held === undefined ? undefined : described(key, held)
    },
    list: async function* (prefix) {
      for (const [key, held] of [...objects]) if (key.startsWith(prefix)) yield described(key, held)
    },
    delete: async key => void objects.delete(key),
    sweep: async () => 0,
  }
}
