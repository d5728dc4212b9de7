import type { ApiServer } from '../api/api.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'

/** All objects that carry a word, in the order in which they came. */
export type Lookup<T> = (word: string) => readonly T[]

/** Keeps the objects of a resource by words of theirs (an owner's UID, a claim's name), so that nobody has to look at all of them. */
export function lookup<T extends KubeObject>(api: ApiServer, resource: string, wordsOf: (object: T) => readonly string[]): Lookup<T> {
  const byWord = new Map<string, Map<string, T>>()
  const known = new Map<string, readonly string[]>()
  const put = (object: T): void => {
    const uid = object.metadata.uid ?? ''
    const [before, after] = [known.get(uid) ?? [], wordsOf(object)]
    for (const word of before) if (!after.includes(word)) byWord.get(word)?.delete(uid)
    for (const word of after) {
      const same = byWord.get(word)
      if (same === undefined) byWord.set(word, new Map([[uid, object]]))
      else same.set(uid, object)
    }
    known.set(uid, after)
  }
  const drop = (uid: string): void => {
    for (const word of known.get(uid) ?? []) byWord.get(word)?.delete(uid)
    known.delete(uid)
  }
  for (const object of api.all<T>(resource)) put(object)
  api.subscribe(change => {
    if (change.resource !== resource) return
    if (change.type === 'DELETED') drop(change.after.metadata.uid ?? '')
    else put(change.after as T)
  })
  return word => [...byWord.get(word)?.values() ?? []]
}
