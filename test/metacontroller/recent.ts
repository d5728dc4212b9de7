const LIMIT = 2000

/**
 * A function that remembers what it has answered of late, by identity. It holds on to that instead of watching it weakly: to the
 * garbage collector a thousand entries that all die at once are nothing, and weak ones are dear.
 */
export function recent<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const answers = new Map<Key, Value>()
  return key => {
    const known = answers.get(key)
    if (known !== undefined) return known
    const answer = compute(key)
    if (answers.size >= LIMIT) answers.clear()
    answers.set(key, answer)
    return answer
  }
}
