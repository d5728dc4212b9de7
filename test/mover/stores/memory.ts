import type { Store, StoredObject } from '../../../mover/stores/store.ts'

/** A store in memory, for tests of what stands upon stores. `age` makes every object look that many milliseconds older. */
export function memoryStore(age = 0): Store & { readonly objects: Map<string, Buffer> } {
  const objects = new Map<string, Buffer>()
  const described = (key: string, content: Buffer): StoredObject => ({ key, bytes: content.length, modified: new Date(Date.now() - age) })
  return {
    objects,
    description: 'memory',
    put: async (key, source) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of source) chunks.push(Uint8Array.from(chunk))
      objects.set(key, Buffer.concat(chunks))
      return { bytes: objects.get(key)?.length ?? 0 }
    },
    create: async (key, content) => !objects.has(key) && objects.set(key, Buffer.from(content)) !== undefined,
    get: async key => {
      const content = objects.get(key)
      return content === undefined ? undefined : (async function* () { yield content })()
    },
    head: async key => {
      const content = objects.get(key)
      return content === undefined ? undefined : described(key, content)
    },
    list: async function* (prefix) {
      for (const [key, content] of [...objects]) if (key.startsWith(prefix)) yield described(key, content)
    },
    delete: async key => void objects.delete(key),
    sweep: async () => 0,
  }
}
